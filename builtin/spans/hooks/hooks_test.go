package hooks

import (
	"context"
	"errors"
	"io/fs"
	"runtime"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

var (
	process = &hook.Func{Package: "example.com/shop/orders", Name: "Process", File: "/src/orders/orders.go", Line: 12}
	get     = &hook.Func{Package: "example.com/shop/store/v2", Name: "(*Store).Get", File: "/src/store/store.go", Line: 34}
)

// record gives the process a provider until the test ends.
func record(t *testing.T) *tracetest.SpanRecorder {
	before, r := otel.GetTracerProvider(), tracetest.NewSpanRecorder()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r)))
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	return r
}

// A span is named for its function, says where that stands, is the parent of what
// runs with its context, and has the error that the function returned.
func TestSpan(t *testing.T) {
	recorder := record(t)
	ctx, end := SpanErr(t.Context(), process)
	_, endInner := Span(ctx, get)
	endInner(hook.Panic{})
	end(errors.New("out of stock"), hook.Panic{})
	_, end = SpanErr(t.Context(), process)
	end(nil, hook.Panic{})

	spans := recorder.Ended()
	if len(spans) != 3 {
		t.Fatalf("%d spans", len(spans))
	}
	inner, failed, fine := spans[0], spans[1], spans[2]
	if inner.Name() != "store.(*Store).Get" || failed.Name() != "orders.Process" ||
		inner.Parent().SpanID() != failed.SpanContext().SpanID() {
		t.Errorf("%q of %v is in %q of %v", inner.Name(), inner.Parent(), failed.Name(), failed.SpanContext())
	}
	want := map[string]string{
		"code.function.name": "example.com/shop/store/v2.(*Store).Get",
		"code.file.path":     "/src/store/store.go",
		"code.line.number":   "34",
	}
	for _, a := range inner.Attributes() {
		if want[string(a.Key)] != a.Value.String() {
			t.Errorf("%s is %s", a.Key, a.Value.String())
		}
		delete(want, string(a.Key))
	}
	if len(want) > 0 {
		t.Errorf("attributes are missing: %v", want)
	}
	if s := failed.Status(); s.Code != codes.Error || s.Description != "out of stock" || len(failed.Events()) != 1 {
		t.Errorf("the status is %v with %d events", s, len(failed.Events()))
	}
	if s := fine.InstrumentationScope().SchemaURL; s != semconv.SchemaURL {
		t.Errorf("the schema is %q", s)
	}
	if fine.Status().Code != codes.Unset || len(fine.Events()) != 0 || inner.Status().Code != codes.Unset {
		t.Error("a span has an error where there was none")
	}
}

// A panic is an exception of the span, with the type and the message of its value, and
// counts for more than the error that the function had set.
func TestPanic(t *testing.T) {
	recorder := record(t)
	_, end := SpanErr(t.Context(), process)
	end(errors.New("not returned"), hook.Panic{Value: &fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}})
	_, endPlain := Span(t.Context(), process)
	endPlain(hook.Panic{Value: "boom"})
	_, endPlain = Span(t.Context(), process)
	endPlain(hook.Panic{Value: new(runtime.PanicNilError)})

	spans := recorder.Ended()
	for i, want := range []struct{ typ, message string }{
		{"*fs.PathError", "open x: file does not exist"},
		{"string", "boom"},
		{"*runtime.PanicNilError", new(runtime.PanicNilError).Error()},
	} {
		events := spans[i].Events()
		if s := spans[i].Status(); s.Code != codes.Error || s.Description != "panic: "+want.message {
			t.Errorf("the status is %v, want that of %s", s, want.message)
		}
		if len(events) != 1 || events[0].Name != "exception" {
			t.Fatalf("the events are %v, want one exception", events)
		}
		got := map[string]string{}
		for _, a := range events[0].Attributes {
			got[string(a.Key)] = a.Value.AsString()
		}
		if len(got) != 3 || got["exception.type"] != want.typ || got["exception.message"] != want.message {
			t.Errorf("the exception is %v, want %v", got, want)
		}
	}
}

// A span that is not sampled has a place in the context, and nothing to end, so that
// nothing is recovered for it.
func TestNotSampled(t *testing.T) {
	record(t)
	recorder := tracetest.NewSpanRecorder()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder), sdktrace.WithSampler(sdktrace.NeverSample())))
	ctx, end := Span(t.Context(), process)
	if end != nil || !trace.SpanContextFromContext(ctx).IsValid() || trace.SpanContextFromContext(ctx).IsSampled() {
		t.Errorf("the span is %v", trace.SpanContextFromContext(ctx))
	}
	if ctx, end := SpanErr(ctx, process); end != nil || !trace.SpanContextFromContext(ctx).IsValid() {
		t.Errorf("the span below it is %v", trace.SpanContextFromContext(ctx))
	}
}

// Without a provider the context comes back, there is nothing to call at the end, and
// nothing is allocated. A nil context comes back in any case, so does that of telemetry's own
// work, and any where the built-in is switched off.
func TestNothingToTrace(t *testing.T) {
	check := func(ctx context.Context) {
		gotE, endE := SpanErr(ctx, process)
		got, end := Span(ctx, process)
		if gotE != ctx || got != ctx || endE != nil || end != nil {
			t.Errorf("with %v the hooks return %v and %v", ctx, gotE, got)
		}
	}
	ctx := t.Context()
	if n := testing.AllocsPerRun(100, func() { check(ctx) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	recorder := record(t)
	check(nil)
	check(telemetry.Untraced(ctx))
	on = false // the switch is read once, when the package is initialised
	check(ctx)
	on = true
	if _, end := Span(ctx, process); end == nil {
		t.Error("a provider that was set later is not used")
	} else {
		end(hook.Panic{})
	}
	if n := len(recorder.Ended()); n != 1 {
		t.Errorf("%d spans", n)
	}
}
