package hooks

// The hooks called where woven zap code calls them. All of them together are in the aspect's
// own tests.

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/log/global"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

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

// write logs as woven code does.
func write(l *zap.Logger, level zapcore.Level, message string, fields ...zapcore.Field) {
	end := Check(l)
	ce := l.Check(level, message)
	if end != nil {
		end(ce)
	}
	ce.Write(fields...)
}

// with is l.With as woven code has it.
func with(l *zap.Logger, fields ...zapcore.Field) *zap.Logger {
	next := l.With(fields...)
	for _, end := range []func(*zap.Logger){Clone(l), With(l, fields)} {
		if end != nil {
			end(next)
		}
	}
	return next
}

func newLogger(w io.Writer) *zap.Logger {
	return zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zapcore.EncoderConfig{MessageKey: "msg"}), zapcore.AddSync(w), zap.InfoLevel))
}

func attributes(r sdklog.Record) map[string]string {
	attrs := map[string]string{}
	r.WalkAttributes(func(kv attribute.KeyValue) bool { attrs[string(kv.Key)] = kv.Value.String(); return true })
	return attrs
}

// Without a provider the fields are those that were given, nothing is to be done at an end,
// and nothing is allocated.
func TestPlain(t *testing.T) {
	if _, ok := telemetry.LoggerProvider(); ok || telemetry.Noting() {
		t.Skip("the environment asks for telemetry, or a test before this one has")
	}
	l := zap.NewNop()
	fields := []zapcore.Field{zap.Int("a", 1), zap.Any("ctx", trace.ContextWithSpanContext(context.Background(), span))}
	if n := testing.AllocsPerRun(100, func() {
		if Check(l) != nil || Clone(l) != nil || With(l, fields) != nil || WithLazy(l, fields) != nil ||
			Fields(fields) != nil {
			t.Error("there is something to do")
		}
		if got := Lines(fields); len(got) != len(fields) || &got[0] != &fields[0] {
			t.Error("other fields")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Where the built-in is switched off nothing happens, whatever the program's providers.
func TestSwitchedOff(t *testing.T) {
	library.On = false // the switch is read once, when the package is initialised
	t.Cleanup(func() { library.On = true })
	ctx, got := traced(t), exported(t)
	l := with(newLogger(io.Discard), zap.Int("a", 1))
	write(l, zap.InfoLevel, "m")
	if fields := Lines([]zapcore.Field{zap.Any("ctx", ctx)}); len(fields) != 1 || len(got.all) != 0 {
		t.Error("a record is told of")
	}
}

// A record has what its logger was given, its own fields, and the span of its context; the
// record's own context comes before the logger's.
func TestExport(t *testing.T) {
	got, ctx := exported(t), context.Background()
	l := with(newLogger(io.Discard), zap.Int("a", 1), zap.Any("ctx", trace.ContextWithSpanContext(ctx, span)))
	own := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{3}, SpanID: trace.SpanID{4}})
	write(l, zap.WarnLevel, "m", zap.Int("b", 2), zap.NamedError("cause", errors.New("oh")))
	write(l, zap.InfoLevel, "n", zap.Any("ctx", trace.ContextWithSpanContext(ctx, own)))
	write(l, zap.DebugLevel, "below the level")
	write(zap.NewNop(), zap.DPanicLevel, "nobody writes it")
	if len(got.all) != 2 {
		t.Fatalf("%d records", len(got.all))
	}
	r := got.all[0]
	if r.Body().AsString() != "m" || r.Severity() != log.SeverityWarn || r.SeverityText() != "warn" || r.SpanID() != span.SpanID() {
		t.Errorf("%q %v %q %v", r.Body().AsString(), r.Severity(), r.SeverityText(), r.SpanID())
	}
	attrs := attributes(r)
	if attrs["a"] != "1" || attrs["b"] != "2" || attrs["cause"] != "oh" || attrs["exception.message"] != "oh" || attrs["ctx"] != "" {
		t.Errorf("the attributes are %v", attrs)
	}
	if got.all[1].SpanID() != own.SpanID() {
		t.Errorf("the span is %v", got.all[1].SpanID())
	}
}

// An option gives a logger fields, and what is given lazily is taken when a record is exported.
func TestGiven(t *testing.T) {
	got := exported(t)
	adopt(func(zap.Option, []zapcore.Field) zap.Option { return zap.Development() })
	t.Cleanup(func() { option = nil })
	fields := []zapcore.Field{zap.Int("a", 1)}
	if Fields(fields) == nil || Fields(nil) != nil {
		t.Error("it is not the option that gives something")
	}
	next := newLogger(io.Discard).WithOptions(zap.Fields(fields...))
	noteFields(next, fields)
	asked := 0
	lazy := []zapcore.Field{zap.Stringer("b", stringer(func() string { asked++; return "2" }))}
	last := next.WithLazy(lazy...)
	WithLazy(next, lazy)(last)
	if asked != 0 {
		t.Error("it is taken early")
	}
	for range 2 {
		write(last, zap.InfoLevel, "m")
	}
	if attrs := attributes(got.all[1]); attrs["a"] != "1" || attrs["b"] != "2" || asked != 2 { // zap and the export
		t.Errorf("the attributes are %v, asked for %d times", attrs, asked)
	}
}

type stringer func() string

func (s stringer) String() string { return s() }

// The program's own bridge exports, and nobody else.
func TestBridge(t *testing.T) {
	got := exported(t)
	before := library
	t.Cleanup(func() { library = before })
	library = newLibrary()
	Bridge()
	write(newLogger(io.Discard), zap.InfoLevel, "m")
	if len(got.all) != 0 {
		t.Errorf("%d records", len(got.all))
	}
}

// The fields of a line are those of the record behind the ids, unless it has no context with
// a span or names a trace already.
func TestLines(t *testing.T) {
	ctx := traced(t)
	for _, c := range []struct {
		fields []zapcore.Field
		want   string
	}{
		{[]zapcore.Field{zap.Int("a", 1)}, `{"msg":"m","a":1}`},
		{[]zapcore.Field{zap.Object("ctx", silent{ctx}), zap.Int("a", 1)},
			`{"msg":"m","trace_id":"01000000000000000000000000000000","span_id":"0200000000000000","ctx":{},"a":1}`},
		{[]zapcore.Field{zap.Object("ctx", silent{ctx}), zap.String("trace_id", "mine")}, `{"msg":"m","ctx":{},"trace_id":"mine"}`},
		{[]zapcore.Field{zap.Object("ctx", silent{context.Background()})}, `{"msg":"m","ctx":{}}`},
	} {
		var out bytes.Buffer
		newLogger(&out).Info("m", Lines(c.fields)...)
		if got := out.String(); got != c.want+"\n" {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

// silent is a context of which zap writes nothing.
type silent struct{ context.Context }

func (silent) MarshalLogObject(zapcore.ObjectEncoder) error { return nil }

// Fields are exported as what they are.
func TestFields(t *testing.T) {
	at := time.Unix(1, 2).UTC()
	for _, c := range []struct {
		field zapcore.Field
		want  attribute.Value
	}{
		{zap.String("k", "v"), attribute.StringValue("v")},
		{zap.Bool("k", true), attribute.BoolValue(true)},
		{zap.Int16("k", -2), attribute.Int64Value(-2)},
		{zap.Uint64("k", math.MaxUint64), attribute.StringValue("18446744073709551615")},
		{zap.Uint8("k", 200), attribute.Int64Value(200)},
		{zap.Float64("k", 1.5), attribute.Float64Value(1.5)},
		{zap.Float32("k", 0.5), attribute.Float64Value(0.5)},
		{zap.Duration("k", time.Second), attribute.Int64Value(1e9)},
		{zap.Time("k", at), attribute.Int64Value(1e9 + 2)},
		{zap.Time("k", time.Time{}), attribute.Int64Value(time.Time{}.UnixNano())},
		{zap.Binary("k", []byte("b")), attribute.ByteSliceValue([]byte("b"))},
		{zap.ByteString("k", []byte("b")), attribute.StringValue("b")},
		{zap.Complex128("k", 1i), attribute.StringValue("(0+1i)")},
		{zap.Error(errors.New("oh")), attribute.StringValue("oh")},
		{zap.Stringer("k", at), attribute.StringValue(at.String())},
		{zap.Ints("k", []int{1}), attribute.SliceValue(attribute.Int64Value(1))},
		{zap.Any("k", map[string]int{"a": 1}), attribute.MapValue(attribute.Int64("a", 1))},
		{zap.Dict("k", zap.Int("a", 1)), attribute.MapValue(attribute.Int64("a", 1))},
	} {
		attrs := add(nil, &c.field)
		if len(attrs) != 1 || attrs[0].Value != c.want {
			t.Errorf("%v: %v, want %v", c.field, attrs, c.want)
		}
	}
	if attrs := add(nil, &zapcore.Field{Type: zapcore.SkipType}); len(attrs) != 0 {
		t.Errorf("of nothing: %v", attrs)
	}
}

// Levels are severities as otelzap has them, and those that zap does not know are next to its own.
func TestSeverity(t *testing.T) {
	want := []log.Severity{
		log.SeverityTrace, log.SeverityDebug, log.SeverityInfo, log.SeverityWarn, log.SeverityError,
		log.SeverityFatal1, log.SeverityFatal2, log.SeverityFatal3, log.SeverityFatal4,
	}
	for i, want := range want {
		if level := zapcore.Level(i - 2); severityOf(level) != want {
			t.Errorf("%v: %v, want %v", level, severityOf(level), want)
		}
	}
}

// What the hooks add to a record.
func BenchmarkRecord(b *testing.B) {
	l := newLogger(io.Discard)
	run := func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			write(l, zap.InfoLevel, "m", Lines([]zapcore.Field{zap.Int("k", 1)})...)
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
