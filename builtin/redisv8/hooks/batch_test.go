package hooks

import (
	"context"
	"errors"
	"maps"
	"testing"

	"github.com/go-redis/redis/v8"
	"go.opentelemetry.io/otel/codes"

	"github.com/goweaver/weaver/instrument/hook"
	"github.com/goweaver/weaver/internal/servertest"
)

// exec sends the pipeline, as woven code does, which exit has been asked for.
func exec(ctx context.Context, p redis.Pipeliner, exit func(redis.Pipeliner)) error {
	exit(p)
	ctx, end := Exec(ctx, p.(*redis.Pipeline))
	cmds, err := p.Exec(ctx)
	if end != nil {
		end(cmds, err, hook.Returned)
	}
	return err
}

// A pipeline is one call, named by what its commands have in common, and fails by the first
// of them that does. One that has one command is that command.
func TestPipeline(t *testing.T) {
	addr := servertest.Redis(t)
	c := open(t, &redis.Options{Addr: addr})
	ctx := t.Context()
	if err := c.Set(ctx, "text", "s3cret", 0).Err(); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		what   string
		tx     bool
		queue  func(redis.Pipeliner)
		name   string // "" for no span
		size   string
		failed string
	}{
		{"one", false, func(p redis.Pipeliner) { p.Get(ctx, "text") }, "GET", "", ""},
		{"the same", false, func(p redis.Pipeliner) { p.Get(ctx, "text"); p.Do(ctx, "GET", "text") }, "PIPELINE GET", "2", ""},
		{"others", false, func(p redis.Pipeliner) { p.Get(ctx, "text"); p.Set(ctx, "a", "b", 0); p.Get(ctx, "a") }, "PIPELINE", "3", ""},
		{"groups", false, func(p redis.Pipeliner) { p.ConfigGet(ctx, "save"); p.ConfigResetStat(ctx) }, "PIPELINE", "2", ""},
		{"nothing there", false, func(p redis.Pipeliner) { p.Get(ctx, "none"); p.Get(ctx, "none") }, "PIPELINE GET", "2", ""},
		{"fails behind nothing there", false, func(p redis.Pipeliner) { p.Get(ctx, "none"); p.LLen(ctx, "text") }, "PIPELINE", "2", "WRONGTYPE"},
		{"transaction", true, func(p redis.Pipeliner) { p.Incr(ctx, "n"); p.Incr(ctx, "n") }, "MULTI INCR", "2", ""},
		{"transaction of others", true, func(p redis.Pipeliner) { p.Incr(ctx, "n"); p.LLen(ctx, "text") }, "MULTI", "2", "WRONGTYPE"},
		{"transaction of one", true, func(p redis.Pipeliner) { p.Incr(ctx, "n") }, "INCR", "", ""},
		{"empty", false, func(redis.Pipeliner) {}, "", "", ""},
	} {
		spans := record(t)
		p, exit := c.Pipeline(), Pipeline(c)
		if test.tx {
			p, exit = c.TxPipeline(), TxPipeline(c)
		}
		test.queue(p)
		_ = exec(ctx, p, exit)
		if test.name == "" {
			if n := len(spans.Started()); n != 0 {
				t.Errorf("%s: %d spans", test.what, n)
			}
			continue
		}
		want := place(addr)
		want["db.operation.name"] = test.name + " STRING"
		if test.size != "" {
			want["db.operation.batch.size"] = test.size + " INT64"
		}
		if test.failed != "" {
			want["error.type"], want["db.response.status_code"] = test.failed+" STRING", test.failed+" STRING"
		}
		if n := len(spans.Ended()); n != 1 {
			t.Fatalf("%s: %d spans", test.what, n)
		}
		s := spans.Ended()[0]
		if s.Name() != test.name || !maps.Equal(texts(s.Attributes()), want) || (s.Status().Code == codes.Error) != (test.failed != "") {
			t.Errorf("%s: %s %v %v, want %v", test.what, s.Name(), texts(s.Attributes()), s.Status(), want)
		}
	}
}

// A transaction and a connection know their client, and what they send is told of as its own;
// a connection that the library has made for itself is not known.
func TestMadeByClient(t *testing.T) {
	addr := servertest.Redis(t)
	c := open(t, &redis.Options{Addr: addr, DB: 1})
	spans := record(t)
	ctx := t.Context()

	exit := Conn(c)
	conn := c.Conn(ctx)
	exit(conn)
	t.Cleanup(func() { _ = conn.Close() })
	cmd := redis.NewCmd(ctx, "ping")
	_, end := ProcessConn(ctx, conn, cmd)
	end(conn.Process(ctx, cmd), hook.Returned)
	p := conn.Pipeline()
	p.Get(ctx, "a")
	p.Get(ctx, "b")
	_ = exec(ctx, p, PipelineConn(conn))

	txExit := Tx(c)
	if err := c.Watch(ctx, func(tx *redis.Tx) error {
		txExit(tx)
		cmd := redis.NewCmd(ctx, "get", "a")
		_, end := ProcessTx(ctx, tx, cmd)
		end(tx.Process(ctx, cmd), hook.Returned)
		p := tx.TxPipeline()
		p.Set(ctx, "a", 1, 0)
		p.Set(ctx, "b", 1, 0)
		return exec(ctx, p, TxPipelineTx(tx))
	}, "a"); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range spans.Ended() {
		names = append(names, s.Name())
		if got := texts(s.Attributes())["db.namespace"]; got != "1 STRING" {
			t.Errorf("%s: db.namespace is %q", s.Name(), got)
		}
	}
	if want := []string{"PING", "PIPELINE GET", "GET", "MULTI SET"}; !equal(names, want) {
		t.Errorf("spans %q, want %q", names, want)
	}

	unknown := c.Conn(ctx)
	t.Cleanup(func() { _ = unknown.Close() })
	if _, end := ProcessConn(ctx, unknown, cmd); end != nil || PipelineConn(unknown) != nil {
		t.Error("a connection that is set up is told of")
	}
}

func equal(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// A client that was made before the hooks were there is known by the first call of it, once.
func TestMadeEarlier(t *testing.T) {
	spans := record(t)
	c := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1})
	t.Cleanup(func() { _ = c.Close() })
	for range 2 {
		if err := do(t.Context(), c, "get", "a"); err == nil || errors.Is(err, redis.Nil) {
			t.Fatal("somebody answers")
		}
	}
	if n := len(spans.Ended()); n != 2 {
		t.Fatalf("%d spans", n)
	}
	want := place("127.0.0.1:1")
	maps.Copy(want, map[string]string{"db.operation.name": "GET STRING", "error.type": "*net.OpError STRING"})
	if s := spans.Ended()[1]; !maps.Equal(texts(s.Attributes()), want) {
		t.Errorf("%v", texts(s.Attributes()))
	}
	if first := clientOf(c); first != clientOf(c) || clientOf(nil) != nil {
		t.Error("it is made known twice, or is known and nil")
	}
}
