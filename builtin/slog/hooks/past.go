package hooks

// What a logger or handler was given before it logs.
//
// A record has the attributes of its own call. Those of With and WithGroup are in the
// handler, which has formatted them by then or keeps them to itself, and a handler has no
// method to be asked by. So they are noted where they are given: for the handlers of
// log/slog by handler, since a program may give them attributes without a logger; for all
// others by logger. Nothing of the program's is kept alive by that.
//
// It costs something, so it is only done where telemetry.Noting says so.

import (
	"log/slog"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// A past is what a logger or handler was given. A nil one is nothing.
type past struct {
	bridge slog.Handler // OpenTelemetry's handler with the same
	ids    bool         // a trace id is among it
}

func (p *past) hasIDs() bool { return p != nil && p.ids }

// bridgeOf returns the handler to export a record by.
func (p *past) bridgeOf() slog.Handler {
	if p == nil {
		return root()
	}
	return p.bridge
}

// withAttrs returns the past of a logger that is given attrs more.
func (p *past) withAttrs(attrs []slog.Attr) *past {
	next := &past{ids: p.hasIDs()}
	for _, a := range attrs {
		next.ids = next.ids || a.Key == traceID
	}
	next.bridge = withAttrs(p.bridgeOf(), attrs)
	return next
}

// withGroup returns the past of a logger that is given an open group.
func (p *past) withGroup(name string) *past {
	return &past{ids: p.hasIDs(), bridge: p.bridgeOf().WithGroup(name)}
}

// pasts holds the pasts of loggers and handlers, each a *past. It is package-level since a
// hook has no receiver that could keep it, and log/slog's own types have no room.
var pasts telemetry.Notes

// note remembers the past of x.
func note[T any](x *T, p *past) { telemetry.Note(&pasts, x, p) }

// recall returns the past of x, nil if there is none.
func recall[T any](x *T) *past {
	p, _ := telemetry.Noted[T, *past](&pasts, x)
	return p
}

// pastOf returns what l was given, l or its handler.
func pastOf(l *slog.Logger) *past {
	switch h := l.Handler().(type) {
	case *slog.JSONHandler:
		return recall(h)
	case *slog.TextHandler:
		return recall(h)
	}
	return recall(l)
}
