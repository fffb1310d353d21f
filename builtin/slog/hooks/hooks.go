// Package hooks holds the functions that woven log/slog code calls. They are linked into
// the program; the records they add ids to are copies, and the loggers and handlers that
// the program can get hold of are its own.
package hooks

import (
	"context"
	"log/slog"

	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/logway"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// The keys are those that OpenTelemetry's specification has for logs in formats that are
// not its own.
const (
	traceID = "trace_id"
	spanID  = "span_id"
)

// on is whether the built-in is switched on, which the environment says once.
var on = telemetry.On("slog")

func init() { logway.Set(Log) } //nolint:gochecknoinits // before any hook that makes a record runs

// Log runs when a logger begins to log, before its handler is asked for the level. It
// returns the logger to go on with, which stays within the method: l itself, or where there
// is something to do with the record one that has l's handler do all, see detour.
func Log(l *slog.Logger, ctx context.Context) *slog.Logger { //nolint:revive // the receiver comes first
	if !on || l == nil {
		return l
	}
	_, exports := telemetry.LoggerProvider()
	span, traced := spanOf(ctx)
	if !exports && !traced {
		return l
	}
	h := l.Handler()
	if h == nil { // of a zero Logger, which panics
		return l
	}
	d := detour{Handler: h}
	past := pastOf(l)
	if exports && !bridged(h) && (ctx == nil || !telemetry.IsUntraced(ctx)) {
		d.bridge = past.bridgeOf()
	}
	if traced && !past.hasIDs() && isForeign(h) {
		d.span = span
	}
	if d.bridge == nil && !d.span.IsValid() {
		return l
	}
	return d.logger()
}

// spanOf returns the span that a record of ctx belongs to. There is none as long as the
// program has no provider: a span context that came from elsewhere and that nobody
// records changes nothing.
func spanOf(ctx context.Context) (trace.SpanContext, bool) {
	if _, ok := telemetry.TracerProvider(); !ok {
		return trace.SpanContext{}, false
	}
	span := trace.SpanContextFromContext(ctx) // invalid for a nil ctx
	return span, span.IsValid()
}

// idsOf returns the attributes that name a span.
func idsOf(span trace.SpanContext) []slog.Attr {
	return []slog.Attr{slog.String(traceID, span.TraceID().String()), slog.String(spanID, span.SpanID().String())}
}

// hasIDs reports whether the record names a trace already.
func hasIDs(r slog.Record) bool {
	found := false
	r.Attrs(func(a slog.Attr) bool {
		found = a.Key == traceID
		return !found
	})
	return found
}

// A detour is the handler of a logger for one record: it exports the record, adds ids to
// it, or both, and leaves the rest to the logger's own handler.
type detour struct {
	slog.Handler
	own    slog.Logger // with the detour as its handler
	bridge slog.Handler
	span   trace.SpanContext // invalid if the handler adds ids itself
}

// logger returns a logger with a copy of the detour as its handler.
func (d detour) logger() *slog.Logger {
	d.own = *slog.New(&d)
	return &d.own
}

// Handle implements [slog.Handler]. The record is exported first: a handler may end the
// process where the level says so.
func (d *detour) Handle(ctx context.Context, r slog.Record) error {
	if d.bridge != nil && !telemetry.Inside() {
		export(ctx, d.bridge, d.Handler, r)
	}
	if d.span.IsValid() && !hasIDs(r) {
		r = r.Clone()
		r.AddAttrs(idsOf(d.span)...)
	}
	return d.Handler.Handle(ctx, r)
}
