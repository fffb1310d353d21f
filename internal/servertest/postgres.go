package servertest

import (
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
)

// Postgres starts a PostgreSQL server, and returns the folder of its socket and its port,
// which it also has on 127.0.0.1. Its superuser is bob, who needs no password, and its
// database is called postgres. The server ends with the test.
func Postgres(t TB) (folder string, port int) {
	t.Helper()
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	initdb := find(t, "PostgreSQL", "initdb", debian...)
	server := find(t, "PostgreSQL", "postgres", debian...)
	ready := find(t, "PostgreSQL", "pg_isready", debian...)
	// A short name: a socket's path has at most 107 bytes.
	folder, err := os.MkdirTemp("", "pg")
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	command := asPostgres(t, folder)
	data := filepath.Join(folder, "data")
	if out, err := command(initdb, "-D", data, "-U", "bob", "-A", "trust", "-N").CombinedOutput(); err != nil {
		t.Skipf("initdb: %v: %s", err, out)
	}
	port = freePort(t)
	number := strconv.Itoa(port)
	cmd := command(server, "-D", data, "-k", folder, "-p", number, "-h", "127.0.0.1", "-F")
	if err := cmd.Start(); err != nil {
		t.Skipf("postgres: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	await(t, "PostgreSQL", func() bool {
		return exec.Command(ready, "-q", "-h", folder, "-p", number, "-U", "bob", "-d", "postgres").Run() == nil
	})
	return folder, port
}

// asPostgres returns what makes a command that PostgreSQL, which refuses to run as root,
// runs by, with the folder its own: the same user's, or of root the user postgres's.
func asPostgres(t TB, folder string) func(args ...string) *exec.Cmd {
	t.Helper()
	if os.Getuid() != 0 {
		return func(args ...string) *exec.Cmd { return exec.Command(args[0], args[1:]...) }
	}
	if _, err := user.Lookup("postgres"); err != nil {
		t.Skipf("as root there has to be a user postgres: %v", err)
	}
	if out, err := exec.Command("chown", "postgres", folder).CombinedOutput(); err != nil {
		t.Skipf("%v: %s", err, out)
	}
	return func(args ...string) *exec.Cmd { // with root's group, which may be what leads to the libraries
		return exec.Command("setpriv", append([]string{"--reuid=postgres", "--clear-groups"}, args...)...)
	}
}
