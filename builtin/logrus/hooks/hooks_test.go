package hooks

// The hooks called where woven logrus code calls them. All of them together are in the
// aspect's own tests.

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/log/global"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

var (
	now  = time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	span = trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}})
)

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

func entry(ctx context.Context, fields logrus.Fields) *logrus.Entry {
	e := logrus.NewEntry(logrus.New()).WithFields(fields).WithContext(ctx)
	e.Logger.Out = io.Discard
	e.Time, e.Level, e.Message = now, logrus.WarnLevel, "m"
	return e
}

// Without a provider the entry is the one that was given, and nothing is allocated.
func TestPlain(t *testing.T) {
	if _, ok := telemetry.LoggerProvider(); ok {
		t.Skip("a test before this one has set a provider")
	}
	e := entry(trace.ContextWithSpanContext(context.Background(), span), logrus.Fields{"a": 1})
	if n := testing.AllocsPerRun(100, func() {
		if Write(e) != e {
			t.Error("another entry")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if Write(nil) != nil {
		t.Error("an entry in the place of none")
	}
}

// Where the built-in is switched off nothing happens, whatever the program's providers.
func TestSwitchedOff(t *testing.T) {
	library.On = false // the switch is read once, when the package is initialised
	t.Cleanup(func() { library.On = true })
	ctx, got := traced(t), exported(t)
	if e := entry(ctx, nil); Write(e) != e || len(got.all) != 0 {
		t.Error("an entry is told of")
	}
}

// An entry is exported with its fields, its time, its error and its context, and the place
// where the logger says that it is from.
func TestExport(t *testing.T) {
	got := exported(t)
	e := entry(trace.ContextWithSpanContext(context.Background(), span), logrus.Fields{"a": 1, "error": errors.New("oh")})
	e.Caller = &runtime.Frame{Function: "main.main", File: "main.go", Line: 7}
	if Write(e) != e {
		t.Error("another entry, without a provider of spans")
	}
	if len(got.all) != 1 {
		t.Fatalf("%d records", len(got.all))
	}
	r := got.all[0]
	if r.Body().AsString() != "m" || r.Severity() != log.SeverityWarn || r.SeverityText() != "warning" ||
		!r.Timestamp().Equal(now) || r.SpanID() != span.SpanID() {
		t.Errorf("%q %v %q %v %v", r.Body().AsString(), r.Severity(), r.SeverityText(), r.Timestamp(), r.SpanID())
	}
	var attrs []string
	r.WalkAttributes(func(kv attribute.KeyValue) bool {
		attrs = append(attrs, string(kv.Key)+"="+kv.Value.String())
		return true
	})
	want := "code.function.name=main.main code.file.path=main.go code.line.number=7 a=1 error=oh " +
		"exception.message=oh exception.type=*errors.errorString"
	if got := strings.Join(attrs, " "); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// The program's own bridge exports, and nobody else.
func TestBridge(t *testing.T) {
	got := exported(t)
	before := library
	t.Cleanup(func() { library = before })
	library = newLibrary()
	Bridge()
	Write(entry(context.Background(), nil))
	if len(got.all) != 0 {
		t.Errorf("%d records", len(got.all))
	}
}

// What is written of an entry that belongs to a span has its ids; the entry stays as it is.
func TestIDs(t *testing.T) {
	ctx := traced(t)
	for _, c := range []struct {
		ctx    context.Context
		fields logrus.Fields
		want   string
	}{
		{ctx, logrus.Fields{"a": 1}, `{"a":1,"level":"warning","msg":"m","span_id":"0200000000000000","trace_id":"01000000000000000000000000000000"}`},
		{ctx, logrus.Fields{"trace_id": "mine"}, `{"level":"warning","msg":"m","trace_id":"mine"}`},
		{context.Background(), nil, `{"level":"warning","msg":"m"}`},
		{nil, nil, `{"level":"warning","msg":"m"}`},
		{(*own)(nil), nil, `{"level":"warning","msg":"m"}`},
	} {
		e := entry(c.ctx, c.fields)
		e.Buffer = &bytes.Buffer{}
		out, err := (&logrus.JSONFormatter{DisableTimestamp: true}).Format(Write(e))
		if err != nil || string(out) != c.want+"\n" {
			t.Errorf("%s %v, want %s", out, err, c.want)
		}
		if len(e.Data) != len(c.fields) {
			t.Errorf("the entry has %v", e.Data)
		}
	}
}

type own struct{ context.Context }

// Levels are severities as otellogrus has them.
func TestSeverity(t *testing.T) {
	for i, want := range []log.Severity{
		log.SeverityFatal4, log.SeverityFatal, log.SeverityError, log.SeverityWarn, log.SeverityInfo,
		log.SeverityDebug, log.SeverityTrace, log.SeverityTrace,
	} {
		if level := logrus.Level(i); severityOf(level) != want {
			t.Errorf("%v: %v, want %v", level, severityOf(level), want)
		}
	}
}

// What the hooks add to an entry.
func BenchmarkWrite(b *testing.B) {
	e := entry(context.Background(), logrus.Fields{"k": 1})
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
