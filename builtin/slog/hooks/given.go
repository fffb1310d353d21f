package hooks

// The hooks on what loggers and handlers are given before they log.

import (
	"log/slog"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// With notes what the logger that comes of l.With was given. It takes no arguments, which
// would have to move to the heap for it: the logger that it returns for the method to go on
// with has a handler that is told the attributes, and does not leave the method.
func With(l *slog.Logger) (*slog.Logger, func(*slog.Logger) *slog.Logger) {
	if !on || l == nil || !telemetry.Noting() || noted(l.Handler()) {
		return l, nil
	}
	e := &ear{Handler: l.Handler(), before: recall(l)}
	own := slog.New(e)
	return own, func(next *slog.Logger) *slog.Logger {
		if next == own { // there were no arguments
			return l
		}
		if next != nil && e.after != nil {
			note(next, e.after)
		}
		return next
	}
}

// WithGroup is [With] for a group.
func WithGroup(l *slog.Logger, name string) func(*slog.Logger) {
	if !on || l == nil || name == "" || !telemetry.Noting() || noted(l.Handler()) {
		return nil
	}
	return func(next *slog.Logger) {
		if next != nil {
			note(next, recall(l).withGroup(name))
		}
	}
}

// An ear is the handler of a logger while that is given attributes.
type ear struct {
	slog.Handler
	before, after *past
}

// WithAttrs implements [slog.Handler]. The slice is the handler's, which may change it.
func (e *ear) WithAttrs(attrs []slog.Attr) slog.Handler {
	e.after = e.before.withAttrs(attrs)
	return e.Handler.WithAttrs(attrs)
}

// noted reports whether what h is given is noted by the hooks on its own methods, or h is
// none.
func noted(h slog.Handler) bool {
	switch h.(type) {
	case nil, *slog.JSONHandler, *slog.TextHandler:
		return true
	}
	return false
}

// JSONWithAttrs notes what the handler that comes of h.WithAttrs(attrs) was given.
func JSONWithAttrs(h *slog.JSONHandler, attrs []slog.Attr) func(slog.Handler) {
	return given(h, func(p *past) *past { return p.withAttrs(replaced(h, attrs)) })
}

// JSONWithGroup is [JSONWithAttrs] for a group.
func JSONWithGroup(h *slog.JSONHandler, name string) func(slog.Handler) {
	return given(h, func(p *past) *past { return p.withGroup(name) })
}

// TextWithAttrs is [JSONWithAttrs] for the other handler.
func TextWithAttrs(h *slog.TextHandler, attrs []slog.Attr) func(slog.Handler) {
	return given(h, func(p *past) *past { return p.withAttrs(replaced(h, attrs)) })
}

// TextWithGroup is [TextWithAttrs] for a group.
func TextWithGroup(h *slog.TextHandler, name string) func(slog.Handler) {
	return given(h, func(p *past) *past { return p.withGroup(name) })
}

// given has the past of the handler that comes of h be what more makes of that of h.
func given[H any](h *H, more func(*past) *past) func(slog.Handler) {
	if !on || h == nil || !telemetry.Noting() {
		return nil
	}
	return func(next slog.Handler) {
		if next, ok := any(next).(*H); ok {
			note(next, more(recall(h)))
		}
	}
}
