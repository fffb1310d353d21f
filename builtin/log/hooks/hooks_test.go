package hooks

// The hooks called for real loggers: where woven code calls them the line is in the
// logger's buffer, here it is on its way to the logger's writer.

import (
	"context"
	"errors"
	stdlog "log"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/log/global"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// woven is the writer of a logger without a header.
type woven struct{ prefix string }

var now = time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)

func (w woven) Write(line []byte) (int, error) {
	buf := []byte("header ")
	if end := Header(&buf, now, w.prefix, "", 0); end != nil {
		end()
	}
	buf = append(buf, line...)
	Line(&buf)
	return len(line), nil
}

// records is a processor that keeps what it gets. It may do something on each.
type records struct {
	all []sdklog.Record
	do  func()
}

func (r *records) Enabled(context.Context, sdklog.EnabledParameters) bool { return true }
func (r *records) Shutdown(context.Context) error                         { return nil }
func (r *records) ForceFlush(context.Context) error                       { return nil }
func (r *records) OnEmit(_ context.Context, record *sdklog.Record) error {
	r.all = append(r.all, record.Clone())
	if r.do != nil {
		r.do()
	}
	return nil
}

func exported(t testing.TB) *records {
	r := &records{}
	lp := global.GetLoggerProvider()
	global.SetLoggerProvider(sdklog.NewLoggerProvider(sdklog.WithProcessor(r)))
	t.Cleanup(func() { global.SetLoggerProvider(lp) })
	return r
}

// Without a provider nothing is kept and nothing allocated.
func TestPlain(t *testing.T) {
	if _, ok := telemetry.LoggerProvider(); ok {
		t.Skip("a test before this one has set a provider")
	}
	buf := []byte("x")
	if n := testing.AllocsPerRun(100, func() {
		if Header(&buf, now, "", "", 0) != nil {
			t.Error("the header is read")
		}
		Line(&buf)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Where the built-in is switched off nothing is exported, whatever the program's provider.
func TestSwitchedOff(t *testing.T) {
	on = false // the switch is read once, when the package is initialised
	t.Cleanup(func() { on = true })
	got := exported(t)
	stdlog.New(woven{}, "", 0).Print("m")
	if buf := []byte("x"); Header(&buf, now, "", "", 0) != nil || len(got.all) != 0 {
		t.Error("a line is exported")
	}
}

// A line is exported with its message, prefix, time and place. The function that was
// called tells the severity.
func TestLine(t *testing.T) {
	got := exported(t)
	l := stdlog.New(woven{"[db] "}, "", 0)
	for _, c := range []struct {
		log  func()
		body string
		want log.Severity
	}{
		{func() { l.Print("a ", 1) }, "[db] a 1", log.SeverityInfo},
		{func() { l.Println("b\nb") }, "[db] b\nb", log.SeverityInfo},
		{func() { l.Printf("%s", "c\n") }, "[db] c", log.SeverityInfo},
		{func() { l.Print("c\n\n") }, "[db] c\n", log.SeverityInfo},
		{func() { _ = l.Output(1, "d") }, "[db] d", log.SeverityInfo},
		{func() { defer func() { _ = recover() }(); l.Panicf("e") }, "[db] e", log.SeverityError},
	} {
		got.all = nil
		c.log()
		if len(got.all) != 1 {
			t.Fatalf("%q: %d records", c.body, len(got.all))
		}
		r := got.all[0]
		if r.Body().AsString() != c.body || r.Severity() != c.want || !r.Timestamp().Equal(now) || r.SpanID().IsValid() {
			t.Errorf("%q: %q %v %v %v", c.body, r.Body().AsString(), r.Severity(), r.Timestamp(), r.SpanID())
		}
		if s := r.InstrumentationScope(); s.SchemaURL != semconv.SchemaURL {
			t.Errorf("the schema is %q", s.SchemaURL)
		}
		code := map[string]attribute.Value{}
		r.WalkAttributes(func(kv attribute.KeyValue) bool { code[string(kv.Key)] = kv.Value; return true })
		if len(code) != 3 || !strings.Contains(code["code.function.name"].AsString(), "hooks.TestLine.func") ||
			!strings.HasSuffix(code["code.file.path"].AsString(), "hooks_test.go") || code["code.line.number"].AsInt64() == 0 {
			t.Errorf("%q: place %v", c.body, code)
		}
	}
	kept := lines.some.Load()
	lines.by.Range(func(any, any) bool { kept++; return true })
	if kept != 0 {
		t.Error("something is kept")
	}
}

// Functions of package log are told from those of packages that begin like it.
func TestOfLog(t *testing.T) {
	for function, want := range map[string]bool{
		"log.Print": true, "log.(*Logger).Fatalf": true, "log.(*Logger).Print.func1": true,
		"log/slog.Info": false, "log.example/x.Fatal": false, "main.main": false,
	} {
		if got := ofLog(function); got != want {
			t.Errorf("%s: %v", function, got)
		}
	}
}

// What log/slog's first default handler writes is a record of log/slog's, not of package
// log's. What package log hands to log/slog after SetDefault is one of package log's.
func TestSlog(t *testing.T) {
	got := exported(t)
	out, flags, def := stdlog.Writer(), stdlog.Flags(), slog.Default()
	defer func() { slog.SetDefault(def); stdlog.SetOutput(out); stdlog.SetFlags(flags) }()
	stdlog.SetOutput(woven{})
	stdlog.SetFlags(0)
	slog.Info("by log/slog")
	if len(got.all) != 0 {
		t.Error("it is exported")
	}
	stdlog.Print("by package log")
	if len(got.all) != 1 {
		t.Errorf("%d records", len(got.all))
	}
}

// What OpenTelemetry's error handler logs is not exported.
func TestPipeline(t *testing.T) {
	got := exported(t)
	handler := otel.GetErrorHandler()
	defer otel.SetErrorHandler(handler)
	l := stdlog.New(woven{}, "", 0)
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { stdlog.New(woven{}, "", 0).Print(err) }))
	got.do = func() { otel.Handle(errors.New("out of reach")) }
	l.Print("m")
	if len(got.all) != 1 {
		t.Errorf("%d records", len(got.all))
	}
}

// A message that panics leaves nothing behind.
func TestPanic(t *testing.T) {
	got := exported(t)
	buf := []byte("header ")
	Header(&buf, now, "", "", 0)()
	Line(&buf)
	if len(got.all) != 0 || lines.some.Load() != 0 {
		t.Errorf("%d records", len(got.all))
	}
}

func BenchmarkLine(b *testing.B) {
	run := func(b *testing.B) {
		b.ReportAllocs()
		buf := make([]byte, 0, 100)
		for b.Loop() {
			buf = append(buf[:0], "header "...)
			if end := Header(&buf, now, "", "", 0); end != nil {
				end()
			}
			buf = append(buf, "message\n"...)
			Line(&buf)
		}
	}
	b.Run("none", run)
	exported(b).do = func() {}
	b.Run("exported", run)
}
