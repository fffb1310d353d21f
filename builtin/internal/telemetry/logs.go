package telemetry

import (
	"context"
	"reflect"
	"sync/atomic"
	"unicode/utf8"

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

// ValidAttributes returns attrs, of which those that are no text are now. See [Text].
func ValidAttributes(attrs []attribute.KeyValue) []attribute.KeyValue {
	for i, a := range attrs {
		if valid, same := validAttribute(a); !same {
			attrs[i] = valid
		}
	}
	return attrs
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

// validAttribute returns kv with valid text, and whether that is kv itself.
func validAttribute(kv attribute.KeyValue) (attribute.KeyValue, bool) {
	v, same := validValue(kv.Value)
	key := attribute.Key(Text(string(kv.Key)))
	return attribute.KeyValue{Key: key, Value: v}, same && key == kv.Key
}

// validValue is validAttribute for a value.
func validValue(v attribute.Value) (attribute.Value, bool) {
	switch v.Type() {
	case attribute.STRING:
		if s := v.AsString(); !utf8.ValidString(s) {
			return attribute.StringValue(Text(s)), false
		}
	case attribute.SLICE:
		all, same := v.AsSlice(), true
		for i := range all {
			var ok bool
			all[i], ok = validValue(all[i])
			same = same && ok
		}
		if !same {
			return attribute.SliceValue(all...), false
		}
	case attribute.MAP:
		all, same := v.AsMap(), true
		for i := range all {
			var ok bool
			all[i], ok = validAttribute(all[i])
			same = same && ok
		}
		if !same {
			return attribute.MapValue(all...), false
		}
	}
	return v, true
}
