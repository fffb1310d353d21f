// Package servertest starts real servers for tests.
package servertest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// T is what is needed of a test: that of a *testing.T, and little enough for a script's
// command to have it.
type T interface {
	Helper()
	Skipf(format string, args ...any)
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// Redis starts a redis-server that keeps nothing, on a port of its own of 127.0.0.1, and
// returns its address when it answers. The test is skipped where none is installed; the
// server ends with the test. Arguments are those of the server's command line.
func Redis(t T, args ...string) (addr string) {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skipf("no redis-server is installed: %v", err)
	}
	dir, err := os.MkdirTemp("", "redis")
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	var said string
	for range 5 { // the port may be another's by the time that the server asks for it
		port, err := freePort()
		if err != nil {
			t.Fatalf("%v", err)
		}
		cmd := exec.Command(path, append([]string{
			"--bind", "127.0.0.1", "--port", strconv.Itoa(port), "--dir", dir,
			"--save", "", "--appendonly", "no", "--daemonize", "no", "--loglevel", "notice",
		}, args...)...)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatalf("%v", err)
		}
		cmd.Stderr = cmd.Stdout
		if err := cmd.Start(); err != nil {
			t.Fatalf("%v", err)
		}
		lines := bufio.NewReader(out)
		if said = ready(lines); said == "" {
			drained := make(chan struct{})
			go func() {
				defer close(drained)
				_, _ = io.Copy(io.Discard, lines) // or it would wait for somebody to read
			}()
			t.Cleanup(func() {
				_ = cmd.Process.Kill()
				<-drained
				_ = cmd.Wait()
			})
			return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	t.Fatalf("redis-server does not start:\n%s", said)
	return ""
}

// ready reads what the server logs until it is ready, or returns all of it.
func ready(lines *bufio.Reader) (said string) {
	for {
		line, err := lines.ReadString('\n')
		said += line
		if strings.Contains(line, "Ready to accept connections") {
			return ""
		}
		if err != nil {
			return said + err.Error()
		}
	}
}

// highestPort is where the ports end that a server in a cluster may have: it takes a second
// one, 10000 above.
const highestPort = 1<<16 - 1 - 10000

// freePort returns a port of 127.0.0.1 that is free, and that above it for a cluster.
func freePort() (int, error) {
	for range 100 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return 0, err
		}
		port := l.Addr().(*net.TCPAddr).Port
		_ = l.Close()
		if port <= highestPort {
			return port, nil
		}
		// Those that the system gives may all be higher.
		if l, err = net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port-10000)); err == nil {
			_ = l.Close()
			return port - 10000, nil
		}
	}
	return 0, fmt.Errorf("no port below %d is free", highestPort)
}
