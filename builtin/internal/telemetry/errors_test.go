package telemetry

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// silent is an error as one sees it behind an interface: its methods do not survive nil.
type silent struct{ text, kind string }

func (s *silent) Error() string     { return s.text }
func (s *silent) ErrorType() string { return s.kind }

// broken has methods that always panic.
type broken struct{}

func (broken) Error() string     { panic("broken") }
func (broken) ErrorType() string { panic("broken") }

// Of an error is told what it says, and of one whose methods panic what can be said
// without them.
func TestErrors(t *testing.T) {
	for _, c := range []struct {
		err             error
		text, kind, typ string
	}{
		{errors.New("not \xff text"), "not \uFFFD text", "*errors.errorString", "*errors.errorString"},
		{errors.New("plain"), "plain", "*errors.errorString", "*errors.errorString"},
		{fs.ErrNotExist, "file does not exist", "*errors.errorString", "*errors.errorString"},
		{&silent{"s", "kind"}, "s", "kind", "*telemetry.silent"},
		{fmt.Errorf("wrapped: %w", &silent{"s", "kind"}), "wrapped: s", "kind", "*fmt.wrapError"},
		{(*silent)(nil), "<nil>", "*telemetry.silent", "*telemetry.silent"},
		{broken{}, "%!v(PANIC=Error method: broken)",
			"github.com/goweaver/weaver/builtin/internal/telemetry.broken", "github.com/goweaver/weaver/builtin/internal/telemetry.broken"},
	} {
		if got := ErrorText(c.err); got != c.text {
			t.Errorf("%T: the text is %q, not %q", c.err, got, c.text)
		}
		if got := ErrorType(c.err).Value.AsString(); got != c.kind {
			t.Errorf("%T: error.type is %q, not %q", c.err, got, c.kind)
		}
		span := ended(t, func(span recording) { RecordError(span, c.err) })
		checkException(t, span, c.text, c.typ, c.text)
		span = ended(t, func(span recording) { AddException(span, c.err) })
		if events := span.Events(); len(events) != 1 || span.Status().Code != codes.Unset {
			t.Errorf("%T: added to a span with status %v, it is %v", c.err, span.Status(), events)
		}
	}
}

// A panic is told with its value's type and text and with the stack.
func TestRecordPanic(t *testing.T) {
	for _, c := range []struct {
		value     any
		text, typ string
	}{
		{"boom", "boom", "string"},
		{"not \xff text", "not \uFFFD text", "string"},
		{broken{}, "%!v(PANIC=Error method: broken)", "github.com/goweaver/weaver/builtin/internal/telemetry.broken"},
		{&fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}, "open x: file does not exist", "*fs.PathError"},
	} {
		span := ended(t, func(span recording) { RecordPanic(span, c.value) })
		stack := checkException(t, span, "panic: "+c.text, c.typ, c.text)
		if !strings.Contains(stack, "telemetry.TestRecordPanic") {
			t.Errorf("the stack is %q", stack)
		}
	}
}

type recording = sdktrace.ReadWriteSpan

// ended returns a span after do was done to it.
func ended(t *testing.T, do func(recording)) sdktrace.ReadOnlySpan {
	t.Helper()
	recorder := tracetest.NewSpanRecorder()
	tp := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder))
	_, span := tp.Tracer("test").Start(t.Context(), "span")
	do(span.(recording))
	span.End()
	return recorder.Ended()[0]
}

// checkException checks the span's status and its one exception, and returns the stack.
func checkException(t *testing.T, span sdktrace.ReadOnlySpan, status, typ, message string) (stack string) {
	t.Helper()
	if s := span.Status(); s.Code != codes.Error || s.Description != status {
		t.Errorf("the status is %v, not an error %q", s, status)
	}
	events := span.Events()
	if len(events) != 1 || events[0].Name != "exception" {
		t.Fatalf("the events are %v, want one exception", events)
	}
	got := map[string]string{}
	for _, a := range events[0].Attributes {
		got[string(a.Key)] = a.Value.AsString()
	}
	if got["exception.type"] != typ || got["exception.message"] != message {
		t.Errorf("the exception is %v, want %s: %s", got, typ, message)
	}
	return got["exception.stacktrace"]
}
