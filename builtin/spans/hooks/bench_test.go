package hooks

// What a span costs, beside one that is written by hand.

import (
	"context"
	"errors"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/race"
	"github.com/goweaver/weaver/instrument/hook"
)

// work is what has the span: a function that returns an error last.
//
//go:noinline
func work(ctx context.Context, _ string) error { return ctx.Err() }

// captured is the value that work's directive names. Woven code makes it without an allocation.
var captured = hook.Captured{Values: hook.MakeValues("id", "o-1")}

// wovenValue is work as weaver would have it.
func wovenValue(ctx context.Context, id string) (err error) {
	ctx, end := SpanErrOf(ctx, process, captured)
	defer func() {
		if end != nil {
			end(err, hook.Panic{Value: recover()})
		}
	}()
	return work(ctx, id)
}

// wovenPlain is work with no values to capture.
func wovenPlain(ctx context.Context, id string) (err error) {
	ctx, end := SpanErr(ctx, process)
	defer func() {
		if end != nil {
			end(err, hook.Panic{Value: recover()})
		}
	}()
	return work(ctx, id)
}

var byHandTracer = otel.Tracer("hand")

// byHand is the same with care: attributes at the start, where a sampler sees them, and a
// panic told and passed on.
func byHand(ctx context.Context, id string) (err error) {
	ctx, span := byHandTracer.Start(ctx, "orders.Process", trace.WithAttributes(
		semconv.CodeFunctionName("example.com/shop/orders.Process"),
		semconv.CodeFilePath("/src/orders/orders.go"),
		semconv.CodeLineNumber(12),
		attribute.String("id", id),
	))
	defer func() {
		if v := recover(); v != nil {
			span.SetStatus(codes.Error, "panic")
			span.End()
			panic(v)
		}
		if err != nil {
			span.RecordError(err)
			span.SetStatus(codes.Error, err.Error())
		}
		span.End()
	}()
	return work(ctx, id)
}

// dropped has spans recorded and thrown away.
func dropped(t testing.TB) {
	before, beforeByHand := otel.GetTracerProvider(), byHandTracer
	otel.SetTracerProvider(sdktrace.NewTracerProvider())
	byHandTracer = otel.Tracer("hand")
	t.Cleanup(func() {
		otel.SetTracerProvider(before)
		byHandTracer = beforeByHand
	})
}

// A span allocates no more than one by hand.
func TestAllocations(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector allocates")
	}
	dropped(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	for _, outcome := range []string{"ok", "failed"} {
		if outcome == "failed" {
			cancel(errors.New("failed"))
		}
		allocs := func(f func(context.Context, string) error) float64 {
			return testing.AllocsPerRun(100, func() { _ = f(ctx, "o-1") })
		}
		hand, values, none := allocs(byHand), allocs(wovenValue), allocs(wovenPlain)
		t.Logf("%s: %v by hand, %v with a value, %v without", outcome, hand, values, none)
		if values > hand || none > hand {
			t.Errorf("%s: %v allocations with a value and %v without, and %v by hand", outcome, values, none, hand)
		}
	}
}

func BenchmarkSpan(b *testing.B) {
	for _, provider := range []string{"none", "traces"} {
		if provider == "traces" {
			dropped(b)
		}
		for name, f := range map[string]func(context.Context, string) error{"plain": work, "woven": wovenPlain, "woven with a value": wovenValue, "by hand": byHand} {
			b.Run(provider+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					_ = f(b.Context(), "o-1")
				}
			})
		}
	}
}
