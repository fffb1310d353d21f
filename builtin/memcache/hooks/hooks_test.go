package hooks

// The hooks are tested here as far as they go without being woven: the tests call them as
// woven code does, around the calls of real clients of a real server.

import (
	"errors"
	"maps"
	"net"
	"strings"
	"testing"

	"github.com/bradfitz/gomemcache/memcache"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/instrument/hook"
	"github.com/goweaver/weaver/internal/servertest"
)

// record gives the process a tracer provider until the test ends.
func record(t testing.TB) *tracetest.SpanRecorder {
	r := tracetest.NewSpanRecorder()
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r)))
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	return r
}

// measure gives the process a meter provider until the test ends.
func measure(t testing.TB) *metric.ManualReader {
	r := metric.NewManualReader()
	before := otel.GetMeterProvider()
	otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(r)))
	t.Cleanup(func() { otel.SetMeterProvider(before) })
	return r
}

// durations returns what was measured of calls.
func durations(t testing.TB, r metric.Reader) []metricdata.HistogramDataPoint[float64] {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := r.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	for _, s := range all.ScopeMetrics {
		for _, m := range s.Metrics {
			if h, ok := m.Data.(metricdata.Histogram[float64]); ok && m.Name == "db.client.operation.duration" {
				return h.DataPoints
			}
		}
	}
	return nil
}

// texts returns attributes with the type of each value behind it.
func texts(attrs []attribute.KeyValue) map[string]string {
	all := map[string]string{}
	for _, a := range attrs {
		all[string(a.Key)] = a.Value.String() + " " + a.Value.Type().String()
	}
	return all
}

