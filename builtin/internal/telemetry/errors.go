package telemetry

// What the hooks tell of errors and panics. An error's methods are the program's, and it
// may never have called them: a nil pointer as an error is one as long as nobody asks it
// anything. So whatever they do stays here. And a text may be anything, such as what a
// peer has sent.

import (
	"fmt"
	"reflect"
	"runtime/debug"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

// ErrorText returns the text of err, or one that says why there is none.
func ErrorText(err error) (text string) {
	defer func() {
		if recover() != nil {
			text = Text(fmt.Sprint(err)) // which knows nil pointers, and survives all else
		}
	}()
	return Text(err.Error())
}

// ErrorType returns the attribute error.type for err.
func ErrorType(err error) (kv attribute.KeyValue) {
	defer func() {
		if recover() != nil {
			kv = semconv.ErrorTypeKey.String(typeName(err))
		}
	}()
	return semconv.ErrorType(err)
}

// RecordError adds err to the span as an exception, which it fails by.
func RecordError(span trace.Span, err error) {
	span.SetStatus(codes.Error, AddException(span, err))
}

// AddException adds err to the span as an exception and returns its text. Whether the span
// fails by it is left to others, who know it from a status code, say.
func AddException(span trace.Span, err error) string {
	text := ErrorText(err)
	span.AddEvent(semconv.ExceptionEventName, trace.WithAttributes(
		semconv.ExceptionType(typeName(err)), semconv.ExceptionMessage(text)))
	return text
}

// RecordPanic adds what its function panicked with to the span, with the stack of the
// caller. That it leaves the span goes without saying: exception.escaped is no longer a
// convention.
func RecordPanic(span trace.Span, value any) {
	text := Text(fmt.Sprint(value))
	span.AddEvent(semconv.ExceptionEventName, trace.WithAttributes(
		semconv.ExceptionType(typeName(value)),
		semconv.ExceptionMessage(text),
		semconv.ExceptionStacktrace(string(debug.Stack())),
	))
	span.SetStatus(codes.Error, "panic: "+text)
}

// typeName returns the name of v's type as OpenTelemetry's SDK has it for exceptions.
func typeName(v any) string {
	t := reflect.TypeOf(v)
	if t.PkgPath() == "" {
		return t.String()
	}
	return t.PkgPath() + "." + t.Name()
}
