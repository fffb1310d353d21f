// Package hooks holds the functions that open a span in a woven function and end it.
package hooks

import (
	"context"
	"strings"
	"sync"

	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/tracing"
	"github.com/goweaver/weaver/instrument/hook"
)

// Span opens a span for the function fn as a child of the one in ctx, and returns
// the context to go on with and what ends the span. A nil context, and any where the
// program has no tracer provider, comes back as it is.
func Span(ctx context.Context, fn *hook.Func) (context.Context, func()) {
	ctx, span := start(ctx, fn)
	if span == nil {
		return ctx, nil
	}
	return ctx, func() { span.End() }
}

// SpanErr is [Span] for a function that returns an error last. One that is not nil is
// recorded, and the status of the span.
func SpanErr(ctx context.Context, fn *hook.Func) (context.Context, func(error)) {
	ctx, span := start(ctx, fn)
	if span == nil {
		return ctx, nil
	}
	return ctx, func(err error) {
		if err != nil {
			span.RecordError(err)
			span.SetStatus(codes.Error, err.Error())
		}
		span.End()
	}
}

// tracer and described outlast the calls of the hooks, which have no receiver to keep
// them in. described holds a *description for every *hook.Func that was seen: there
// is one of those for each woven function, and what is said of it never changes.
var (
	tracer    = tracing.NewTracer("github.com/goweaver/weaver/builtin/spans")
	described sync.Map
)

type description struct {
	name  string
	attrs trace.SpanStartOption
}

// start returns a nil span where there is nothing to trace.
func start(ctx context.Context, fn *hook.Func) (context.Context, trace.Span) {
	if _, ok := tracing.Provider(); !ok || ctx == nil {
		return ctx, nil
	}
	d, ok := described.Load(fn)
	if !ok {
		d, _ = described.LoadOrStore(fn, describe(fn))
	}
	return tracer.Start(ctx, d.(*description).name, d.(*description).attrs)
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
