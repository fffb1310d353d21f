// Package hooks holds the functions that woven code of go.uber.org/zap calls. They are linked
// into the program; loggers, cores and fields that the program can get hold of are its own.
package hooks

import (
	"context"
	"slices"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/goweaver/weaver/builtin/internal/logrecord"
)

// library has the switch and the loggers of the built-in. It outlasts the calls of the hooks,
// which have no receiver to keep it in.
var library = newLibrary()

func newLibrary() *logrecord.Library { return logrecord.NewLibrary("zap", "go.uber.org/zap") }

// Bridge runs when a core of OpenTelemetry's bridge is made.
func Bridge() { library.Yield() }

// Check is for (*zap.Logger).check, which makes the entry of a record if the logger's core
// writes that. The entry gets one core more, which exports: it is told what the program's
// cores are, when they have written, and before the program ends where the level says so.
func Check(l *zap.Logger) func(*zapcore.CheckedEntry) {
	if !library.Exports() || l == nil {
		return nil
	}
	return func(ce *zapcore.CheckedEntry) {
		if ce == nil {
			return
		}
		// The entry of a panic is there even if nobody writes it; only one that is written has
		// the logger's output for errors.
		if ce.Level >= zapcore.DPanicLevel && ce.ErrorOutput == nil {
			return
		}
		ce.AddCore(ce.Entry, exporter{pastOf(l)})
	}
}

// Lines returns the fields that the core which writes lines is given in the place of fields:
// the ids of the span that they have a context of, and the same.
func Lines(fields []zapcore.Field) []zapcore.Field {
	if !library.Traces() {
		return fields
	}
	ctx := contextOf(fields)
	if ctx == nil || slices.ContainsFunc(fields, func(f zapcore.Field) bool { return f.Key == logrecord.TraceID }) {
		return fields
	}
	span, ok := logrecord.SpanOf(ctx)
	if !ok {
		return fields
	}
	return slices.Concat([]zapcore.Field{
		zap.String(logrecord.TraceID, span.TraceID().String()),
		zap.String(logrecord.SpanID, span.SpanID().String()),
	}, fields)
}

// contextOf returns the last context among the fields, nil if there is none.
func contextOf(fields []zapcore.Field) (ctx context.Context) {
	for i := range fields {
		if c, ok := fields[i].Interface.(context.Context); ok {
			ctx = c
		}
	}
	return ctx
}
