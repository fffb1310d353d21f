// Package hooks holds the functions that open a span in a woven function and end it.
package hooks

import (
	"context"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/perfunc"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/builtin/internal/woven"
	"github.com/goweaver/weaver/instrument/hook"
)

// Span opens a span for the function fn as a child of the one in ctx, and returns
// the context to go on with and what ends the span, with the panic if there is one. A
// nil context, and any where the program has no tracer provider, comes back as it is.
//
// The exit function takes a hook.Panic, not a hook.Exit: an exception without type and
// message would say no more than the status does, and where a panic is recovered, as
// by a server, the span may be all that is left of it. The price is paid where a span is
// recorded; for one that is not sampled nothing runs at the end, and nothing is recovered.
func Span(ctx context.Context, fn *hook.Func) (context.Context, func(hook.Panic)) {
	ctx, span := start(ctx, fn)
	if span == nil {
		return ctx, nil
	}
	return ctx, opened(span).end
}

// SpanErr is [Span] for a function that returns an error last. One that is not nil is
// recorded, and the status of the span. Of a function that panics the error is not: it
// is never returned.
func SpanErr(ctx context.Context, fn *hook.Func) (context.Context, func(error, hook.Panic)) {
	ctx, span := start(ctx, fn)
	if span == nil {
		return ctx, nil
	}
	return ctx, opened(span).endErr
}

// SpanOf is [Span] with values of the function's as attributes.
func SpanOf(ctx context.Context, fn *hook.Func, values hook.Captured) (context.Context, func(hook.Panic)) {
	ctx, span := startWith(ctx, fn, values)
	if span == nil {
		return ctx, nil
	}
	return ctx, opened(span).end
}

// SpanErrOf is [SpanErr] with values of the function's as attributes.
func SpanErrOf(ctx context.Context, fn *hook.Func, values hook.Captured) (context.Context, func(error, hook.Panic)) {
	ctx, span := startWith(ctx, fn, values)
	if span == nil {
		return ctx, nil
	}
	return ctx, opened(span).endErr
}

// on is whether the built-in is switched on, which the environment says once. tracer,
// described and unused outlast the calls of the hooks, which have no receiver to keep them in.
var (
	on        = telemetry.On("spans")
	tracer    = telemetry.NewTracer("github.com/goweaver/weaver/builtin/spans", trace.WithSchemaURL(semconv.SchemaURL))
	described = perfunc.New(describe)
	unused    sync.Pool // of *open
)

// An open is a span that has not ended, with the functions to end it by. These are made once
// and used again with the next span, so that a call allocates no closure: a span that is ended
// by a defer statement of the function's own has none either.
type open struct {
	span   trace.Span
	end    func(hook.Panic)
	endErr func(error, hook.Panic)
}

func opened(span trace.Span) *open {
	o, ok := unused.Get().(*open)
	if !ok {
		o = new(open)
		o.end = func(p hook.Panic) { o.close(nil, p) }
		o.endErr = o.close
	}
	o.span = span
	return o
}

// close ends the span, once: what ends it next is another one.
func (o *open) close(err error, p hook.Panic) {
	span := o.span
	o.span = nil
	unused.Put(o)
	switch {
	case p.Value != nil:
		telemetry.RecordPanic(span, p.Value)
	case err != nil:
		telemetry.RecordError(span, err)
	}
	span.End()
}

// wanted reports whether there is somebody to tell. A function that works for telemetry
// itself, such as an exporter's, is not told of.
func wanted(ctx context.Context) bool {
	if !on {
		return false
	}
	_, ok := telemetry.TracerProvider()
	return ok && ctx != nil && !telemetry.IsUntraced(ctx)
}

// start returns a nil span where there is nothing to record: the context still has the
// span, whose decision not to be sampled is what those below it go by.
func start(ctx context.Context, fn *hook.Func) (context.Context, trace.Span) {
	if !wanted(ctx) {
		return ctx, nil
	}
	d := described.Of(fn)
	return recording(tracer.Start(ctx, d.name, d.options...))
}

// startWith is start with attributes. A sampler sees those that cost next to nothing to
// make; what a method of the program's has to be called for is made for spans that are recorded.
func startWith(ctx context.Context, fn *hook.Func, values hook.Captured) (context.Context, trace.Span) {
	if values.Len() == 0 {
		return start(ctx, fn)
	}
	if !wanted(ctx) {
		return ctx, nil
	}
	d := described.Of(fn)
	attrs := make([]attribute.KeyValue, len(d.attrs), len(d.attrs)+values.Len())
	copy(attrs, d.attrs)
	later := 0
	for i := range values.Len() {
		v := values.At(i)
		if v.Kind() == hook.KindAny {
			later++
		} else if value, ok := basic(v); ok {
			attrs = append(attrs, attribute.KeyValue{Key: attribute.Key(v.Key), Value: value})
		}
	}
	ctx, span := recording(tracer.Start(ctx, d.name, trace.WithAttributes(attrs...), d.kind))
	if span == nil || later == 0 {
		return ctx, span
	}
	attrs = make([]attribute.KeyValue, 0, later) // what Start was given may have been kept
	for i := range values.Len() {
		if v := values.At(i); v.Kind() == hook.KindAny {
			if value, ok := boxed(v); ok {
				attrs = append(attrs, attribute.KeyValue{Key: attribute.Key(v.Key), Value: value})
			}
		}
	}
	span.SetAttributes(attrs...)
	return ctx, span
}

func recording(ctx context.Context, span trace.Span) (context.Context, trace.Span) {
	if !span.IsRecording() {
		return ctx, nil
	}
	return ctx, span
}

// A description is what never changes of a function's spans.
type description struct {
	name    string
	attrs   []attribute.KeyValue
	kind    trace.SpanStartOption
	options []trace.SpanStartOption // attrs and kind
}

func describe(fn *hook.Func) *description {
	d := &description{
		name: fn.Text("name"),
		attrs: []attribute.KeyValue{
			semconv.CodeFunctionName(fn.FullName()),
			semconv.CodeFilePath(fn.File),
			semconv.CodeLineNumber(fn.Line),
		},
		kind: trace.WithSpanKind(kindOf(fn.Text("kind"))),
	}
	if d.name == "" {
		d.name = woven.ShortName(fn)
	}
	d.options = []trace.SpanStartOption{trace.WithAttributes(d.attrs...), d.kind}
	return d
}

// kindOf returns the kind of that name, which the aspect has made sure of. What has none is
// internal in the end, and the SDK's to say so.
func kindOf(name string) trace.SpanKind {
	switch name {
	case "internal":
		return trace.SpanKindInternal
	case "server":
		return trace.SpanKindServer
	case "client":
		return trace.SpanKindClient
	case "producer":
		return trace.SpanKindProducer
	case "consumer":
		return trace.SpanKindConsumer
	}
	return trace.SpanKindUnspecified
}
