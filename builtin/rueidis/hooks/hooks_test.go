package hooks

// The hooks are tested here as far as they go without being woven: the tests call them as
// woven code does, around the calls of real clients of real servers.

import (
	"context"
	"maps"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/redis/rueidis"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
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

// at returns what is told of each call of a client of that address.
func at(addr string) map[string]string {
	host, port, _ := net.SplitHostPort(addr)
	return map[string]string{
		"db.system.name": "redis STRING", "db.namespace": "0 STRING", "server.address": host + " STRING", "server.port": port + " INT64",
	}
}

// open makes a client, as woven code does, which the test closes.
func open(t testing.TB, o rueidis.ClientOption) rueidis.Client {
	t.Helper()
	exit := New(o)
	c, err := rueidis.NewClient(o)
	if err != nil {
		t.Fatal(err)
	}
	if exit != nil {
		exit(c)
	}
	t.Cleanup(c.Close)
	return c
}

func options(addr string) rueidis.ClientOption {
	return rueidis.ClientOption{InitAddress: []string{addr}, ForceSingleClient: true}
}

// captured is what the hooks are given of a client.
func captured(c any) hook.Captured { return hook.Captured{Values: hook.MakeValues("c", c)} }

// A doer is any client.
type doer interface {
	B() rueidis.Builder
	Do(context.Context, rueidis.Completed) rueidis.RedisResult
	DoMulti(context.Context, ...rueidis.Completed) []rueidis.RedisResult
}

// do has the client do a command, as woven code does.
func do(ctx context.Context, c doer, words ...string) error {
	cmd := build(c, words...)
	end := Do(ctx, captured(c), cmd)
	r := c.Do(ctx, cmd)
	if end != nil {
		end(r, hook.Returned)
	}
	return r.Error()
}

// doMulti has the client do several commands, as woven code does.
func doMulti(ctx context.Context, c doer, cmds ...string) {
	var multi []rueidis.Completed
	for _, cmd := range cmds {
		multi = append(multi, build(c, strings.Fields(cmd)...))
	}
	end := DoMulti(ctx, captured(c), multi)
	all := c.DoMulti(ctx, multi...)
	if end != nil {
		end(all, hook.Returned)
	}
}

func build(c doer, words ...string) rueidis.Completed {
	return c.B().Arbitrary(words...).Build()
}

// A command has what the conventions ask for, in its span and in its duration, and neither has
// a key or a value.
func TestCommand(t *testing.T) {
	addr := servertest.Redis(t)
	for _, c := range []struct {
		words         string
		name, message string
		more          map[string]string
	}{
		{"set key s3cret", "SET", "", nil},
		{"GET none", "GET", "", nil}, // that there is nothing is no failure
		{"CONFIG GET save", "CONFIG GET", "", nil},
		{"LPUSH key s3cret", "LPUSH", "WRONGTYPE Operation against a key holding the wrong kind of value",
			map[string]string{"error.type": "WRONGTYPE STRING", "db.response.status_code": "WRONGTYPE STRING"}},
		{"NOSUCH s3cret", "NOSUCH", "ERR unknown command",
			map[string]string{"error.type": "ERR STRING", "db.response.status_code": "ERR STRING"}},
	} {
		spans, r := record(t), measure(t)
		_ = do(t.Context(), open(t, options(addr)), strings.Fields(c.words)...)
		want := at(addr)
		maps.Copy(want, c.more)
		want["db.operation.name"] = c.name + " STRING"
		if points := durations(t, r); len(points) != 1 || !maps.Equal(texts(points[0].Attributes.ToSlice()), want) {
			t.Errorf("%s: measured %+v", c.words, points)
		}
		if n := len(spans.Ended()); n != 1 {
			t.Fatalf("%s: %d spans", c.words, n)
		}
		s := spans.Ended()[0]
		if s.Name() != c.name || s.SpanKind() != trace.SpanKindClient || !maps.Equal(texts(s.Attributes()), want) {
			t.Errorf("%s: %s %v %v, want %v", c.words, s.Name(), s.SpanKind(), texts(s.Attributes()), want)
		}
		if (s.Status().Code == codes.Error) != (c.message != "") || s.Status().Description != c.message {
			t.Errorf("%s: %+v", c.words, s.Status())
		}
	}
}

// told returns the names of the spans, with their sizes, and "!" for one that failed.
func told(spans *tracetest.SpanRecorder) string {
	var all []string
	for _, s := range spans.Ended() {
		name := s.Name()
		if size := texts(s.Attributes())["db.operation.batch.size"]; size != "" {
			name += " " + strings.TrimSuffix(size, " INT64")
		}
		if s.Status().Code == codes.Error {
			name += "!"
		}
		all = append(all, name)
	}
	return strings.Join(all, " ")
}

// Several commands are one call, which fails by the first that does.
func TestMulti(t *testing.T) {
	c := open(t, options(servertest.Redis(t)))
	if err := do(t.Context(), c, "SET", "text", "s3cret"); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		cmds []string
		want string
	}{
		{[]string{"GET text"}, "GET"},
		{[]string{"GET text", "get none"}, "PIPELINE GET 2"},
		{[]string{"GET none", "LLEN text"}, "PIPELINE 2!"},
		{[]string{"MULTI", "INCR n", "INCR n", "EXEC"}, "MULTI INCR 2"},
		{[]string{"MULTI", "GET text", "LLEN text", "EXEC"}, "MULTI 2!"},
		{[]string{"MULTI", "EXEC"}, "PIPELINE 2"},
		{nil, ""},
	} {
		spans := record(t)
		d, cancel := c.Dedicate()
		if end := Dedicate(captured(c)); end != nil {
			end(d)
		}
		doMulti(t.Context(), d, test.cmds...)
		cancel()
		if got := told(spans); got != test.want {
			t.Errorf("%q: %s, want %s", test.cmds, got, test.want)
		}
	}
}

