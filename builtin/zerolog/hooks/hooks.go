// Package hooks holds the functions that woven code of github.com/rs/zerolog calls. They are
// linked into the program; the loggers that it can get hold of are its own.
package hooks

import (
	"bytes"
	"context"

	"github.com/rs/zerolog"

	"github.com/goweaver/weaver/builtin/internal/logrecord"
)

// library has the switch and the loggers of the built-in. It outlasts the calls of the hooks,
// which have no receiver to keep it in.
var library = logrecord.NewLibrary("zerolog", "github.com/rs/zerolog")

// Write is for (*zerolog.Event).write, which ends a line and writes it. It exports the event, and
// adds the ids of the span that it belongs to.
func Write(e *zerolog.Event) {
	exports, traces := library.Exports(), library.Traces()
	if !exports && !traces || !e.Enabled() {
		return
	}
	if exports {
		export(e)
	}
	if !traces {
		return
	}
	span, ok := logrecord.SpanOf(e.GetCtx())
	if !ok {
		return
	}
	if line := lineOf.of(e); line == nil || bytes.Contains(*line, []byte(`"`+logrecord.TraceID+`":`)) {
		return
	}
	e.Str(logrecord.TraceID, span.TraceID().String()).Str(logrecord.SpanID, span.SpanID().String())
}

// WithContext is for (zerolog.Logger).WithContext, which puts a copy of l into ctx. It returns the
// logger to copy.
func WithContext(l zerolog.Logger, ctx context.Context) zerolog.Logger { //nolint:revive // the receiver comes first
	if !library.Traces() {
		return l
	}
	own := contextOf.of(&l)
	if own == nil {
		return l
	}
	if _, ours := (*own).(place); *own != nil && !ours {
		return l
	}
	if _, ok := logrecord.SpanOf(ctx); ok {
		*own = place{ctx}
	}
	return l
}

// A place is the context that a logger was put into, as long as the program gives it none.
type place struct{ context.Context }
