// Package logway is where records go that a hook makes itself: the way that log/slog's
// loggers would send them, what builtin/slog weaves into these included. A hook makes a
// record itself to say which function it is about, which a logger finds by who calls it.
package logway

import (
	"context"
	"log/slog"
	"sync/atomic"
)

// through is what builtin/slog has a logger do at the start of a record. It is package-level
// since the hooks of two built-ins meet here, and neither has a receiver.
var through atomic.Pointer[func(*slog.Logger, context.Context) *slog.Logger]

// Set has records go through f, which returns the logger to go on with. It is called by an
// initialiser, of a package that only a program with builtin/slog links.
func Set(f func(*slog.Logger, context.Context) *slog.Logger) { through.Store(&f) }

// Handle hands the record to the handler of l, whose level has been asked for.
func Handle(ctx context.Context, l *slog.Logger, r slog.Record) {
	if f := through.Load(); f != nil {
		l = (*f)(l, ctx)
	}
	_ = l.Handler().Handle(ctx, r) // as log/slog itself has it
}
