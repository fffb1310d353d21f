// Package hooks holds the functions that open a span in a woven function and end it.
package hooks

import (
	"context"
	"strings"

	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/perfunc"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
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
	return ctx, func(p hook.Panic) {
		if p.Value != nil {
			telemetry.RecordPanic(span, p.Value)
		}
		span.End()
	}
}

// SpanErr is [Span] for a function that returns an error last. One that is not nil is
// recorded, and the status of the span. Of a function that panics the error is not: it
// is never returned.
func SpanErr(ctx context.Context, fn *hook.Func) (context.Context, func(error, hook.Panic)) {
	ctx, span := start(ctx, fn)
	if span == nil {
		return ctx, nil
	}
	return ctx, func(err error, p hook.Panic) {
		switch {
		case p.Value != nil:
			telemetry.RecordPanic(span, p.Value)
		case err != nil:
			telemetry.RecordError(span, err)
		}
		span.End()
	}
}

// on is whether the built-in is switched on, which the environment says once. tracer and
// described outlast the calls of the hooks, which have no receiver to keep them in.
// described holds what is said of each woven function, which never changes.
var (
	on        = telemetry.On("spans")
	tracer    = telemetry.NewTracer("github.com/goweaver/weaver/builtin/spans", trace.WithSchemaURL(semconv.SchemaURL))
	described = perfunc.New(describe)
)

type description struct {
	name  string
	attrs trace.SpanStartOption
}

// start returns a nil span where there is nothing to record: the context still has the
// span, whose decision not to be sampled is what those below it go by. A function that
// works for telemetry itself, such as an exporter's, is not told of.
func start(ctx context.Context, fn *hook.Func) (context.Context, trace.Span) {
	if !on {
		return ctx, nil
	}
	if _, ok := telemetry.TracerProvider(); !ok || ctx == nil || telemetry.IsUntraced(ctx) {
		return ctx, nil
	}
	d := described.Of(fn)
	ctx, span := tracer.Start(ctx, d.name, d.attrs)
	if !span.IsRecording() {
		return ctx, nil
	}
	return ctx, span
}

func describe(fn *hook.Func) *description {
	return &description{
		name: packageName(fn.Package) + "." + fn.Name,
		attrs: trace.WithAttributes(
			semconv.CodeFunctionName(fn.FullName()),
			semconv.CodeFilePath(fn.File),
			semconv.CodeLineNumber(fn.Line),
		),
	}
}

// packageName returns the last element of an import path, as a reader of the code
// sees it before a function's name: the whole path is in the attributes. A major
// version at the end says nothing by itself.
func packageName(path string) string {
	dir, last := "", path
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		dir, last = path[:i], path[i+1:]
	}
	if n := strings.TrimPrefix(last, "v"); dir != "" && n != last && n != "" && strings.Trim(n, "0123456789") == "" {
		return packageName(dir)
	}
	return last
}
