package telemetry

import (
	"context"
	"reflect"
	"testing"

	"go.opentelemetry.io/otel"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// Before anything is set there is no provider, each one set later is seen, and
// neither OpenTelemetry's own placeholder nor a no-op counts as one. This order of
// events is possible once in a process, so it is one test.
func TestTracerProvider(t *testing.T) {
	first := otel.GetTracerProvider()
	if !Unset(first) || !Unset(otel.GetTextMapPropagator()) || !Unset(otel.GetErrorHandler()) {
		t.Error("a global that nobody has set is not recognised")
	}
	if n := testing.AllocsPerRun(100, func() { TracerProvider() }); n != 0 {
		t.Errorf("asking for the provider allocates %v times", n)
	}
	tracer := NewTracer("scope")
	recorder := tracetest.NewSpanRecorder()
	sdk := func() *sdktrace.TracerProvider {
		return sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder))
	}
	check := func(what string, tp trace.TracerProvider, want bool) {
		t.Helper()
		otel.SetTracerProvider(tp)
		if got, ok := TracerProvider(); ok != want || reflect.TypeOf(got) != reflect.TypeOf(tp) {
			t.Errorf("with %s TracerProvider returns %T, %v", what, got, ok)
		}
		recorder.Reset()
		_, span := tracer.Start(t.Context(), "span")
		span.End()
		if got := len(recorder.Ended()); (got == 1) != want {
			t.Errorf("with %s %d spans were recorded", what, got)
		}
	}
	if _, ok := TracerProvider(); ok {
		t.Error("there is a provider before one was set")
	}
	check("a no-op", noop.NewTracerProvider(), false)
	check("an SDK", sdk(), true)
	check("a provider that is no pointer", wrapped{sdk(), nil}, true)
	old := sdk()
	check("another SDK", old, true)
	if err := old.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	check("an SDK after one that was shut down", sdk(), true)
	check("the placeholder again", first, false)
}

// wrapped is a provider of a type that can not be compared.
type wrapped struct {
	trace.TracerProvider
	_ []int
}

func TestUntraced(t *testing.T) {
	ctx := context.WithoutCancel(Untraced(t.Context()))
	if IsUntraced(t.Context()) || !IsUntraced(ctx) {
		t.Error("the mark is not found in, or found outside, its context")
	}
}
