package servertest

import (
	"net"
	"os/exec"
	"strconv"
)

// Memcached starts a memcached on a port of its own of 127.0.0.1, and returns its address when
// it answers. The test is skipped where none is installed; the server ends with the test.
func Memcached(t TB) (addr string) {
	t.Helper()
	path := find(t, "memcached", "memcached")
	port := strconv.Itoa(freePort(t))
	addr = net.JoinHostPort("127.0.0.1", port)
	// As root it asks whom to be instead, and is what it was told whoever started it.
	cmd := exec.Command(path, "-l", "127.0.0.1", "-p", port, "-U", "0", "-u", "root", "-m", "16")
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	await(t, "memcached", func() bool {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			return false
		}
		return conn.Close() == nil
	})
	return addr
}
