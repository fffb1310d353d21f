package hooks

// The hooks called where woven log/slog code calls them. What needs the file that the
// aspect adds to log/slog, or all of the hooks together, is in the aspect's own tests.

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/log/global"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

var span = trace.NewSpanContext(trace.SpanContextConfig{
	TraceID: trace.TraceID{0x0a, 15: 1}, SpanID: trace.SpanID{0x0b, 7: 2}, TraceFlags: trace.FlagsSampled,
})

const (
	wantTrace = "0a000000000000000000000000000001"
	wantSpan  = "0b00000000000002"
)

// traced gives the process a tracer provider until the test ends, and returns the context
// of a span.
func traced(t testing.TB) context.Context {
	tp := otel.GetTracerProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider())
	t.Cleanup(func() { otel.SetTracerProvider(tp) })
	return trace.ContextWithSpanContext(context.Background(), span)
}

// exported gives the process a provider of loggers until the test ends, and returns what
// gets its records.
func exported(t testing.TB) *records {
	r := &records{}
	lp := global.GetLoggerProvider()
	global.SetLoggerProvider(sdklog.NewLoggerProvider(sdklog.WithProcessor(r)))
	t.Cleanup(func() { global.SetLoggerProvider(lp) })
	return r
}

// records is a processor that keeps what it gets. It may do something on each.
type records struct {
	all []sdklog.Record
	do  func()
	off bool // it wants none
}

func (r *records) Enabled(context.Context, sdklog.EnabledParameters) bool { return !r.off }

func (r *records) OnEmit(_ context.Context, record *sdklog.Record) error {
	r.all = append(r.all, record.Clone())
	if r.do != nil {
		r.do()
	}
	return nil
}

func (r *records) Shutdown(context.Context) error   { return nil }
func (r *records) ForceFlush(context.Context) error { return nil }

// foreignHandler formats records by itself.
type foreignHandler struct {
	got     *[]slog.Record
	enabled *int
}

func (h foreignHandler) Enabled(context.Context, slog.Level) bool { *h.enabled++; return true }
func (h foreignHandler) Handle(_ context.Context, r slog.Record) error {
	*h.got = append(*h.got, r)
	return nil
}
func (h foreignHandler) WithAttrs([]slog.Attr) slog.Handler { return &h }
func (h foreignHandler) WithGroup(string) slog.Handler      { return &h }

func newForeign() foreignHandler { return foreignHandler{new([]slog.Record), new(int)} }

// Without a provider, or without a span and a provider of loggers, the logger and the
// handlers are the ones that were called, and nothing is allocated.
func TestPlain(t *testing.T) {
	l := slog.New(newForeign())
	h := slog.NewJSONHandler(&bytes.Buffer{}, nil)
	remote := trace.ContextWithSpanContext(context.Background(), span)
	var r slog.Record
	check := func(claim string, ctx context.Context) {
		t.Helper()
		if n := testing.AllocsPerRun(100, func() {
			if Log(l, ctx) != l {
				t.Errorf("%s: another logger", claim)
			}
			if JSON(h, ctx, r) != h {
				t.Errorf("%s: another handler", claim)
			}
			if got := Default(ctx, r, hook.Captured{}); got.Message != "" {
				t.Errorf("%s: another record", claim)
			}
			if own, end := With(l); claim == "no provider" && (own != l || end != nil) {
				t.Errorf("%s: With notes", claim)
			}
			if end := WithGroup(l, "g"); claim == "no provider" && end != nil {
				t.Errorf("%s: WithGroup notes", claim)
			}
		}); n != 0 && claim == "no provider" {
			t.Errorf("%s: %v allocations", claim, n)
		}
	}
	check("no provider", remote)
	otel.SetTracerProvider(noop.NewTracerProvider())
	check("no-op provider", remote)
	traced(t)
	check("no span", context.Background())
	check("no context", nil) //nolint:staticcheck // which a handler may be called with
	if Log(nil, remote) != nil || Log(&slog.Logger{}, remote) == nil {
		t.Error("a logger that panics is another one")
	}
}

