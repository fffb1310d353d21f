package telemetry

import (
	"context"
	"reflect"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/log/embedded"
	"go.opentelemetry.io/otel/log/global"
	"go.opentelemetry.io/otel/log/noop"
)

var logs = ask(global.GetLoggerProvider(), reflect.TypeFor[noop.LoggerProvider]())

// LoggerProvider returns the program's provider of loggers, and whether there is one that
// exports. It costs a few nanoseconds, and notices a provider that is set later.
func LoggerProvider() (log.LoggerProvider, bool) {
	lp := global.GetLoggerProvider()
	return lp, logs.set(lp)
}

// Loggers is a provider of loggers that stands for whichever is the program's at the
// moment a record is emitted.
type Loggers struct{ embedded.LoggerProvider }

// Logger implements [log.LoggerProvider].
func (Loggers) Logger(name string, opts ...log.LoggerOption) log.Logger {
	return NewLogger(name, opts...)
}

// A Logger emits its records with the provider that is the program's at that moment. Of a
// [Tracer] it differs in nothing else.
type Logger struct {
	embedded.Logger
	name string
	opts []log.LoggerOption
	last atomic.Pointer[bound[log.LoggerProvider, log.Logger]]
}

// NewLogger returns a logger with the given instrumentation scope.
func NewLogger(name string, opts ...log.LoggerOption) *Logger {
	return &Logger{name: name, opts: opts}
}

// Emit implements [log.Logger]. What is logged may be any bytes, see [Text].
func (l *Logger) Emit(ctx context.Context, r log.Record) { l.current().Emit(ctx, valid(r)) }

// Enabled implements [log.Logger].
func (l *Logger) Enabled(ctx context.Context, p log.EnabledParameters) bool {
	return l.current().Enabled(ctx, p)
}

func (l *Logger) current() log.Logger {
	lp, ok := LoggerProvider()
	if !ok {
		return noop.Logger{}
	}
	// Only pointers are remembered: comparing them can not panic.
	if b := l.last.Load(); b != nil && b.provider == lp {
		return b.made
	}
	logger := lp.Logger(l.name, l.opts...)
	if reflect.TypeOf(lp).Kind() == reflect.Pointer {
		l.last.Store(&bound[log.LoggerProvider, log.Logger]{lp, logger})
	}
	return logger
}

// valid returns the record with valid text: r itself, but for a program that logs other.
func valid(r log.Record) log.Record {
	body, same := validValue(r.Body())
	attrs := make([]attribute.KeyValue, 0, 8) // which most have room in
	r.WalkAttributes(func(kv attribute.KeyValue) bool {
		kv, ok := validAttribute(kv)
		attrs, same = append(attrs, kv), same && ok
		return true
	})
	if same {
		return r
	}
	var out log.Record
	out.SetEventName(r.EventName())
	out.SetTimestamp(r.Timestamp())
	out.SetObservedTimestamp(r.ObservedTimestamp())
	out.SetSeverity(r.Severity())
	out.SetSeverityText(r.SeverityText())
	out.SetBody(body)
	out.SetErr(r.Err())
	out.AddAttributes(attrs...)
	return out
}