// open makes a client, as woven code does, which the test closes.
func open(t testing.TB, servers ...string) *memcache.Client {
	exit := New(servers)
	c := memcache.New(servers...)
	if exit != nil {
		exit(c)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// rule is what a rule says of its command.
func rule(command string) *hook.Func {
	return &hook.Func{Options: []hook.Option{{Key: "command", Value: command}}}
}

// call calls the client, as woven code does.
func call(c *memcache.Client, command string, do func() error) {
	end := Call(c, rule(command))
	err := do()
	if end != nil {
		end(err, hook.Returned)
	}
}

// A call has what the conventions ask for, in its span and in its duration, and neither has a
// key or a value.
func TestCall(t *testing.T) {
	addr := servertest.Memcached(t)
	host, port, _ := net.SplitHostPort(addr)
	c := open(t, addr)
	item := func(key, value string) *memcache.Item { return &memcache.Item{Key: key, Value: []byte(value)} }
	for _, test := range []struct {
		command string
		do      func() error
		failed  string
	}{
		{"set", func() error { return c.Set(item("s3cret", "a")) }, ""},
		{"get", func() error { _, err := c.Get("s3cret"); return err }, ""},
		{"get", func() error { _, err := c.Get("none"); return err }, ""},
		{"get", func() error { _, err := c.GetMulti([]string{"s3cret", "none"}); return err }, ""},
		{"add", func() error { return c.Add(item("s3cret", "b")) }, ""},
		{"incr", func() error { _, err := c.Increment("s3cret", 1); return err }, "CLIENT_ERROR"},
		{"set", func() error { return c.Set(item("s3cret", strings.Repeat("s3cret", 1<<18))) }, "SERVER_ERROR"},
		{"set", func() error { return c.Set(item("s3cret s3cret", "a")) }, "github.com/bradfitz/gomemcache/memcache.ErrMalformedKey"},
		{"version", c.Ping, ""},
	} {
		spans, r := record(t), measure(t)
		call(c, test.command, test.do)
		want := map[string]string{
			"db.system.name": "memcached STRING", "db.operation.name": test.command + " STRING",
			"server.address": host + " STRING", "server.port": port + " INT64",
		}
		if test.failed != "" {
			want["error.type"] = test.failed + " STRING"
			if !strings.Contains(test.failed, ".") {
				want["db.response.status_code"] = test.failed + " STRING"
			}
		}
		if points := durations(t, r); len(points) != 1 || !maps.Equal(texts(points[0].Attributes.ToSlice()), want) {
			t.Errorf("%s: measured %+v, want %v", test.command, points, want)
		}
		if n := len(spans.Ended()); n != 1 {
			t.Fatalf("%s: %d spans", test.command, n)
		}
		s := spans.Ended()[0]
		if s.Name() != test.command || s.SpanKind() != trace.SpanKindClient || s.Parent().IsValid() || !maps.Equal(texts(s.Attributes()), want) {
			t.Errorf("%s: %s %v %v, want %v", test.command, s.Name(), s.SpanKind(), texts(s.Attributes()), want)
		}
		if (s.Status().Code == codes.Error) != (test.failed != "") || strings.Contains(s.Status().Description, "s3cret") {
			t.Errorf("%s: %+v", test.command, s.Status())
		}
		if s.InstrumentationScope().SchemaURL != semconv.SchemaURL {
			t.Errorf("the schema is %q", s.InstrumentationScope().SchemaURL)
		}
	}
}

type timedOut struct{}

func (timedOut) Error() string   { return "i/o timeout" }
func (timedOut) Timeout() bool   { return true }
func (timedOut) Temporary() bool { return true }

// odd is an error whose methods do not survive nil.
type odd struct{ text string }

func (o *odd) Error() string { return o.text }

// A failure has the name of its kind, and what the server has sent is told if it is an error.
func TestFailures(t *testing.T) {
	for _, c := range []struct {
		err                 error
		how                 hook.Exit
		kind, code, message string
	}{
		{timedOut{}, hook.Returned, "timeout", "", "i/o timeout"},
		{memcache.ErrNoServers, hook.Returned, "github.com/bradfitz/gomemcache/memcache.ErrNoServers", "", memcache.ErrNoServers.Error()},
		{(*odd)(nil), hook.Returned, "*hooks.odd", "", "<nil>"},
		{nil, hook.Panicked, "panic", "", "panic"},
		{nil, hook.Goexit, "goexit", "", "goexit"},
		{errors.New(`memcache: unexpected response line from "set": "SERVER_ERROR out of memory\r\n"`), hook.Returned, "SERVER_ERROR", "SERVER_ERROR",
			`memcache: unexpected response line from "set": "SERVER_ERROR out of memory\r\n"`},
		{errors.New(`memcache: unexpected response line: "ERROR\r\n"`), hook.Returned, "ERROR", "ERROR", `memcache: unexpected response line: "ERROR\r\n"`},
		{errors.New(`memcache: unexpected line in get response: "s3cret"`), hook.Returned, "*errors.errorString", "", "memcache: unexpected line in get response"},
	} {
		f := failed(c.err, c.how)
		if f == nil || f.kind != c.kind || f.code != c.code || f.message != c.message {
			t.Errorf("%v: %+v", c.err, f)
		}
	}
	for _, answer := range []error{nil, memcache.ErrCacheMiss, memcache.ErrNotStored, memcache.ErrCASConflict} {
		if f := failed(answer, hook.Returned); f != nil {
			t.Errorf("%v: %+v", answer, f)
		}
	}
}

// A server is told where there is one.
func TestPlace(t *testing.T) {
	for server, want := range map[string]map[string]string{
		"a:1":            {"server.address": "a STRING", "server.port": "1 INT64"},
		":1":             {"server.address": "localhost STRING", "server.port": "1 INT64"},
		"a:memcached":    {"server.address": "a STRING"},
		"/run/mem.sock":  {"server.address": "/run/mem.sock STRING"},
		"[::1]:11211":    {"server.address": "::1 STRING", "server.port": "11211 INT64"},
		"\xff.example:1": {"server.address": "\uFFFD.example STRING", "server.port": "1 INT64"},
	} {
		if got := texts(place([]string{server})); !maps.Equal(got, want) {
			t.Errorf("%q: %v, want %v", server, got, want)
		}
	}
	if place(nil) != nil || place([]string{"a:1", "b:1"}) != nil {
		t.Error("of several servers one is told")
	}
}

// Where the program has otelmemcache for a client, that has its spans; its calls are measured.
func TestOtel(t *testing.T) {
	own, unseen, other := open(t, "127.0.0.1:1"), memcache.New("127.0.0.1:1"), memcache.New("127.0.0.1:1")
	Otel(own)
	Otel(unseen)
	Otel(nil)
	spans, r := record(t), measure(t)
	for i, c := range []*memcache.Client{own, unseen, other} {
		call(c, "get", func() error { return nil })
		if n := len(spans.Ended()); n != i/2 {
			t.Errorf("client %d: %d spans", i, n)
		}
	}
	if points := durations(t, r); len(points) != 2 {
		t.Errorf("%d points", len(points))
	}
}

// Without a provider the hook leaves its target alone, and costs no allocation; nor does any do
// anything where the built-in is switched off.
func TestNothing(t *testing.T) {
	c, f := open(t, "127.0.0.1:1"), rule("get")
	if Call(c, f) != nil {
		t.Error("it does something")
	}
	if n := testing.AllocsPerRun(100, func() { Call(c, f) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	on = false // the switch is read once, when the package is initialised
	t.Cleanup(func() { on = true })
	spans := record(t)
	Otel(c)
	if New(nil) != nil || Call(c, f) != nil || len(spans.Started()) != 0 || clients.Load(c).traced.Load() {
		t.Error("it does something where it is switched off")
	}
}
