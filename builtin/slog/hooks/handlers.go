package hooks

// The ids in what the handlers of log/slog write. They stand behind the message and before
// all attributes, outside of every group, and ReplaceAttr is asked for them as for any.

import (
	"context"
	"log/slog"

	"github.com/goweaver/weaver/instrument/hook"
)

// inside is what the file that the aspect adds to log/slog hands over before this package
// is initialised, so it must not have an initial value. It is empty where that file is
// not compiled in, as in this package's own tests: ids are then written like attributes
// that the handler was given last, and nothing is replaced.
var inside struct {
	front    func(h slog.Handler, attrs []slog.Attr) slog.Handler
	has      func(common any, key string) bool
	replacer func(h slog.Handler) ([]string, replacer)
}

// A replacer is the ReplaceAttr of a handler.
type replacer = func(groups []string, a slog.Attr) slog.Attr

// adopt is called by that file, through a linkname.
func adopt(
	front func(h slog.Handler, attrs []slog.Attr) slog.Handler,
	has func(common any, key string) bool,
	replacer func(h slog.Handler) ([]string, replacer),
) {
	inside.front, inside.has, inside.replacer = front, has, replacer
}

var _ = adopt // called from log/slog

// JSON returns the handler that handles r in the place of h.
func JSON(h *slog.JSONHandler, ctx context.Context, r slog.Record) *slog.JSONHandler { //nolint:revive // the receiver comes first
	return fronted(h, ctx, r)
}

// Text is [JSON] for the other handler.
func Text(h *slog.TextHandler, ctx context.Context, r slog.Record) *slog.TextHandler { //nolint:revive // the receiver comes first
	return fronted(h, ctx, r)
}

func fronted[H interface {
	*slog.JSONHandler | *slog.TextHandler
	slog.Handler
}](h H, ctx context.Context, r slog.Record) H { //nolint:revive // as its callers
	if !on || h == nil {
		return h
	}
	span, ok := spanOf(ctx)
	if !ok || hasIDs(r) {
		return h
	}
	if inside.front == nil {
		return h.WithAttrs(idsOf(span)).(H)
	}
	return inside.front(h, idsOf(span)).(H)
}

// Default returns the record that the handler of the first default logger handles in the
// place of r. That one writes level, message and attributes to package log's logger, the
// message as it is, so the ids stand in the message to be outside of groups. handler holds
// what it was given before.
func Default(ctx context.Context, r slog.Record, handler hook.Captured) slog.Record {
	if !on {
		return r
	}
	span, ok := spanOf(ctx)
	if !ok || hasIDs(r) || inside.has != nil && handler.Len() > 0 && inside.has(handler.At(0).Any(), traceID) {
		return r
	}
	r.Message += " " + traceID + "=" + span.TraceID().String() + " " + spanID + "=" + span.SpanID().String()
	return r
}
