package hooks

import (
	"context"
	"errors"
	"maps"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
	"github.com/goweaver/weaver/internal/servertest"
)

// A command has what the conventions ask for, in its span and in its duration, and neither has
// a key or a value.
func TestCommand(t *testing.T) {
	addr := servertest.Redis(t)
	for _, c := range []struct {
		args          []any
		name, message string
		more          map[string]string
	}{
		{[]any{"set", "key", "s3cret"}, "SET", "", nil},
		{[]any{"GET", "none"}, "GET", "", nil},
		{[]any{"Config", "GET", "save"}, "CONFIG GET", "", nil},
		{[]any{"lpush", "key", "s3cret"}, "LPUSH", "WRONGTYPE Operation against a key holding the wrong kind of value",
			map[string]string{"error.type": "WRONGTYPE STRING", "db.response.status_code": "WRONGTYPE STRING"}},
		{[]any{"nosuch", "s3cret"}, "NOSUCH", "ERR unknown command",
			map[string]string{"error.type": "ERR STRING", "db.response.status_code": "ERR STRING"}},
	} {
		spans, r := record(t), measure(t)
		_, err := dial(t, addr).Do(c.args[0].(string), c.args[1:]...)
		want := at(addr)
		maps.Copy(want, c.more)
		want["db.operation.name"] = c.name + " STRING"
		h, _ := collect(t, r, "db.client.operation.duration").(metricdata.Histogram[float64])
		if len(h.DataPoints) != 1 || !maps.Equal(texts(h.DataPoints[0].Attributes.ToSlice()), want) {
			t.Errorf("%v: measured %+v", c.args, h.DataPoints)
		}
		if n := len(spans.Ended()); n != 1 {
			t.Fatalf("%v: %d spans", c.args, n)
		}
		s := spans.Ended()[0]
		if s.Name() != c.name || s.SpanKind() != trace.SpanKindClient || s.Parent().IsValid() || !maps.Equal(texts(s.Attributes()), want) {
			t.Errorf("%v: %s %v %v, want %v", c.args, s.Name(), s.SpanKind(), texts(s.Attributes()), want)
		}
		if (s.Status().Code == codes.Error) != (c.message != "") || s.Status().Description != c.message || (err != nil) != (c.message != "") {
			t.Errorf("%v: %+v %v", c.args, s.Status(), err)
		}
		for _, a := range s.Attributes() {
			if strings.Contains(a.Value.String(), "s3cret") {
				t.Errorf("%v: a value is told: %v", c.args, a)
			}
		}
	}
}

// What is sent together is one span, with what it has in common, which ends with its last
// answer and fails by the first that does.
func TestPipeline(t *testing.T) {
	addr := servertest.Redis(t)
	if _, err := dial(t, addr).Do("SET", "text", "s3cret"); err != nil {
		t.Fatal(err)
	}
	send := func(c redis.Conn, all ...string) {
		for _, cmd := range all {
			words := strings.Fields(cmd)
			var args []any
			for _, w := range words[1:] {
				args = append(args, w)
			}
			_ = c.Send(words[0], args...)
		}
	}
	for _, test := range []struct {
		what string
		run  func(c redis.Conn)
		want string // names with their sizes; "!" for one that failed
	}{
		{"do", func(c redis.Conn) { send(c, "GET text", "get none"); _, _ = c.Do("GET", "text") }, "PIPELINE GET 3"},
		{"do of others", func(c redis.Conn) { send(c, "GET text", "SET a b"); _, _ = c.Do("GET", "text") }, "PIPELINE 3"},
		{"do nothing", func(c redis.Conn) { send(c, "GET text"); _, _ = c.Do(""); _, _ = c.Do("") }, "GET"},
		{"do nothing fails", func(c redis.Conn) { send(c, "GET text", "LLEN text"); _, _ = c.Do("") }, "PIPELINE 2!"},
		{"transaction", func(c redis.Conn) { send(c, "MULTI", "INCR n", "INCR n"); _, _ = c.Do("EXEC") }, "MULTI INCR 2"},
		{"transaction of others", func(c redis.Conn) { send(c, "multi", "INCR n", "LLEN text"); _, _ = c.Do("exec") }, "MULTI 2!"},
		{"transaction of one", func(c redis.Conn) { send(c, "MULTI", "INCR n"); _, _ = c.Do("EXEC") }, "INCR"},
		{"empty transaction", func(c redis.Conn) { send(c, "MULTI"); _, _ = c.Do("EXEC") }, "PIPELINE 2"},
		{"transaction step by step", func(c redis.Conn) { _, _ = c.Do("MULTI"); _, _ = c.Do("LLEN", "text"); _, _ = c.Do("EXEC") }, "MULTI LLEN EXEC!"},
		{"flush and receive", func(c redis.Conn) {
			send(c, "GET text", "LLEN text", "GET text")
			_ = c.Flush()
			for range 3 {
				_, _ = c.Receive()
			}
		}, "PIPELINE 3!"},
		{"one behind the other", func(c redis.Conn) {
			send(c, "GET text")
			_ = c.Flush()
			send(c, "SET a b", "SET a c")
			_ = c.Flush()
			_ = c.Flush()
			for range 3 {
				_, _ = c.Receive()
			}
		}, "GET PIPELINE SET 2"},
		{"do ends what was flushed", func(c redis.Conn) { send(c, "GET text"); _ = c.Flush(); _, _ = c.Do("PING") }, "GET PING"},
		{"never received", func(c redis.Conn) { send(c, "GET text"); _ = c.Flush(); _ = c.Close() }, "GET"},
		{"subscription", func(c redis.Conn) {
			send(c, "SUBSCRIBE a b")
			_ = c.Flush()
			_, _ = c.Receive()
			_, _ = c.Receive()
			_, _ = redis.ReceiveWithTimeout(c, time.Millisecond)
		}, "SUBSCRIBE"},
		{"broken", func(c redis.Conn) {
			send(c, "BLPOP none 0")
			_ = c.Flush()
			_, _ = redis.ReceiveWithTimeout(c, time.Millisecond)
			_, _ = c.Do("PING")
		}, "BLPOP! PING!"},
		{"select", func(c redis.Conn) { _, _ = c.Do("SELECT", 3); _, _ = c.Do("PING") }, "SELECT PING"},
	} {
		spans := record(t)
		test.run(dial(t, addr))
		var got []string
		for _, s := range spans.Ended() {
			name := s.Name()
			if size := texts(s.Attributes())["db.operation.batch.size"]; size != "" {
				name += " " + strings.TrimSuffix(size, " INT64")
			}
			if s.Status().Code == codes.Error {
				name += "!"
			}
			got = append(got, name)
		}
		if s := strings.Join(got, " "); s != test.want {
			t.Errorf("%s: %s, want %s", test.what, s, test.want)
		}
		if len(spans.Started()) != len(spans.Ended()) {
			t.Errorf("%s: %d spans of %d have ended", test.what, len(spans.Ended()), len(spans.Started()))
		}
	}
}

