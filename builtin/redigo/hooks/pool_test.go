package hooks

import (
	"context"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/redisspan"
	"github.com/goweaver/weaver/instrument/hook"
	"github.com/goweaver/weaver/internal/servertest"
)

// at0 is a place where nobody is.
var at0 = redisspan.Description{Network: "tcp", Address: "127.0.0.1:1"}

// span returns a context with a span of that ID.
func span(t *testing.T, id byte) context.Context {
	return trace.ContextWithSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{id}, TraceFlags: trace.FlagsSampled,
	}))
}

// giveBack closes a pool's connection, as woven code does, which is inner's.
func giveBack(c redis.Conn, inner redis.Conn) {
	_ = c.Close()
	Put(hook.Captured{Values: hook.MakeValues("pc.c", inner)})
}

// As long as a connection is lent its calls belong to the context that it was got by; what
// the pool asks it in between, to see whether it works, is none of the program's calls.
func TestLent(t *testing.T) {
	addr := servertest.Redis(t)
	spans := record(t)
	inner := dial(t, addr)
	p := &redis.Pool{
		MaxIdle: 1,
		Dial:    func() (redis.Conn, error) { return inner, nil },
		TestOnBorrow: func(c redis.Conn, _ time.Time) error {
			_, err := c.Do("PING")
			return err
		},
	}
	t.Cleanup(func() { ClosePool(p); _ = p.Close() })
	for id := range byte(2) {
		c, err := get(span(t, id+1), p)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = c.Do("GET", "a")
		_, _ = redis.DoContext(c, span(t, 9), "SET", "a", "b")
		_ = c.Send("MULTI")
		_ = c.Send("INCR", "n")
		giveBack(c, inner) // which discards the transaction
	}
	c, err := get(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = c.Do("GET", "a")
	giveBack(c, inner)
	if want := []string{"GET", "SET", "PIPELINE", "GET", "SET", "PIPELINE", "GET"}; !slices.Equal(names(spans), want) {
		t.Fatalf("%q, want %q", names(spans), want)
	}
	for i, want := range []byte{1, 9, 1, 2, 9, 2, 0} {
		if got := spans.Ended()[i].Parent().SpanID(); got[0] != want {
			t.Errorf("the parent of span %d is %v, want %d", i, got, want)
		}
	}
}

// Where a pool has no connection the calls fail, and are told of.
func TestNoConnection(t *testing.T) {
	spans := record(t)
	p := &redis.Pool{Dial: func() (redis.Conn, error) { return redis.Dial("tcp", "127.0.0.1:1") }}
	c, err := get(t.Context(), p)
	if err == nil {
		t.Fatal("somebody answers")
	}
	end := DoNone("GET", []any{"a"})
	_, err = c.Do("GET", "a")
	end(err, hook.Returned)
	DoNoneContext(span(t, 1), "GET", nil)(redis.ErrPoolExhausted, hook.Returned)
	if DoNone("", nil) != nil {
		t.Error("nothing is told of")
	}
	all := spans.Ended()
	if len(all) != 2 {
		t.Fatalf("%d spans", len(all))
	}
	if got := texts(all[0].Attributes()); got["error.type"] != "*net.OpError STRING" || got["db.namespace"] != "" || got["server.address"] != "" {
		t.Errorf("%v", got)
	}
	if got := texts(all[1].Attributes())["error.type"]; got != "github.com/gomodule/redigo/redis.ErrPoolExhausted STRING" || !all[1].Parent().IsValid() {
		t.Errorf("error.type is %s", got)
	}
}

// value returns the metric's value of the pool, in that state if there is one, or -1.
func value(t *testing.T, r metric.Reader, name, pool, state string) int64 {
	t.Helper()
	sum, _ := collect(t, r, name).(metricdata.Sum[int64])
	for _, p := range sum.DataPoints {
		n, _ := p.Attributes.Value("db.client.connection.pool.name")
		s, _ := p.Attributes.Value("db.client.connection.state")
		if n.AsString() == pool && s.AsString() == state {
			return p.Value
		}
	}
	return -1
}

// A pool is measured as the conventions have it, from its first connection on until it is
// closed or gone.
func TestPool(t *testing.T) {
	addr := servertest.Redis(t)
	r := measure(t)
	for _, how := range []string{"closed", "gone"} {
		inner := dial(t, addr)
		p := &redis.Pool{MaxIdle: 1, MaxActive: 2, Wait: true, Dial: func() (redis.Conn, error) { return inner, nil }}
		one, err := get(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		two, _ := get(t.Context(), p)
		_, _ = one.Do("PING")
		short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		if _, err := get(short, p); err == nil {
			t.Error("there is a third connection")
		}
		cancel()
		giveBack(one, inner)
		name := addr + "/0"
		for _, c := range []struct {
			metric, state string
			want          int64
		}{
			{"db.client.connection.count", "idle", 1},
			{"db.client.connection.count", "used", 1},
			{"db.client.connection.max", "", 2},
			{"db.client.connection.idle.max", "", 1},
			{"db.client.connection.timeouts", "", 1},
		} {
			if got := value(t, r, c.metric, name, c.state); got != c.want {
				t.Errorf("%s: %s %s is %d, want %d", how, c.metric, c.state, got, c.want)
			}
		}
		giveBack(two, inner)
		if how == "closed" {
			ClosePool(p)
			_ = p.Close()
		}
		one, two, p = nil, nil, nil //nolint:ineffassign // so that they can be collected
		for end := time.Now().Add(5 * time.Second); value(t, r, "db.client.connection.max", name, "") >= 0; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%s: it is still measured", how)
			}
			runtime.GC()
		}
	}
}
