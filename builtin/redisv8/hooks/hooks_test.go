package hooks

// The hooks are tested here as far as they go without being woven: the tests call them as
// woven code does, around the calls of real clients of real servers.

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-redis/redis/v8"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
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

// collect returns the metric's data, or nil.
func collect(t testing.TB, r metric.Reader, name string) metricdata.Aggregation {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := r.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	for _, s := range all.ScopeMetrics {
		for _, m := range s.Metrics {
			if m.Name == name {
				return m.Data
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
func open(t testing.TB, o *redis.Options) *redis.Client {
	exit := New()
	c := redis.NewClient(o)
	if exit != nil {
		exit(c)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// do has the client process a command, as woven code does.
func do(ctx context.Context, c *redis.Client, args ...any) error {
	cmd := redis.NewCmd(ctx, args...)
	ctx, end := Process(ctx, c, cmd)
	err := c.Process(ctx, cmd)
	if end != nil {
		end(err, hook.Returned)
	}
	return err
}

// place returns what is told of each call of a client of that address.
func place(addr string) map[string]string {
	host, port, _ := net.SplitHostPort(addr)
	return map[string]string{
		"db.system.name": "redis STRING", "db.namespace": "0 STRING", "server.address": host + " STRING", "server.port": port + " INT64",
	}
}

// A command has what the conventions ask for: its span all of it, its duration what does not
// differ from one call to the next, and neither has a key or a value.
func TestCommand(t *testing.T) {
	addr := servertest.Redis(t)
	for _, c := range []struct {
		args          []any
		name, message string
		told          map[string]string // of span and metric
		alone         map[string]string // of the span
	}{
		{[]any{"set", "key", "s3cret"}, "SET", "", nil, nil},
		{[]any{"get", "none"}, "GET", "", nil, nil}, // that there is nothing is no failure
		{[]any{"Config", "GET", "save"}, "CONFIG GET", "", nil, nil},
		{[]any{"lpush", "key", "s3cret"}, "LPUSH", "WRONGTYPE Operation against a key holding the wrong kind of value",
			map[string]string{"error.type": "WRONGTYPE STRING", "db.response.status_code": "WRONGTYPE STRING"}, nil},
		{[]any{"nosuch", "s3cret"}, "NOSUCH", "ERR unknown command",
			map[string]string{"error.type": "ERR STRING", "db.response.status_code": "ERR STRING"}, nil},
		{[]any{"set key s3cret"}, "", "ERR unknown command",
			map[string]string{"error.type": "ERR STRING", "db.response.status_code": "ERR STRING"}, nil},
		{[]any{"evalsha", "0123456789012345678901234567890123456789", 1, "s3cret"}, "EVALSHA", "NOSCRIPT No matching script. Please use EVAL.",
			map[string]string{"error.type": "NOSCRIPT STRING", "db.response.status_code": "NOSCRIPT STRING"},
			map[string]string{"db.stored_procedure.name": "0123456789012345678901234567890123456789 STRING"}},
	} {
		spans, r := record(t), measure(t)
		_ = do(t.Context(), open(t, &redis.Options{Addr: addr}), c.args...)
		want := place(addr)
		maps.Copy(want, c.told)
		if c.name != "" {
			want["db.operation.name"] = c.name + " STRING"
		}
		h, _ := collect(t, r, "db.client.operation.duration").(metricdata.Histogram[float64])
		if len(h.DataPoints) != 1 || !maps.Equal(texts(h.DataPoints[0].Attributes.ToSlice()), want) || h.DataPoints[0].Count != 1 ||
			!slices.Equal(h.DataPoints[0].Bounds, []float64{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10}) {
			t.Errorf("%v: measured %+v", c.args, h.DataPoints)
		}
		maps.Copy(want, c.alone)
		if n := len(spans.Ended()); n != 1 {
			t.Fatalf("%v: %d spans", c.args, n)
		}
		s := spans.Ended()[0]
		name := c.name
		if name == "" {
			name = "redis"
		}
		if s.Name() != name || s.SpanKind() != trace.SpanKindClient || !maps.Equal(texts(s.Attributes()), want) {
			t.Errorf("%v: %s %v %v, want %v", c.args, s.Name(), s.SpanKind(), texts(s.Attributes()), want)
		}
		if (s.Status().Code == codes.Error) != (c.message != "") || s.Status().Description != c.message {
			t.Errorf("%v: %+v", c.args, s.Status())
		}
		if s.InstrumentationScope().SchemaURL != semconv.SchemaURL {
			t.Errorf("the schema is %q", s.InstrumentationScope().SchemaURL)
		}
		for _, a := range s.Attributes() {
			if strings.Contains(a.Value.String(), "s3cret") || strings.Contains(s.Status().Description, "s3cret") {
				t.Errorf("%v: a value is told: %v %v", c.args, a, s.Status())
			}
		}
	}
}

// A failure has the name of its kind.
func TestFailures(t *testing.T) {
	c := open(t, &redis.Options{Addr: servertest.Redis(t)})
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for want, end := range map[string]func(func(error, hook.Exit)){
		"context.Canceled":                            func(end func(error, hook.Exit)) { end(fmt.Errorf("wrapped: %w", canceled.Err()), hook.Returned) },
		"github.com/go-redis/redis/v8.ErrClosed":      func(end func(error, hook.Exit)) { end(redis.ErrClosed, hook.Returned) },
		"github.com/go-redis/redis/v8.TxFailedErr":    func(end func(error, hook.Exit)) { end(redis.TxFailedErr, hook.Returned) },
		"github.com/go-redis/redis/v8.ErrPoolTimeout": func(end func(error, hook.Exit)) { end(errors.New("redis: connection pool timeout"), hook.Returned) },
		"timeout": func(end func(error, hook.Exit)) { end(&net.OpError{Op: "read", Err: timedOut{}}, hook.Returned) },
		"panic":   func(end func(error, hook.Exit)) { end(nil, hook.Panicked) },
		"*hooks.odd": func(end func(error, hook.Exit)) {
			var e *odd
			end(e, hook.Returned)
		},
	} {
		spans := record(t)
		_, exit := Process(t.Context(), c, redis.NewCmd(t.Context(), "get", "a"))
		end(exit)
		s := spans.Ended()[0]
		if got := texts(s.Attributes())["error.type"]; got != want+" STRING" || s.Status().Code != codes.Error {
			t.Errorf("error.type is %q, want %q: %+v", got, want, s.Status())
		}
	}
	spans := record(t)
	_, exit := Process(t.Context(), c, redis.NewCmd(t.Context(), "get", "a"))
	exit(fmt.Errorf("wrapped: %w", redis.Nil), hook.Returned)
	if s := spans.Ended()[0]; s.Status().Code == codes.Error {
		t.Error("that there is nothing is a failure if it is wrapped")
	}
}

type timedOut struct{}

func (timedOut) Error() string   { return "i/o timeout" }
func (timedOut) Timeout() bool   { return true }
func (timedOut) Temporary() bool { return true }

// odd is an error whose methods do not survive nil.
type odd struct{ text string }

func (o *odd) Error() string { return o.text }

// Without a provider each hook leaves its target alone, and costs no allocation.
func TestNoProvider(t *testing.T) {
	c := open(t, &redis.Options{Addr: "127.0.0.1:1"})
	cluster, ring := redis.NewClusterClient(&redis.ClusterOptions{}), redis.NewRing(&redis.RingOptions{})
	t.Cleanup(func() { _ = errors.Join(cluster.Close(), ring.Close()) })
	NewCluster()(cluster)
	NewRing()(ring)
	ctx, cmd, p := t.Context(), redis.NewCmd(t.Context(), "get", "a"), c.Pipeline().(*redis.Pipeline)
	for name, call := range map[string]func() bool{
		"Process":        func() bool { got, end := Process(ctx, c, cmd); return got == ctx && end == nil },
		"ProcessConn":    func() bool { got, end := ProcessConn(ctx, nil, cmd); return got == ctx && end == nil },
		"ProcessTx":      func() bool { got, end := ProcessTx(ctx, nil, cmd); return got == ctx && end == nil },
		"ProcessCluster": func() bool { got, end := ProcessCluster(ctx, cluster, cmd); return got == ctx && end == nil },
		"ProcessRing":    func() bool { got, end := ProcessRing(ctx, ring, cmd); return got == ctx && end == nil },
		"Exec":           func() bool { got, end := Exec(ctx, p); return got == ctx && end == nil },
		"DBSize":         func() bool { got, end := DBSize(ctx, cluster); return got == ctx && end == nil },
		"Tx":             func() bool { return Tx(c) == nil },
		"Pipeline":       func() bool { return Pipeline(c) != nil },
		"TxPipeline":     func() bool { return TxPipeline(c) != nil },
	} {
		if !call() {
			t.Errorf("%s does something else", name)
		}
		if n := testing.AllocsPerRun(100, func() { call() }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// A context that is nil is the library's to complain about, and telemetry's own work is not
// told of.
func TestLeftAlone(t *testing.T) {
	spans := record(t)
	c := open(t, &redis.Options{})
	cmd := redis.NewCmd(t.Context(), "get", "a")
	var none context.Context
	if ctx, end := Process(none, c, cmd); ctx != nil || end != nil {
		t.Error("a nil context has been replaced")
	}
	if _, end := Process(telemetry.Untraced(t.Context()), c, cmd); end != nil || len(spans.Started()) != 0 {
		t.Error("telemetry's own work is traced")
	}
}

// Where the built-in is switched off no hook does anything, whatever the program's providers.
func TestSwitchedOff(t *testing.T) {
	library.On = false // the switch is read once, when the package is initialised
	t.Cleanup(func() { library.On = true })
	spans := record(t)
	measure(t)
	c := open(t, &redis.Options{})
	if New() != nil || NewFailover(nil) != nil || NewCluster() != nil || NewRing() != nil || NewSentinel(nil) != nil ||
		Conn(c) != nil || Tx(c) != nil || Pipeline(c) != nil || TxPipeline(c) != nil {
		t.Error("a hook does something")
	}
	if _, end := Process(t.Context(), c, redis.NewCmd(t.Context(), "get", "a")); end != nil || len(spans.Started()) != 0 {
		t.Error("a call is traced")
	}
}

// spanHook is a hook as an instrumentation has it, but for its package.
type spanHook struct{ silent }

// silent is a hook of the program's that does nothing.
type silent struct{}

func (silent) BeforeProcess(ctx context.Context, _ redis.Cmder) (context.Context, error) {
	return ctx, nil
}
func (silent) AfterProcess(context.Context, redis.Cmder) error { return nil }
func (silent) BeforeProcessPipeline(ctx context.Context, _ []redis.Cmder) (context.Context, error) {
	return ctx, nil
}
func (silent) AfterProcessPipeline(context.Context, []redis.Cmder) error { return nil }

// Where the program has added a hook that makes spans, that tells of the client from then on;
// the call is measured as before. Other hooks, and other clients, change nothing.
func TestOwnHook(t *testing.T) {
	here := reflect.TypeFor[spanHook]().PkgPath()
	ours := here + "_spans" // a package that is none of those
	instrumentations = append(instrumentations, ours)
	t.Cleanup(func() { instrumentations = instrumentations[:len(instrumentations)-1] })
	if makesSpans(spanHook{}) || makesSpans(&silent{}) || makesSpans(nil) {
		t.Error("a hook of the program's is taken for an instrumentation's")
	}
	c, other := open(t, &redis.Options{Addr: "127.0.0.1:1"}), open(t, &redis.Options{Addr: "127.0.0.1:1"})
	want := func(what string, c *redis.Client, n int) {
		t.Helper()
		spans, r := record(t), measure(t)
		_, end := Process(t.Context(), c, redis.NewCmd(t.Context(), "get", "a"))
		end(nil, hook.Returned)
		p := c.Pipeline()
		p.Get(t.Context(), "a")
		Pipeline(c)(p)
		_, done := Exec(t.Context(), p.(*redis.Pipeline))
		done(nil, nil, hook.Returned)
		h, _ := collect(t, r, "db.client.operation.duration").(metricdata.Histogram[float64])
		if got := len(spans.Ended()); got != n || len(h.DataPoints) != 1 || h.DataPoints[0].Count != 2 {
			t.Errorf("%s: %d spans, measured %+v", what, got, h.DataPoints)
		}
	}
	c.AddHook(silent{})
	want("with another hook", c, 2)
	instrumentations[len(instrumentations)-1] = here
	c.AddHook(&spanHook{})
	want("with a hook that makes spans", c, 0)
	want("another client", other, 2)
	p := new(redis.Pipeline)
	if clientHooks.Of(c) == nil || clusterHooks.Of(new(redis.ClusterClient)) == nil || ringHooks.Of(new(redis.Ring)) == nil ||
		txHooks.Of(new(redis.Tx)) == nil || queue.Of(p) == nil || queueMutex.Of(p) == nil {
		t.Error("the library has not the fields that are expected")
	}
}
