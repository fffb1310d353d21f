package servertest

import (
	"bufio"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// Redis starts a redis-server that keeps nothing, on a port of its own of 127.0.0.1, and
// returns its address when it answers. The test is skipped where none is installed; the
// server ends with the test. Arguments are those of the server's command line.
func Redis(t TB, args ...string) (addr string) {
	t.Helper()
	path := find(t, "Redis", "redis-server")
	dir, err := os.MkdirTemp("", "redis")
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	var said string
	for range 5 { // the port may be another's by the time that the server asks for it
		port := freeLowPort(t)
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

// freeLowPort is freePort for a port that is not above highestPort.
func freeLowPort(t TB) int {
	t.Helper()
	for range 100 {
		port := freePort(t)
		if port > highestPort { // as all those may be that the system gives
			port -= 10000
			l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
			if err != nil {
				continue
			}
			_ = l.Close()
		}
		return port
	}
	t.Fatalf("no port below %d is free", highestPort)
	return 0
}
