// Package tracing is what the hooks of the built-ins share: whether the program
// traces at all, asked for at a price that every call can pay, the tracer it uses
// at the moment, and the mark on work that must not be traced.
package tracing

import (
	"context"
	"reflect"
	"strings"
	"sync/atomic"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/embedded"
	"go.opentelemetry.io/otel/trace/noop"
)

// The types of providers that make no spans. OpenTelemetry offers no other way to
// ask whether a provider has been set: the global one is never nil, and before the
// first SetTracerProvider it is a placeholder of an unexported type. Comparing
// types needs no lock and no allocation. Neither variable changes after
// initialisation; placeholder stays nil in a program that sets its provider from an
// earlier initialiser, where the placeholder is no longer to be seen.
var (
	placeholder = placeholderType(otel.GetTracerProvider())
	nothing     = reflect.TypeFor[noop.TracerProvider]()
)

func placeholderType(tp trace.TracerProvider) reflect.Type {
	if Unset(tp) {
		return reflect.TypeOf(tp)
	}
	return nil
}

// Provider returns the program's tracer provider, and whether there is one that can
// make spans. It costs a few nanoseconds, and notices a provider that is set later.
func Provider() (trace.TracerProvider, bool) {
	tp := otel.GetTracerProvider()
	t := reflect.TypeOf(tp)
	return tp, t != nil && t != placeholder && t != nothing
}

// Unset reports whether v, one of OpenTelemetry's globals, is still the placeholder
// that delegates to what the program may set later.
func Unset(v any) bool {
	t := reflect.TypeOf(v)
	return t != nil && t.Kind() == reflect.Pointer &&
		strings.HasPrefix(t.Elem().PkgPath(), "go.opentelemetry.io/otel/internal/")
}

// Global is a tracer provider that stands for whichever is the program's at the
// moment a span is started.
type Global struct{ embedded.TracerProvider }

// Tracer implements [trace.TracerProvider].
func (Global) Tracer(name string, opts ...trace.TracerOption) trace.Tracer {
	return NewTracer(name, opts...)
}

// A Tracer starts its spans with the provider that is the program's at that moment.
// It remembers that provider's own tracer, since looking one up takes a lock and
// allocates.
type Tracer struct {
	embedded.Tracer
	name string
	opts []trace.TracerOption
	last atomic.Pointer[binding]
}

type binding struct {
	provider trace.TracerProvider
	tracer   trace.Tracer
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
	tp, ok := Provider()
	if !ok {
		return noop.Tracer{}
	}
	// Only pointers are remembered: comparing them can not panic.
	if b := t.last.Load(); b != nil && b.provider == tp {
		return b.tracer
	}
	tracer := tp.Tracer(t.name, t.opts...)
	if reflect.TypeOf(tp).Kind() == reflect.Pointer {
		t.last.Store(&binding{tp, tracer})
	}
	return tracer
}

type untracedKey struct{}

// Untraced returns a context for telemetry's own work, such as an export, of which
// no hook makes a span: tracing it would make more of it.
func Untraced(ctx context.Context) context.Context {
	return context.WithValue(ctx, untracedKey{}, true)
}

// IsUntraced reports whether ctx comes from [Untraced].
func IsUntraced(ctx context.Context) bool { return ctx.Value(untracedKey{}) != nil }
