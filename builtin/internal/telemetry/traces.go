package telemetry

import (
	"context"
	"reflect"
	"sync/atomic"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/embedded"
	"go.opentelemetry.io/otel/trace/noop"
)

var traces = ask(otel.GetTracerProvider(), reflect.TypeFor[noop.TracerProvider]())

// TracerProvider returns the program's tracer provider, and whether there is one that
// can make spans. It costs a few nanoseconds, and notices a provider that is set later.
func TracerProvider() (trace.TracerProvider, bool) {
	tp := otel.GetTracerProvider()
	return tp, traces.set(tp)
}

// A Tracer starts its spans with the provider that is the program's at that moment.
// It remembers that provider's own tracer, since looking one up takes a lock and
// allocates.
type Tracer struct {
	embedded.Tracer
	name string
	opts []trace.TracerOption
	last atomic.Pointer[bound[trace.TracerProvider, trace.Tracer]]
}

// A bound is what was made with a provider.
type bound[P, T any] struct {
	provider P
	made     T
}

// NewTracer returns a tracer with the given instrumentation scope.
func NewTracer(name string, opts ...trace.TracerOption) *Tracer {
	return &Tracer{name: name, opts: opts}
}

// Start implements [trace.Tracer].
func (t *Tracer) Start(ctx context.Context, name string, opts ...trace.SpanStartOption) (context.Context, trace.Span) {
	return t.current().Start(ctx, name, opts...)
}

func (t *Tracer) current() trace.Tracer {
	tp, ok := TracerProvider()
	if !ok {
		return noop.Tracer{}
	}
	// Only pointers are remembered: comparing them can not panic.
	if b := t.last.Load(); b != nil && b.provider == tp {
		return b.made
	}
	tracer := tp.Tracer(t.name, t.opts...)
	if reflect.TypeOf(tp).Kind() == reflect.Pointer {
		t.last.Store(&bound[trace.TracerProvider, trace.Tracer]{tp, tracer})
	}
	return tracer
}