// The database is the one that was selected, be it when the connection was set up, or later.
func TestSelected(t *testing.T) {
	addr := servertest.Redis(t)
	spans := record(t)
	c := dial(t, addr)
	if end := Do(hook.Captured{Values: hook.MakeValues("c", c.Conn)}, "SELECT", []any{"nine"}); end != nil {
		end(nil, errors.New("no"), hook.Returned)
	}
	for i, args := range [][]any{{1}, {int64(2)}, {"3"}, {[]byte("4")}} {
		if i == 2 {
			_ = c.Send("SELECT", args...)
			_, _ = c.Do("")
		} else if _, err := c.Do("SELECT", args...); err != nil {
			t.Fatal(err)
		}
		_, _ = c.Do("PING")
	}
	var got []string
	for _, s := range spans.Ended() {
		if s.Name() == "PING" {
			got = append(got, s.Name()+texts(s.Attributes())["db.namespace"])
		}
	}
	if want := []string{"PING1 STRING", "PING2 STRING", "PING3 STRING", "PING3 STRING"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}

	// The library selects it before anybody has the connection.
	made := Dial("tcp", addr)
	inner, err := redis.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	other := woven{inner}
	t.Cleanup(func() { _ = other.Close() })
	n := len(spans.Started())
	if _, err := other.Do("SELECT", 5); err != nil || len(spans.Started()) != n {
		t.Errorf("what sets the connection up is told of: %v", err)
	}
	made(inner)
	_, _ = other.Do("PING")
	if got := texts(spans.Ended()[n].Attributes())["db.namespace"]; got != "5 STRING" {
		t.Errorf("the database is %s", got)
	}
}

