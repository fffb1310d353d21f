// Package weavertest lets the tests of a woven program look at the spans that it makes:
//
//	func TestCheckout(t *testing.T) {
//		spans := weavertest.Spans(t)
//		checkout(t.Context(), "tea")
//		spans.Want(`
//			internal shop.checkout
//				client SELECT stock
//				internal shop.pay
//		`)
//	}
//
// It is run by go tool weaver go test. By plain go test, where there is no code that could make
// such spans, it fails and says so.
package weavertest

import (
	"context"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/goweaver/weaver/instrument/hook"
)

// provider is the one tracer provider of all tests. OpenTelemetry's placeholder, and with it each
// tracer that a program keeps in a variable, goes to the first provider that is ever set,
// and stays there.
var provider = sync.OnceValue(func() *sdktrace.TracerProvider {
	return sdktrace.NewTracerProvider(
		sdktrace.WithSampler(sdktrace.AlwaysSample()),
		sdktrace.WithResource(resource.Empty()),
	)
})

// A Recorder has the spans that a test has seen.
type Recorder struct {
	t     testing.TB
	spans *tracetest.SpanRecorder
}

// Spans records the spans that the program makes until the test ends, also those of tests below
// it. Until then OpenTelemetry's global tracer provider is one that keeps every span and
// exports none, and if the program has no global propagator, it has that of W3C's trace
// context. Afterwards both are what they were.
//
// Spans of tests that run at once could not be told apart, so neither t nor a test above it
// may be parallel: package testing refuses that, as it does after t.Setenv. Tests
// below it may be.
//
// If nothing is woven into the program, the test ends there.
func Spans(t testing.TB) *Recorder {
	t.Helper()
	if !hook.Woven() {
		t.Fatalf("nothing is woven into this program, so it makes no spans of weaver's; run its tests by: go tool weaver go test")
	}
	return record(t)
}

func record(t testing.TB) *Recorder {
	t.Helper()
	t.Setenv("WEAVERTEST", t.Name()) // is refused in a parallel test, and refuses to become one
	r := &Recorder{t: t, spans: tracetest.NewSpanRecorder()}
	p := provider()
	p.RegisterSpanProcessor(r.spans)
	traces, propagator := otel.GetTracerProvider(), otel.GetTextMapPropagator()
	otel.SetTracerProvider(p)
	if len(propagator.Fields()) == 0 {
		otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	}
	t.Cleanup(func() {
		otel.SetTracerProvider(traces)
		otel.SetTextMapPropagator(propagator)
		p.UnregisterSpanProcessor(r.spans)
	})
	return r
}

// patience is how long spans that have started are waited for: a server's ends after the
// client has its answer.
const patience = time.Second

// Ended returns the spans that have ended, in the order in which they started. It waits up to
// a second for those that have not.
func (r *Recorder) Ended() []sdktrace.ReadOnlySpan {
	all := r.wait()
	ended := make([]sdktrace.ReadOnlySpan, 0, len(all))
	for _, s := range all {
		if hasEnded(s) {
			ended = append(ended, s)
		}
	}
	return ended
}

// One returns the span of that name that has ended. If there is none, or there are several, the
// test fails, with all that there are, and ends.
func (r *Recorder) One(name string) sdktrace.ReadOnlySpan {
	r.t.Helper()
	var found []sdktrace.ReadOnlySpan
	for _, s := range r.Ended() {
		if s.Name() == name {
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		r.t.Fatalf("%d spans named %q have ended, want one, among\n%s", len(found), name, r.Tree())
	}
	return found[0]
}

// wait returns all spans that have started, once they have ended or patience is over.
func (r *Recorder) wait() []sdktrace.ReadOnlySpan {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		var all []sdktrace.ReadOnlySpan
		open := false
		for _, s := range r.spans.Started() {
			all = append(all, s)
			open = open || !hasEnded(s)
		}
		if !open || ctx.Err() != nil {
			return all
		}
		time.Sleep(time.Millisecond)
	}
}

func hasEnded(s sdktrace.ReadOnlySpan) bool { return !s.EndTime().IsZero() }
