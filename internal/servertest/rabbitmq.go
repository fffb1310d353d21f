package servertest

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// RabbitMQ starts a RabbitMQ server on a port of its own of 127.0.0.1, with its data in a
// temporary folder, and returns its address when it answers, which takes seconds. Its user is
// guest, with that as the password. The test is skipped where none is installed; the server
// ends with the test, and so does the port mapper that Erlang would leave behind.
func RabbitMQ(t TB) (addr string) {
	t.Helper()
	// Debian has a script of its own in PATH, which runs this one as another user.
	program := "/usr/lib/rabbitmq/bin/rabbitmq-server"
	if _, err := os.Stat(program); err != nil {
		if program, err = exec.LookPath("rabbitmq-server"); err != nil {
			t.Skipf("RabbitMQ is not installed: %v", err)
		}
	}
	mapper, err := exec.LookPath("epmd")
	if err != nil {
		t.Skipf("RabbitMQ has no Erlang: %v", err)
	}
	folder, err := os.MkdirTemp("", "rabbitmq")
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	plugins := filepath.Join(folder, "plugins")
	if err := os.WriteFile(plugins, []byte("[].\n"), 0o666); err != nil {
		t.Fatalf("%v", err)
	}
	// What Erlang would make up itself: another of its processes may then find it half made.
	if err := os.WriteFile(filepath.Join(folder, ".erlang.cookie"), []byte(rand.Text()), 0o400); err != nil {
		t.Fatalf("%v", err)
	}
	names := strconv.Itoa(freePort(t))
	// RabbitMQ takes the one that is there, and starts none that outlives it.
	begin(t, exec.Command(mapper, "-port", names, "-address", "127.0.0.1"))
	await(t, "epmd", func() bool {
		c, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", names))
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
	port := strconv.Itoa(freePort(t))
	cmd := exec.Command(program)
	cmd.Dir = folder
	cmd.Env = append(rabbitMQEnv(folder, port), "ERL_EPMD_PORT="+names, "RABBITMQ_DIST_PORT="+strconv.Itoa(freePort(t)), "RABBITMQ_ENABLED_PLUGINS_FILE="+plugins)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatalf("%v", err)
	}
	cmd.Stderr = cmd.Stdout
	end := begin(t, cmd)
	timer := time.AfterFunc(5*started, end) // Erlang takes its time on a machine that has other work
	defer timer.Stop()
	lines := bufio.NewReader(out)
	if said, err := until(lines, "Server startup complete"); err != nil {
		t.Skipf("RabbitMQ does not start: %v\n%s", err, said)
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }() // or it would wait for somebody to read
	return net.JoinHostPort("127.0.0.1", port)
}

// rabbitMQEnv returns the environment of a server that has all that it has in the folder. It
// is one process, with no shell around it, since it is told that it is detached.
func rabbitMQEnv(folder, port string) []string {
	in := func(name string) string { return filepath.Join(folder, name) }
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "LANG=C.UTF-8", "detached=true", "ERL_EPMD_ADDRESS=127.0.0.1",
		"RABBITMQ_NODENAME=weaver" + port + "@localhost", "RABBITMQ_NODE_IP_ADDRESS=127.0.0.1", "RABBITMQ_NODE_PORT=" + port,
		"RABBITMQ_CONF_ENV_FILE=" + in("none"), "RABBITMQ_CONFIG_FILE=" + in("none"), "RABBITMQ_GENERATED_CONFIG_DIR=" + in("config"),
		"RABBITMQ_MNESIA_BASE=" + in("base"), "RABBITMQ_MNESIA_DIR=" + in("data"), "RABBITMQ_LOG_BASE=" + in("log"), "RABBITMQ_LOGS=-",
		"RABBITMQ_PID_FILE=" + in("pid"),
		// One that does not turn while it waits, for no network but this.
		"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=+S 1:1 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}",
	}
}

// begin starts the process, which is killed at the end of the test, and returns what kills it.
func begin(t TB, cmd *exec.Cmd) (end func()) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Skipf("%v", err)
	}
	end = func() { _ = cmd.Process.Kill() }
	t.Cleanup(func() {
		end()
		_ = cmd.Wait()
	})
	return end
}

// until reads until a line has that text, and returns what it has read.
func until(lines *bufio.Reader, text string) (said string, err error) {
	for !strings.Contains(said, text) {
		line, err := lines.ReadString('\n')
		said += line
		if err != nil {
			return said, fmt.Errorf("no %q: %w", text, err)
		}
	}
	return said, nil
}