// What is answered from the client's cache is told of as well, and so is what is streamed.
func TestOtherForms(t *testing.T) {
	c := open(t, options(servertest.Redis(t)))
	if err := do(t.Context(), c, "SET", "text", "s3cret"); err != nil {
		t.Fatal(err)
	}
	spans := record(t)
	ctx := t.Context()
	for range 2 {
		cmd := c.B().Get().Key("text").Cache()
		end := DoCache(ctx, captured(c), cmd)
		end(c.DoCache(ctx, cmd, time.Minute), hook.Returned)
	}
	cached := []rueidis.CacheableTTL{rueidis.CT(c.B().Get().Key("text").Cache(), time.Minute), rueidis.CT(c.B().Get().Key("none").Cache(), time.Minute)}
	endAll := DoMultiCache(ctx, captured(c), cached)
	endAll(c.DoMultiCache(ctx, cached...), hook.Returned)

	end := DoStream(ctx, captured(c), c.B().Get().Key("text").Build())
	s := c.DoStream(ctx, c.B().Get().Key("text").Build())
	end(s, hook.Returned)
	var text strings.Builder
	if _, err := s.WriteTo(&text); err != nil || text.String() != "s3cret" {
		t.Errorf("%q, %v", &text, err)
	}
	canceled, cancel := context.WithCancel(ctx)
	cancel()
	endMany := DoMultiStream(ctx, captured(c), []rueidis.Completed{build(c, "GET", "a"), build(c, "GET", "b")})
	endMany(c.DoMultiStream(canceled, build(c, "GET", "a"), build(c, "GET", "b")), hook.Returned)
	if got, want := told(spans), "GET GET PIPELINE GET 2 GET PIPELINE GET 2!"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	all := spans.Ended()
	if got := texts(all[len(all)-1].Attributes())["error.type"]; got != "context.Canceled STRING" {
		t.Errorf("error.type is %s", got)
	}
}

// A call that does not return, and one that has no command, fail as they do.
func TestEnds(t *testing.T) {
	c := open(t, options(servertest.Redis(t)))
	spans := record(t)
	Do(t.Context(), captured(c), rueidis.Completed{})(rueidis.RedisResult{}, hook.Panicked)
	DoMulti(t.Context(), captured(c), []rueidis.Completed{build(c, "GET", "a")})(nil, hook.Goexit)
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := do(canceled, c, "GET", "a"); err == nil {
		t.Error("it is not canceled")
	}
	if got, want := told(spans), "redis! GET! GET!"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for i, want := range []string{"panic STRING", "goexit STRING", "context.Canceled STRING"} {
		if got := texts(spans.Ended()[i].Attributes())["error.type"]; got != want {
			t.Errorf("error.type is %s, want %s", got, want)
		}
	}
}

// Without a provider each hook leaves its target alone, and costs no allocation; nor does any
// do anything where the built-in is switched off. Telemetry's own work is not told of.
func TestNothing(t *testing.T) {
	c := open(t, options(servertest.Redis(t)))
	got, ctx, cmd := captured(c), t.Context(), build(c, "GET", "a")
	multi, cached := []rueidis.Completed{cmd}, []rueidis.CacheableTTL{{}}
	hooks := map[string]func() bool{
		"Do":            func() bool { return Do(ctx, got, cmd) == nil },
		"DoMulti":       func() bool { return DoMulti(ctx, got, multi) == nil },
		"DoCache":       func() bool { return DoCache(ctx, got, rueidis.Cacheable(cmd)) == nil },
		"DoMultiCache":  func() bool { return DoMultiCache(ctx, got, cached) == nil },
		"DoStream":      func() bool { return DoStream(ctx, got, cmd) == nil },
		"DoMultiStream": func() bool { return DoMultiStream(ctx, got, multi) == nil },
		"Dedicate":      func() bool { return Dedicate(got) == nil },
		"Dedicated":     func() bool { return Dedicated(got, nil) == nil },
		"Nodes":         func() bool { return Nodes(got) == nil },
	}
	for name, call := range hooks {
		if !call() {
			t.Errorf("%s does something", name)
		}
		if n := testing.AllocsPerRun(100, func() { call() }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
	spans := record(t)
	if Do(telemetry.Untraced(ctx), got, cmd) != nil || len(spans.Started()) != 0 {
		t.Error("telemetry's own work is traced")
	}
	var none context.Context
	if Do(none, got, cmd) != nil {
		t.Error("a nil context is told of")
	}
	library.On = false // the switch is read once, when the package is initialised
	t.Cleanup(func() { library.On = true })
	hooks["New"] = func() bool { return New(rueidis.ClientOption{}) == nil }
	hooks["OtelClient"] = func() bool { return OtelClient() == nil }
	for name, call := range hooks {
		if !call() || len(spans.Started()) != 0 {
			t.Errorf("%s does something where it is switched off", name)
		}
	}
}
