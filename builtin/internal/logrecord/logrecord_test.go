package logrecord_test

import (
	"context"
	"errors"
	"fmt"
	stdlog "log"
	"log/slog"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/log/global"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/logrecord"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// records is a processor that keeps what it gets. It may do something on each.
type records struct {
	all []sdklog.Record
	do  func()
	off bool // it wants none
}

func (r *records) Enabled(context.Context, sdklog.EnabledParameters) bool { return !r.off }
func (r *records) Shutdown(context.Context) error                         { return nil }
func (r *records) ForceFlush(context.Context) error                       { return nil }
func (r *records) OnEmit(_ context.Context, record *sdklog.Record) error {
	r.all = append(r.all, record.Clone())
	if r.do != nil {
		r.do()
	}
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

var (
	now  = time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	span = trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}})
)

func message(text string) logrecord.Record {
	return logrecord.Record{Time: now, Severity: log.SeverityWarn, Level: "warn", Message: text, Fields: nothing}
}

func nothing() ([]attribute.KeyValue, error) { return nil, nil }

func attributes(r sdklog.Record) map[string]string {
	attrs := map[string]string{}
	r.WalkAttributes(func(kv attribute.KeyValue) bool { attrs[string(kv.Key)] = kv.Value.String(); return true })
	return attrs
}

// The order of events is possible once in a process, so it is one test: without a provider
// nothing is exported, noted or traced, and each is asked without an allocation.
func TestWithoutProvider(t *testing.T) {
	l := logrecord.NewLibrary("test", "example.com/log")
	if n := testing.AllocsPerRun(100, func() {
		if l.Exports() || l.Notes() || l.Traces() {
			t.Error("there is something to do")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	got := exported(t)
	tp := otel.GetTracerProvider()
	defer otel.SetTracerProvider(tp)
	otel.SetTracerProvider(sdktrace.NewTracerProvider())
	if !l.Exports() || !l.Notes() || !l.Traces() {
		t.Error("there is nothing to do")
	}
	l.On = false
	if l.Exports() || l.Notes() || l.Traces() {
		t.Error("it is not off")
	}
	l.On = true
	l.Yield()
	if l.Exports() || l.Notes() || !l.Traces() {
		t.Error("the program's own bridge is not the only one")
	}
	if len(got.all) != 0 {
		t.Errorf("exported: %v", got.all)
	}
}

// A record is exported with all that is said of it, the place of the call among it.
func TestExport(t *testing.T) {
	got := exported(t)
	l := logrecord.NewLibrary("test", "example.com/log")
	r := message("not \xff text")
	r.Logger, r.Stack = "shop\xff", "stack"
	r.Fields = func() ([]attribute.KeyValue, error) {
		return []attribute.KeyValue{attribute.String("k", "v")}, errors.New("oh")
	}
	l.Export(trace.ContextWithSpanContext(t.Context(), span), r)
	if len(got.all) != 1 {
		t.Fatalf("%d records", len(got.all))
	}
	out := got.all[0]
	if out.Body().AsString() != "not \uFFFD text" || out.Severity() != log.SeverityWarn || out.SeverityText() != "warn" ||
		!out.Timestamp().Equal(now) || out.SpanID() != span.SpanID() {
		t.Errorf("%q %v %q %v %v", out.Body().AsString(), out.Severity(), out.SeverityText(), out.Timestamp(), out.SpanID())
	}
	if s := out.InstrumentationScope(); s.Name != "shop\uFFFD" || s.SchemaURL != semconv.SchemaURL {
		t.Errorf("the scope is %v", s)
	}
	attrs := attributes(out)
	if !strings.HasSuffix(attrs["code.function.name"], "logrecord_test.TestExport") || attrs["code.line.number"] == "" ||
		!strings.HasSuffix(attrs["code.file.path"], "logrecord_test.go") ||
		attrs["exception.message"] != "oh" || attrs["exception.stacktrace"] != "stack" || attrs["k"] != "v" {
		t.Errorf("the attributes are %v", attrs)
	}
	r.Fields = nothing
	l.Export(nil, r) //nolint:staticcheck // loggers may have none
	l.Export((*own)(nil), r)
	if len(got.all) != 3 {
		t.Fatalf("%d records", len(got.all))
	}
	if attrs := attributes(got.all[1]); attrs["code.stacktrace"] != "stack" {
		t.Errorf("the attributes are %v", attrs)
	}
}

// Where the logger says where a record is from, that counts. What it leaves out is filled in
// if it is the place of the call.
func TestPlace(t *testing.T) {
	got := exported(t)
	l := logrecord.NewLibrary("test", "example.com/log")
	at := func(r logrecord.Record) { // which is the place of the call
		l.Export(t.Context(), r)
	}
	at(message("m"))
	line, err := strconv.Atoi(attributes(got.all[0])["code.line.number"])
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		said runtime.Frame
		want string // function and file
	}{
		{runtime.Frame{Function: "f", File: "/x/y.go", Line: 7}, "f /x/y.go 7"},
		{runtime.Frame{File: "y.go", Line: 7}, " y.go 7"},
		{runtime.Frame{File: "logrecord_test.go", Line: line}, "logrecord_test.TestPlace.func1 logrecord_test.go here"},
	} {
		r := message("m")
		r.Frame = c.said
		at(r)
		attrs := attributes(got.all[len(got.all)-1])
		function, file, number := attrs["code.function.name"], attrs["code.file.path"], attrs["code.line.number"]
		if number == fmt.Sprint(line) {
			function, file, number = function[strings.LastIndexByte(function, '/')+1:], file[strings.LastIndexByte(file, '/')+1:], "here"
		}
		if got := function + " " + file + " " + number; got != c.want {
			t.Errorf("%v: %q, want %q", c.said, got, c.want)
		}
	}
}

// What is telemetry's own is not exported, nor what nobody wants, nor what panics.
func TestNotExported(t *testing.T) {
	got := exported(t)
	l := logrecord.NewLibrary("test", "example.com/log")
	l.Export(telemetry.Untraced(t.Context()), message("untraced"))

	handler := otel.GetErrorHandler()
	defer otel.SetErrorHandler(handler)
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) { l.Export(context.Background(), message("inside")) }))
	otel.Handle(errors.New("out of reach"))

	r := message("panics")
	r.Fields = func() ([]attribute.KeyValue, error) { panic("oh") }
	l.Export(t.Context(), r)

	got.off = true
	r.Fields = func() ([]attribute.KeyValue, error) { t.Error("fields of what nobody wants"); return nil, nil }
	l.Export(t.Context(), r)
	if len(got.all) != 0 {
		t.Errorf("exported: %v", got.all)
	}
}