// A call of DoContext is one call, in the trace of its context, and fails as that does.
func TestDoContext(t *testing.T) {
	addr := servertest.Redis(t)
	spans := record(t)
	ctx := span(t, 2)
	c := dial(t, addr)
	if _, err := c.DoContext(ctx, "PING"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Do("PING"); err != nil {
		t.Fatal(err)
	}
	canceled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := c.DoContext(canceled, "GET", "a"); err == nil {
		t.Fatal("it is not canceled")
	}
	if got := names(spans); !slices.Equal(got, []string{"PING", "PING", "GET"}) {
		t.Fatalf("%q", got)
	}
	all := spans.Ended()
	if all[0].Parent().SpanID() != (trace.SpanID{2}) || all[1].Parent().IsValid() || all[2].Parent().SpanID() != (trace.SpanID{2}) {
		t.Errorf("the parents are %v, %v, %v", all[0].Parent(), all[1].Parent(), all[2].Parent())
	}
	if got := texts(all[2].Attributes())["error.type"]; got != "context.Canceled STRING" {
		t.Errorf("error.type is %s", got)
	}
	if end := DoContext(nil, c.captured(), "PING", nil); end != nil { //nolint:staticcheck // it is the library's to complain
		t.Error("a nil context is told of")
	}
	n := len(spans.Started())
	if _, err := dial(t, addr).DoContext(telemetry.Untraced(ctx), "PING"); err != nil || len(spans.Started()) != n {
		t.Errorf("telemetry's own work is traced: %v", err)
	}
}

// A connection is known below what stands on it.
func TestBelow(t *testing.T) {
	inner := redis.NewConn(nil, 0, 0)
	type own struct{ redis.ConnWithContext }
	for _, c := range []redis.Conn{
		inner, woven{inner}, &woven{woven{inner}}, redis.NewLoggingConn(inner, nil, ""),
		own{inner.(redis.ConnWithContext)}, struct{ redis.Conn }{inner},
	} {
		if got := below(c); got != pointer(inner) || got == nil {
			t.Errorf("%T: %v", c, got)
		}
	}
	for _, c := range []redis.Conn{nil, woven{}, (*woven)(nil), new(redis.Pool).Get()} {
		if got := below(c); got != nil {
			t.Errorf("%T: %v", c, got)
		}
	}
}

// A connection on another one of the program's goes where that goes; of one that is not the
// standard library's nobody asks.
func TestNewConn(t *testing.T) {
	addr := servertest.Redis(t)
	spans := record(t)
	own, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	for _, conn := range []net.Conn{own, struct{ net.Conn }{own}} {
		made := NewConn(conn)
		c := redis.NewConn(conn, 0, 0)
		made(c)
		if _, err := (woven{c}).Do("PING"); err != nil {
			t.Fatal(err)
		}
	}
	_ = own.Close()
	if got := texts(spans.Ended()[0].Attributes()); got["server.port"] != at(addr)["server.port"] {
		t.Errorf("%v", got)
	}
	if got := texts(spans.Ended()[1].Attributes()); got["server.port"] != "" || got["db.system.name"] == "" {
		t.Errorf("%v", got)
	}
}

// Where the program has splunkredigo for a connection, that has its spans.
func TestSplunk(t *testing.T) {
	addr := servertest.Redis(t)
	spans, r := record(t), measure(t)
	c := dial(t, addr)
	Splunk(c)
	_, _ = c.Do("PING")
	_, _ = dial(t, addr).Do("GET", "a")
	if got := names(spans); !slices.Equal(got, []string{"GET"}) {
		t.Errorf("%q", got)
	}
	if h, _ := collect(t, r, "db.client.operation.duration").(metricdata.Histogram[float64]); len(h.DataPoints) != 2 {
		t.Errorf("%d points", len(h.DataPoints))
	}
}

// Without a provider each hook leaves its target alone, and costs no allocation; nor does any
// do anything where the built-in is switched off.
func TestNothing(t *testing.T) {
	c := redis.NewConn(nil, 0, 0)
	made(c, at0)
	captured, p, ctx := (woven{c}).captured(), &redis.Pool{}, t.Context()
	var args []any
	hooks := map[string]func() bool{
		"Do":            func() bool { return Do(captured, "GET", args) == nil },
		"DoContext":     func() bool { return DoContext(ctx, captured, "GET", args) == nil },
		"Send":          func() bool { Send(captured, "GET", args); return true },
		"Flush":         func() bool { return Flush(captured) == nil },
		"Receive":       func() bool { return Receive(captured) == nil },
		"Close":         func() bool { Close(captured); return true },
		"GetContext":    func() bool { return GetContext(ctx, p) == nil },
		"Put":           func() bool { Put(captured); return true },
		"ClosePool":     func() bool { ClosePool(p); return true },
		"DoNone":        func() bool { return DoNone("GET", args) == nil },
		"DoNoneContext": func() bool { return DoNoneContext(ctx, "GET", args) == nil },
	}
	for name, call := range hooks {
		if !call() {
			t.Errorf("%s does something", name)
		}
		if name == "ClosePool" {
			continue // a weak pointer is one, once for each pool
		}
		if n := testing.AllocsPerRun(100, func() { call() }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
	library.On = false // the switch is read once, when the package is initialised
	t.Cleanup(func() { library.On = true })
	spans := record(t)
	hooks["Dial"] = func() bool { return Dial("tcp", "") == nil }
	hooks["NewConn"] = func() bool { return NewConn(nil) == nil }
	hooks["Splunk"] = func() bool { Splunk(c); return !connections.Load(pointer(c)).traced.Load() }
	for name, call := range hooks {
		if !call() || len(spans.Started()) != 0 {
			t.Errorf("%s does something where it is switched off", name)
		}
	}
}
