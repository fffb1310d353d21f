package hooks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/contrib/bridges/otelslog"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"
)

// jsonWith gives h attributes as woven code does.
func jsonWith(h *slog.JSONHandler, attrs ...slog.Attr) *slog.JSONHandler {
	end := JSONWithAttrs(h, attrs)
	next := h.WithAttrs(attrs)
	end(next)
	return next.(*slog.JSONHandler)
}

func jsonGroup(h *slog.JSONHandler, name string) *slog.JSONHandler {
	end := JSONWithGroup(h, name)
	next := h.WithGroup(name)
	end(next)
	return next.(*slog.JSONHandler)
}

// text returns what a record says beside where it was made.
func text(r sdklog.Record) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", r.Severity(), r.Body().String())
	r.WalkAttributes(func(kv attribute.KeyValue) bool {
		if !strings.HasPrefix(string(kv.Key), "code.") {
			fmt.Fprintf(&b, " %s=%s:%s", kv.Key, kv.Value.Type(), kv.Value.String())
		}
		return true
	})
	return b.String()
}

// All that a logger and its record have is exported: attributes and groups, also those
// that the handler was given before, time, level, place and span.
func TestExport(t *testing.T) {
	got := exported(t)
	ctx := traced(t)
	h := jsonWith(slog.NewJSONHandler(io.Discard, nil), slog.String("component", "db"))
	h = jsonWith(jsonGroup(h, "req"), slog.Int("id", 7))
	l := slog.New(h)
	before := time.Now()
	Log(l, ctx).WarnContext(ctx, "slow", "took", 1.5, slog.Group("q", "rows", 3), "none", true)
	if len(got.all) != 1 {
		t.Fatalf("%d records", len(got.all))
	}
	r := got.all[0]
	if got, want := text(r), `WARN slow component=STRING:db req=MAP:{"id":7,"none":true,"q":{"rows":3},"took":1.5}`; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if r.TraceID() != span.TraceID() || r.SpanID() != span.SpanID() || r.TraceFlags() != span.TraceFlags() {
		t.Errorf("trace context: %v %v", r.TraceID(), r.SpanID())
	}
	if r.Timestamp().Before(before.Round(0)) || r.SeverityText() != "WARN" || r.InstrumentationScope().Name != scope {
		t.Errorf("%v %q %q", r.Timestamp(), r.SeverityText(), r.InstrumentationScope().Name)
	}
	code := map[string]string{}
	r.WalkAttributes(func(kv attribute.KeyValue) bool { code[string(kv.Key)] = kv.Value.String(); return true })
	if !strings.HasSuffix(code["code.function.name"], "hooks.TestExport") ||
		!strings.HasSuffix(code["code.file.path"], "export_test.go") || code["code.line.number"] == "" {
		t.Errorf("place: %v", code)
	}
}

// slog's levels are OpenTelemetry's severities.
func TestSeverity(t *testing.T) {
	got := exported(t)
	l := slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.Level(-10)}))
	ctx := context.Background()
	for level, want := range map[slog.Level]log.Severity{
		slog.LevelDebug: log.SeverityDebug, slog.LevelInfo: log.SeverityInfo, slog.LevelWarn: log.SeverityWarn,
		slog.LevelError: log.SeverityError, slog.LevelInfo + 1: log.SeverityInfo2, slog.LevelError + 4: log.SeverityFatal,
	} {
		got.all = nil
		Log(l, ctx).Log(ctx, level, "m")
		if len(got.all) != 1 || got.all[0].Severity() != want {
			t.Errorf("%v: %v", level, got.all)
		}
	}
	got.all, got.off = nil, true
	Log(l, ctx).Log(ctx, slog.LevelError, "m")
	if len(got.all) != 0 {
		t.Error("a record that the provider does not want is exported")
	}
	got.off = false
	Log(l, ctx).Log(ctx, -11, "m")
	if len(got.all) != 0 {
		t.Error("a record below the handler's level is exported")
	}
}

// broken is an error as one sees it behind an interface: its method does not survive nil.
type broken struct{ text string }

func (b *broken) Error() string { return b.text }

// No error of a record gets lost, and one that panics does not show.
func TestErrors(t *testing.T) {
	got := exported(t)
	ctx := context.Background()
	l := slog.New(newForeign())
	own, end := With(l)
	l = end(own.With("given", errors.New("g")))
	Log(l, ctx).ErrorContext(ctx, "failed", "err", io.EOF, "cause", os.ErrNotExist, "nil", (*broken)(nil))
	if len(got.all) != 1 {
		t.Fatalf("%d records", len(got.all))
	}
	want := "ERROR failed given=STRING:g err=STRING:EOF cause=STRING:file does not exist nil=STRING:<nil> " +
		"exception.message=STRING:file does not exist exception.type=STRING:*errors.errorString"
	if got := text(got.all[0]); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	// What is no text can not be exported.
	got.all = nil
	Log(slog.New(newForeign()), ctx).ErrorContext(ctx, "\xff", "err", errors.New("\xff"))
	if len(got.all) != 1 || text(got.all[0]) != "ERROR \uFFFD err=STRING:\uFFFD" {
		t.Errorf("%v", got.all)
	}
	// In a group the bridge asks by itself: the record is not exported, and that is all.
	h := newForeign()
	own, end = With(slog.New(h))
	end(own.With(slog.Group("g", "nil", (*broken)(nil))))
	Log(slog.New(h), ctx).ErrorContext(ctx, "failed", slog.Group("g", "nil", (*broken)(nil)))
	if len(*h.got) != 1 {
		t.Error("the program's own handler has not got the record")
	}
}

// A program that exports its records itself has them exported once.
func TestOwnBridge(t *testing.T) {
	exported(t)
	root()
	Bridge(scope)
	if ownBridge.Load() {
		t.Fatal("the built-in's own bridge is taken for the program's")
	}
	defer ownBridge.Store(false)
	l := slog.New(otelslog.NewHandler("example.com/shop"))
	ctx := traced(t)
	if Log(l, ctx) != l {
		t.Error("the record is exported twice, or has ids as attributes")
	}
	Bridge("example.com/shop")
	if l = slog.New(fanOut{}); Log(l, ctx) != l {
		t.Error("the record of another handler is exported twice")
	}
}

// What an exporter or OpenTelemetry's error handler logs is not exported: it would make
// more of it, without end where the export is not put off.
func TestPipeline(t *testing.T) {
	got := exported(t)
	handler := otel.GetErrorHandler()
	defer otel.SetErrorHandler(handler)
	h := newForeign()
	l := slog.New(h)
	ctx := context.Background()
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { Log(l, ctx).ErrorContext(ctx, "telemetry", "err", err) }))
	got.do = func() { otel.Handle(errors.New("out of reach")) }
	Log(l, ctx).InfoContext(ctx, "m")
	if len(got.all) != 1 || len(*h.got) != 2 {
		t.Errorf("%d records are exported and %d are logged, want 1 and 2", len(got.all), len(*h.got))
	}
}

// A handler that does not come back, since it ends the process, has its record exported.
func TestExportFirst(t *testing.T) {
	got := exported(t)
	defer func() {
		if recover() == nil || len(got.all) != 1 {
			t.Errorf("%d records are exported", len(got.all))
		}
	}()
	ctx := context.Background()
	Log(slog.New(ending{}), ctx).InfoContext(ctx, "m")
}

type ending struct{ fanOut }

func (ending) Handle(context.Context, slog.Record) error { panic("the end") }
