package hooks

// The hooks called where woven zerolog code calls them. All of them together are in the
// aspect's own tests.

import (
	"bytes"
	"context"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/log/global"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

var span = trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}})

// traced gives the process a tracer provider until the test ends, and returns the context
// of a span.
func traced(t testing.TB) context.Context {
	tp := otel.GetTracerProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider())
	t.Cleanup(func() { otel.SetTracerProvider(tp) })
	return trace.ContextWithSpanContext(context.Background(), span)
}

// records is a processor that keeps what it gets.
type records struct{ all []sdklog.Record }

func (r *records) Enabled(context.Context, sdklog.EnabledParameters) bool { return true }
func (r *records) Shutdown(context.Context) error                         { return nil }
func (r *records) ForceFlush(context.Context) error                       { return nil }
func (r *records) OnEmit(_ context.Context, record *sdklog.Record) error {
	r.all = append(r.all, record.Clone())
	return nil
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

// woven has Write run behind a hook of the program's, as woven code has it, but before the
// message is there.
func woven(e *zerolog.Event, _ zerolog.Level, message string) {
	e.Str(zerolog.MessageFieldName, message)
	Write(e)
}

func newLogger(w io.Writer) zerolog.Logger { return zerolog.New(w).Hook(zerolog.HookFunc(woven)) }

// Without a provider an event and a logger stay as they are, and nothing is allocated.
func TestPlain(t *testing.T) {
	if _, ok := telemetry.LoggerProvider(); ok {
		t.Skip("a test before this one has set a provider")
	}
	ctx := trace.ContextWithSpanContext(context.Background(), span)
	l := zerolog.New(io.Discard)
	e := l.Info().Ctx(ctx)
	before := string(*lineOf.of(e))
	if n := testing.AllocsPerRun(100, func() {
		Write(e)
		if l := WithContext(l, ctx); *contextOf.of(&l) != nil {
			t.Error("the logger has a context")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if got := string(*lineOf.of(e)); got != before {
		t.Errorf("the line is %s, not %s", got, before)
	}
	Write(nil)
}

// Where the built-in is switched off nothing happens, whatever the program's providers.
func TestSwitchedOff(t *testing.T) {
	library.On = false // the switch is read once, when the package is initialised
	t.Cleanup(func() { library.On = true })
	ctx, got := traced(t), exported(t)
	var out bytes.Buffer
	l := WithContext(newLogger(&out), ctx)
	l.Info().Msg("m")
	if len(got.all) != 0 || strings.Contains(out.String(), "_id") {
		t.Errorf("%d records, %s", len(got.all), out.String())
	}
}

// An event is exported with all that its line says, each part in its place.
func TestExport(t *testing.T) {
	got := exported(t)
	l := newLogger(io.Discard).With().Str("app", "test").Logger()
	l.Warn().Ctx(trace.ContextWithSpanContext(context.Background(), span)).
		Time("time", time.Unix(1e9, 0)).Str("caller", "x.go:7").Int("a", 1).AnErr("error", io.EOF).Msg("m")
	if len(got.all) != 1 {
		t.Fatalf("%d records", len(got.all))
	}
	r := got.all[0]
	if r.Body().AsString() != "m" || r.Severity() != log.SeverityWarn || r.SeverityText() != "warn" ||
		!r.Timestamp().Equal(time.Unix(1e9, 0)) || r.SpanID() != span.SpanID() {
		t.Errorf("%q %v %q %v %v", r.Body().AsString(), r.Severity(), r.SeverityText(), r.Timestamp(), r.SpanID())
	}
	var attrs []string
	r.WalkAttributes(func(kv attribute.KeyValue) bool {
		attrs = append(attrs, string(kv.Key)+"="+kv.Value.String())
		return true
	})
	want := "code.file.path=x.go code.line.number=7 app=test a=1 error=EOF"
	if got := strings.Join(attrs, " "); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// The ids of an event's span are in its line, unless it names a trace already.
func TestIDs(t *testing.T) {
	ctx := traced(t)
	for _, c := range []struct {
		log  func(zerolog.Logger)
		want string
	}{
		{func(l zerolog.Logger) { l.Log().Ctx(ctx).Send() }, `,"trace_id":"01000000000000000000000000000000","span_id":"0200000000000000"}`},
		{func(l zerolog.Logger) { l.Log().Ctx(ctx).Str("trace_id", "mine").Send() }, `"trace_id":"mine","message":""}`},
		{func(l zerolog.Logger) { l.Log().Send() }, `{"message":""}`},
		{func(l zerolog.Logger) { l.Log().Ctx((*own)(nil)).Send() }, `{"message":""}`},
	} {
		var out bytes.Buffer
		c.log(newLogger(&out))
		if got := out.String(); !strings.HasSuffix(got, c.want+"\n") || strings.Count(got, "trace_id") > 1 {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

type own struct{ context.Context }

// A logger that is put into a context of a span logs for that, until it is put into another
// one; one that was given a context keeps it.
func TestWithContext(t *testing.T) {
	ctx, l := traced(t), zerolog.New(io.Discard)
	spanOf := func(l zerolog.Logger) trace.SpanID {
		if ctx := *contextOf.of(&l); ctx != nil {
			return trace.SpanContextFromContext(ctx).SpanID()
		}
		return trace.SpanID{}
	}
	child := trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{3}}))
	if got := spanOf(WithContext(l, context.Background())); got.IsValid() {
		t.Errorf("of no span: %v", got)
	}
	put := WithContext(l, ctx)
	if got := spanOf(put); got != span.SpanID() {
		t.Errorf("put: %v", got)
	}
	if got := spanOf(WithContext(put, child)); got != (trace.SpanID{3}) {
		t.Errorf("put again: %v", got)
	}
	if got := spanOf(WithContext(l.With().Ctx(ctx).Logger(), child)); got != span.SpanID() {
		t.Errorf("given: %v", got)
	}
	if got := spanOf(l); got.IsValid() {
		t.Errorf("the logger itself: %v", got)
	}
}

// Times and places are read in the forms that zerolog writes them in, and others are fields.
func TestParse(t *testing.T) {
	format := zerolog.TimeFieldFormat
	t.Cleanup(func() { zerolog.TimeFieldFormat = format })
	at := time.Unix(1e9, 5e6).UTC()
	l := zerolog.New(io.Discard)
	for format, want := range map[string]time.Time{
		time.RFC3339Nano:           at,
		zerolog.TimeFormatUnix:     at.Truncate(time.Second),
		zerolog.TimeFormatUnixMs:   at,
		zerolog.TimeFormatUnixNano: at,
	} {
		zerolog.TimeFieldFormat = format
		e := l.Log().Time("time", at)
		if l := parse(*lineOf.of(e)); !l.time.Equal(want) || len(l.attrs) != 0 {
			t.Errorf("%q: %v %v, want %v", format, l.time, l.attrs, want)
		}
	}
	for text, want := range map[string]line{
		`{"caller":"/a/b.go:12"`: {frame: runtime.Frame{File: "/a/b.go", Line: 12}},
		`{"caller":"b.go"`:       {attrs: []attribute.KeyValue{attribute.String("caller", "b.go")}},
		`{"message":7`:           {attrs: []attribute.KeyValue{attribute.Int("message", 7)}},
		`{"message":"m","a":!`:   {message: "m"},
		`{"a":1,"b":!`:           {message: `{"a":1,"b":!}`, attrs: []attribute.KeyValue{attribute.Int("a", 1)}},
		`{`:                      {},
	} {
		l := parse([]byte(text))
		if l.frame != want.frame || l.message != want.message || len(l.attrs) != len(want.attrs) ||
			len(l.attrs) > 0 && l.attrs[0] != want.attrs[0] {
			t.Errorf("%s: %+v, want %+v", text, l, want)
		}
	}
}

// Levels are the severities that fit them; an event may have none.
func TestSeverity(t *testing.T) {
	for i, want := range []log.Severity{
		log.SeverityTrace, log.SeverityTrace, log.SeverityDebug, log.SeverityInfo, log.SeverityWarn, log.SeverityError,
		log.SeverityFatal, log.SeverityFatal4, log.SeverityUndefined,
	} {
		if level := zerolog.Level(i - 2); severityOf(level) != want {
			t.Errorf("%v: %v, want %v", level, severityOf(level), want)
		}
	}
}

// What the hooks add to an event.
func BenchmarkWrite(b *testing.B) {
	l := zerolog.New(io.Discard)
	e := l.Info().Int("k", 1).Str("message", "m")
	run := func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Write(e)
		}
	}
	b.Run("none", run)
	lp := global.GetLoggerProvider()
	defer global.SetLoggerProvider(lp)
	global.SetLoggerProvider(sdklog.NewLoggerProvider(sdklog.WithProcessor(dropped{})))
	b.Run("exported", run)
}

type dropped struct{ *records }

func (dropped) OnEmit(context.Context, *sdklog.Record) error { return nil }