// An error whose method panics is left to its text.
func TestBrokenError(t *testing.T) {
	got := exported(t)
	r := message("m")
	r.Fields = func() ([]attribute.KeyValue, error) { return nil, broken{} }
	logrecord.NewLibrary("test", "example.com/log").Export(t.Context(), r)
	if len(got.all) != 1 || attributes(got.all[0])["exception.type"] != "" {
		t.Errorf("exported: %v", got.all)
	}
}

type broken struct{}

func (broken) Error() string { panic("broken") }

// What the standard library's loggers hand on to the library is left to their built-ins,
// where these are on. What is logged while package log makes its line is not handed on.
func TestHandedOn(t *testing.T) {
	for _, c := range []struct {
		off  string
		want string
	}{
		{"", "nested"},
		{"slog", "nested slog slog"},
		{"log", "log log nested log"},
	} {
		t.Setenv(telemetry.Switch, c.off)
		got := exported(t)
		l := logrecord.NewLibrary("test", "example.com/log")
		std := stdlog.New(writer{l}, "", 0)
		std.Print("log")
		std.Printf("%s", "log")
		std.Print(nested{l})
		logger := slog.New(handler{l})
		logger.Info("slog")
		logger.LogAttrs(t.Context(), slog.LevelInfo, "slog")
		var texts []string
		for _, r := range got.all {
			texts = append(texts, r.Body().AsString())
		}
		if got := strings.Join(texts, " "); got != c.want {
			t.Errorf("without %q: %q, want %q", c.off, got, c.want)
		}
	}
}

type writer struct{ *logrecord.Library }

func (w writer) Write(p []byte) (int, error) {
	w.Export(context.Background(), message("log"))
	return len(p), nil
}

type nested struct{ *logrecord.Library }

func (n nested) String() string {
	n.Export(context.Background(), message("nested"))
	return "text"
}

type handler struct{ *logrecord.Library }

func (handler) Enabled(context.Context, slog.Level) bool { return true }
func (h handler) WithAttrs([]slog.Attr) slog.Handler     { return h }
func (h handler) WithGroup(string) slog.Handler          { return h }
func (h handler) Handle(ctx context.Context, r slog.Record) error {
	h.Export(ctx, message(r.Message))
	return nil
}

// A program that names its loggers without end has some scopes, not all of them.
func TestNames(t *testing.T) {
	got := exported(t)
	l := logrecord.NewLibrary("test", "example.com/log")
	scopes := map[string]bool{}
	for i := range 1200 {
		r := message("m")
		r.Logger = fmt.Sprint("request ", i)
		l.Export(t.Context(), r)
		scopes[got.all[len(got.all)-1].InstrumentationScope().Name] = true
	}
	if n := len(scopes); n < 1000 || n > 1001 || !scopes["github.com/goweaver/weaver/builtin/test"] {
		t.Errorf("%d scopes", n)
	}
}

// A context may be a nil pointer.
func TestSpanOf(t *testing.T) {
	if got, ok := logrecord.SpanOf(trace.ContextWithSpanContext(t.Context(), span)); !ok || !got.Equal(span) {
		t.Errorf("the span is %v, %v", got, ok)
	}
	for _, ctx := range []context.Context{nil, t.Context(), (*own)(nil)} {
		if _, ok := logrecord.SpanOf(ctx); ok {
			t.Errorf("%v has a span", ctx)
		}
	}
}

type own struct{ context.Context }

func BenchmarkExport(b *testing.B) {
	exported(b).do = func() {}
	l := logrecord.NewLibrary("test", "example.com/log")
	b.ReportAllocs()
	for b.Loop() {
		l.Export(b.Context(), message("m"))
	}
}