// A record for a foreign handler has the ids as its last attributes; one that has a trace
// id keeps it. Handler and Enabled are asked as often as before.
func TestForeign(t *testing.T) {
	ctx := traced(t)
	h := newForeign()
	l := slog.New(h)
	own := Log(l, ctx)
	if own == l {
		t.Fatal("nothing is done")
	}
	own.InfoContext(ctx, "a", "k", 1)
	own.InfoContext(ctx, "b", traceID, "mine")
	if *h.enabled != 2 || len(*h.got) != 2 {
		t.Fatalf("%d questions, %d records", *h.enabled, len(*h.got))
	}
	for i, want := range []string{"k=1 trace_id=" + wantTrace + " span_id=" + wantSpan, "trace_id=mine"} {
		if got := attrsOf((*h.got)[i]); got != want {
			t.Errorf("attributes: %s, want %s", got, want)
		}
	}
}

// A record is its caller's to go on with, whatever room it has for attributes.
func TestRecordKept(t *testing.T) {
	ctx := traced(t)
	own := Log(slog.New(newForeign()), ctx)
	for n := range 20 {
		r := slog.NewRecord(time.Time{}, slog.LevelInfo, "m", 0)
		for range n {
			r.AddAttrs(slog.Int("k", 1))
		}
		if err := own.Handler().Handle(ctx, r); err != nil {
			t.Error(err)
		}
		r.AddAttrs(slog.Int("last", 2))
		if got, want := attrsOf(r), strings.Repeat("k=1 ", n)+"last=2"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func attrsOf(r slog.Record) (out string) {
	r.Attrs(func(a slog.Attr) bool {
		if out != "" {
			out += " "
		}
		out += a.String()
		return true
	})
	return out
}

// A logger that was given a trace id has no second one in its records.
func TestForeignGiven(t *testing.T) {
	ctx := traced(t)
	h := newForeign()
	own, end := With(slog.New(h))
	l := end(own.With(traceID, "mine"))
	if _, ok := l.Handler().(*foreignHandler); !ok {
		t.Fatalf("the handler is a %T", l.Handler())
	}
	l2 := l.WithGroup("g")
	WithGroup(l, "g")(l2)
	for _, l := range []*slog.Logger{l, l2} {
		if Log(l, ctx) != l {
			t.Error("ids are added")
		}
	}
	own, end = With(l)
	if end(own.With()) != l {
		t.Error("With without arguments is another logger")
	}
}

type (
	fanOut struct{ handlers []slog.Handler }
	lazily struct{ make func() slog.Handler }
	byName struct {
		m map[string]*struct{ h slog.Handler }
	}
	embedded struct{ *slog.JSONHandler }
	function func()
)

func (fanOut) Enabled(context.Context, slog.Level) bool    { return true }
func (fanOut) Handle(context.Context, slog.Record) error   { return nil }
func (h fanOut) WithAttrs([]slog.Attr) slog.Handler        { return h }
func (h fanOut) WithGroup(string) slog.Handler             { return h }
func (lazily) Enabled(context.Context, slog.Level) bool    { return true }
func (lazily) Handle(context.Context, slog.Record) error   { return nil }
func (h lazily) WithAttrs([]slog.Attr) slog.Handler        { return h }
func (h lazily) WithGroup(string) slog.Handler             { return h }
func (byName) Enabled(context.Context, slog.Level) bool    { return true }
func (byName) Handle(context.Context, slog.Record) error   { return nil }
func (h byName) WithAttrs([]slog.Attr) slog.Handler        { return h }
func (h byName) WithGroup(string) slog.Handler             { return h }
func (function) Enabled(context.Context, slog.Level) bool  { return true }
func (function) Handle(context.Context, slog.Record) error { return nil }
func (h function) WithAttrs([]slog.Attr) slog.Handler      { return h }
func (h function) WithGroup(string) slog.Handler           { return h }

// Handlers that pass records on are told from those that format them.
func TestIsForeign(t *testing.T) {
	json := slog.NewJSONHandler(&bytes.Buffer{}, nil)
	for _, c := range []struct {
		h    slog.Handler
		want bool
	}{
		{json, false},
		{slog.NewTextHandler(&bytes.Buffer{}, nil), false},
		{slog.Default().Handler(), false},
		{root(), false},
		{fanOut{[]slog.Handler{json}}, false},
		{&fanOut{}, false},
		{lazily{make: nil}, false},
		{byName{m: nil}, false},
		{embedded{json}, false},
		{newForeign(), true},
		{function(func() {}), true},
	} {
		if got := isForeign(c.h); got != c.want {
			t.Errorf("%T is foreign: %v", c.h, got)
		}
	}
}

// log/slog's handlers write the ids, whoever calls them.
func TestHandlers(t *testing.T) {
	ctx := traced(t)
	var out bytes.Buffer
	j, x := slog.NewJSONHandler(&out, nil), slog.NewTextHandler(&out, nil)
	r := slog.Record{Message: "m"}
	_ = JSON(j, ctx, r).Handle(ctx, r)
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil || line[traceID] != wantTrace || line[spanID] != wantSpan {
		t.Errorf("%s: %v", out.String(), err)
	}
	out.Reset()
	_ = Text(x, ctx, r).Handle(ctx, r)
	if want := "level=INFO msg=m trace_id=" + wantTrace + " span_id=" + wantSpan + "\n"; out.String() != want {
		t.Errorf("%s, want %s", out.String(), want)
	}
	r.AddAttrs(slog.String(traceID, "mine"))
	if JSON(j, ctx, r) != j || Text(x, ctx, r) != x || Default(ctx, r, hook.Captured{}).Message != "m" {
		t.Error("a record's own id is not its own any more")
	}
	old := inside
	t.Cleanup(func() { inside = old })
	adopt(nil, func(common any, key string) bool { return common == "given" && key == traceID }, nil)
	for given, want := range map[string]string{"given": "m", "none": "m trace_id=" + wantTrace + " span_id=" + wantSpan} {
		c := hook.Captured{Values: hook.MakeValues("h.ch", given)}
		if got := Default(ctx, slog.Record{Message: "m"}, c).Message; got != want {
			t.Errorf("a handler that was given %s writes %q", given, got)
		}
	}
}

// Where the built-in is switched off each hook leaves what it is called for as it is,
// whatever the program's providers.
func TestSwitchedOff(t *testing.T) {
	on = false // the switch is read once, when the package is initialised
	t.Cleanup(func() { on = true })
	exported(t)
	ctx := traced(t)
	l, j, x := slog.New(newForeign()), slog.NewJSONHandler(&bytes.Buffer{}, nil), slog.NewTextHandler(&bytes.Buffer{}, nil)
	var r slog.Record
	if Log(l, ctx) != l || JSON(j, ctx, r) != j || Text(x, ctx, r) != x || Default(ctx, r, hook.Captured{}).Message != "" {
		t.Error("something is done with a record")
	}
	own, end := With(l)
	if own != l || end != nil || WithGroup(l, "g") != nil || JSONWithAttrs(j, nil) != nil || TextWithGroup(x, "g") != nil {
		t.Error("something is noted")
	}
}

// Where telemetry works for itself nothing is exported.
func TestUntraced(t *testing.T) {
	exported(t)
	l := slog.New(newForeign())
	if ctx := telemetry.Untraced(context.Background()); Log(l, ctx) != l {
		t.Error("a record of telemetry's own is exported")
	}
	if Log(l, context.Background()) == l || Log(l, nil) == l { //nolint:staticcheck // which a handler may be called with
		t.Error("a record is not exported")
	}
}
