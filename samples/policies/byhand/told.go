package byhand

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

// told is what is told of the order that is being processed.
type told struct {
	shop  *Shop
	ctx   context.Context
	span  trace.Span
	id    slog.Attr
	began time.Time
}

// returned tells how an order ended, with an error or without one.
func (t *told) returned(err error) {
	took := time.Since(t.began)
	if err == nil {
		t.measure(took, t.shop.outcomes.ok)
		slog.LogAttrs(t.ctx, slog.LevelInfo, "ProcessOrder finished", t.id, slog.Duration("duration", took))
		t.span.End()
		return
	}
	t.measure(took, outcome("error", errorType(err)))
	slog.LogAttrs(t.ctx, slog.LevelError, "ProcessOrder failed", t.id, slog.Duration("duration", took), slog.Any("error", err))
	t.span.RecordError(err)
	t.span.SetStatus(codes.Error, err.Error())
	t.span.End()
}

// panicked tells of an order at which something panicked.
func (t *told) panicked(p any) {
	took := time.Since(t.began)
	t.measure(took, outcome("panic", "panic"))
	slog.LogAttrs(t.ctx, slog.LevelError, "ProcessOrder panicked", t.id, slog.Duration("duration", took))
	t.span.AddEvent(semconv.ExceptionEventName, trace.WithAttributes(
		semconv.ExceptionType(fmt.Sprintf("%T", p)), semconv.ExceptionMessage(fmt.Sprint(p)),
		semconv.ExceptionStacktrace(string(debug.Stack()))))
	t.span.SetStatus(codes.Error, "panic: "+fmt.Sprint(p))
	t.span.End()
}

// exited tells of an order whose goroutine has ended.
func (t *told) exited() {
	took := time.Since(t.began)
	t.measure(took, outcome("goexit", "goexit"))
	slog.LogAttrs(t.ctx, slog.LevelError, "ProcessOrder ended its goroutine", t.id, slog.Duration("duration", took))
	t.span.End()
}

// An outcome is how orders end, as measurements have it: made once for the one that is usual.
type outcomes struct{ ok *measurement }

type measurement struct {
	add    []metric.AddOption
	record []metric.RecordOption
}

func newOutcomes() outcomes { return outcomes{ok: outcome("ok", "")} }

func outcome(name, failure string) *measurement {
	attrs := []attribute.KeyValue{semconv.CodeFunctionName(function), attribute.String("function.call.outcome", name)}
	if failure != "" {
		attrs = append(attrs, semconv.ErrorTypeKey.String(failure))
	}
	with := metric.WithAttributeSet(attribute.NewSet(attrs...))
	return &measurement{[]metric.AddOption{with}, []metric.RecordOption{with}}
}

func (t *told) measure(took time.Duration, m *measurement) {
	t.shop.duration.Record(t.ctx, took.Seconds(), m.record...)
	t.shop.processed.Add(t.ctx, 1, m.add...)
}

// errorType returns what kind of error err is.
func errorType(err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "context.DeadlineExceeded"
	case errors.Is(err, context.Canceled):
		return "context.Canceled"
	}
	return semconv.ErrorType(err).Value.AsString()
}
