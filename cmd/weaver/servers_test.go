package main_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/goweaver/weaver/internal/servertest"
)

// testKey is the key of a script's testscript.T.
type testKey struct{}

// A scriptTB is a script as package servertest needs it: a server ends with the script, and
// where there is none to start the script is skipped.
type scriptTB struct {
	*testscript.TestScript
}

func (s scriptTB) Helper() {}

func (s scriptTB) Skipf(format string, args ...any) {
	s.Value(testKey{}).(testscript.T).Skip(fmt.Sprintf(format, args...))
}

func (s scriptTB) Cleanup(f func()) { s.Defer(f) }

// cmdPostgres starts a PostgreSQL server, and says in POSTGRES_DSN where:
//
//	postgres
func cmdPostgres(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: postgres")
	}
	_, port := servertest.Postgres(scriptTB{ts})
	ts.Setenv("POSTGRES_DSN", fmt.Sprintf("postgres://bob@127.0.0.1:%d/postgres?sslmode=disable", port))
}

// cmdRedis starts a Redis server for the script, and tells it and the programs that it
// runs where, by REDIS_ADDR:
//
//	redis
func cmdRedis(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: redis")
	}
	ts.Setenv("REDIS_ADDR", servertest.Redis(scriptTB{ts}))
}

// cmdRabbitMQ starts a RabbitMQ server for the script, and says in RABBITMQ_URL where:
//
//	rabbitmq
func cmdRabbitMQ(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: rabbitmq")
	}
	ts.Setenv("RABBITMQ_URL", "amqp://guest:guest@"+servertest.RabbitMQ(scriptTB{ts})+"/")
}

// cmdMemcached starts a memcached for the script, and tells it and the programs that it runs
// where, by MEMCACHED_ADDR:
//
//	memcached
func cmdMemcached(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: memcached")
	}
	ts.Setenv("MEMCACHED_ADDR", servertest.Memcached(scriptTB{ts}))
}

// cmdServe starts a server that is a Go module's, for the script, and says where by its
// name: NATS_ADDR, of
//
//	serve nats
//
// Its program is testdata/servers/NAME, a module of its own that no version of a library
// under test depends on, built plain and once for all scripts. It prints its address when
// it answers, and ends with its standard input.
func (l *lab) cmdServe(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: serve name")
	}
	name := args[0]
	build, _ := l.servers.LoadOrStore(name, sync.OnceValues(func() (string, error) { return l.buildServer(name) }))
	program, err := build.(func() (string, error))()
	ts.Check(err)
	cmd := exec.Command(program)
	var said bytes.Buffer
	cmd.Stderr = &said
	stdin, err := cmd.StdinPipe()
	ts.Check(err)
	stdout, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ts.Defer(func() {
		_ = stdin.Close()
		_ = cmd.Wait()
	})
	var addr string
	if _, err := fmt.Fscanln(stdout, &addr); err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		ts.Fatalf("%s does not start: %v\n%s", name, err, &said)
	}
	ts.Setenv(strings.ToUpper(name)+"_ADDR", addr)
}

// buildServer builds the server's program in the folder of the lab and returns its file.
func (l *lab) buildServer(name string) (program string, err error) {
	dir := filepath.Join(l.dir, "servers", name)
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(l.root, "cmd", "weaver", "testdata", "servers", name))); err != nil {
		return "", err
	}
	if err := os.Rename(filepath.Join(dir, "go.mod.txt"), filepath.Join(dir, "go.mod")); err != nil {
		return "", err
	}
	program = filepath.Join(dir, name+".exe") // which every system runs
	for _, args := range [][]string{{"mod", "tidy"}, {"build", "-o", program, "."}} {
		cmd := exec.Command("go", args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), append(l.env, "GOWORK=off", "GOFLAGS=")...)
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%s: go %s: %w\n%s", name, strings.Join(args, " "), err, out)
		}
	}
	return program, nil
}
