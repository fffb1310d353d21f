// Package servertest starts the servers that tests talk to, from the system's own
// packages: each test has one of its own, on a port of its own, with its data in a
// temporary folder. Where a server is not installed or does not start, the test is
// skipped, with the reason.
//
// It knows the servers' programs and nothing of their protocols, so that it needs no
// driver and any module's tests can use it.
package servertest

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A TB is what the functions need of a test: a [testing.TB] is one, and a script's
// command can be made one. Skipf and Fatalf do not return.
type TB interface {
	Helper()
	Skipf(format string, args ...any)
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// started is how long a server may take until it answers.
const started = time.Minute

// find returns the first program of that name that runs, of the folders and then of PATH.
// The test is skipped if there is none.
func find(t TB, server, name string, folders ...string) string {
	t.Helper()
	path := strings.Join(append(folders, os.Getenv("PATH")), string(filepath.ListSeparator))
	for _, dir := range filepath.SplitList(path) {
		if file := filepath.Join(dir, name); exec.Command(file, "--version").Run() == nil {
			return file
		}
	}
	t.Skipf("%s is not installed: no %s", server, name)
	return ""
}

// freePort returns a TCP port of the loopback interface that nobody listens on. Somebody
// else may take it before the server does, which then does not start.
func freePort(t TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("no port: %v", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// await waits until the server is up. The test is skipped if it does not get there.
func await(t TB, server string, up func() bool) {
	t.Helper()
	for end := time.Now().Add(started); !up(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Skipf("%s does not answer", server)
		}
	}
}
