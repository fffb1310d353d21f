// Package logrecord makes OpenTelemetry's records of what logging libraries write, and says
// which span a record belongs to. The hooks of the libraries say what is written and when;
// this package knows none of them.
//
// A record is exported where the program has a provider of loggers, with the attributes,
// severity and place that OpenTelemetry's bridge to the library gives it, and once: not where
// the program uses such a bridge, not what log/slog or package log hand on to the library, whose
// built-ins export it, and not what telemetry logs itself.
package logrecord

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// The keys are those that OpenTelemetry's specification has for logs in formats that are
// not its own.
const (
	TraceID = "trace_id"
	SpanID  = "span_id"
)

// A Library is a logging library whose records are told of.
type Library struct {
	// On is the built-in's switch.
	On bool

	scope   string
	own     atomic.Bool // the program uses a bridge of its own
	loggers sync.Map    // of string to *telemetry.Logger
	names   atomic.Int32
	stack   stack
}

// NewLibrary returns the library of the built-in of that name, whose functions are in the
// package path and those below it.
func NewLibrary(name, path string) *Library {
	l := &Library{On: telemetry.On(name), scope: "github.com/goweaver/weaver/builtin/" + name}
	l.stack.init(path)
	return l
}

// Yield notes that the program exports the library's records itself, by OpenTelemetry's
// bridge: it has then chosen what is exported, and how.
func (l *Library) Yield() { l.own.Store(true) }

// Exports reports whether records are exported. It is a hook's first question.
func (l *Library) Exports() bool {
	if !l.On || l.own.Load() {
		return false
	}
	_, ok := telemetry.LoggerProvider()
	return ok
}

// Notes reports whether it is of use to note what a logger is given for later records.
func (l *Library) Notes() bool { return l.On && !l.own.Load() && telemetry.Noting() }

// Traces reports whether records may belong to spans. There are none as long as the program
// has no provider: a span context that came from elsewhere and that nobody records changes
// nothing.
func (l *Library) Traces() bool {
	if !l.On {
		return false
	}
	_, ok := telemetry.TracerProvider()
	return ok
}

// SpanOf returns the span that a record of ctx belongs to, where there may be one. A context
// may be of the program's own making, and a nil pointer.
func SpanOf(ctx context.Context) (span trace.SpanContext, ok bool) {
	defer func() {
		if recover() != nil {
			span, ok = trace.SpanContext{}, false
		}
	}()
	span = trace.SpanContextFromContext(ctx) // invalid for a nil ctx
	return span, span.IsValid()
}

// A Record is what a logger writes.
type Record struct {
	Logger   string // its name, if it has one
	Time     time.Time
	Severity log.Severity
	Level    string // what the library calls the severity
	Message  string
	Stack    string        // if the logger writes it
	Frame    runtime.Frame // where the logger says that the record is from, if it does

	// Fields returns the attributes, and the error that is among them, if there is one. It is
	// called if the record is exported.
	Fields func() ([]attribute.KeyValue, error)
}

// Export emits the record, which may belong to ctx. A value of the program's that panics
// where it is converted costs the export of its record and nothing else.
func (l *Library) Export(ctx context.Context, r Record) {
	defer func() { _ = recover() }()
	if !usable(ctx) {
		ctx = context.Background()
	}
	if telemetry.IsUntraced(ctx) || telemetry.Inside() {
		return
	}
	frame, ok := l.stack.caller()
	if !ok {
		return
	}
	logger := l.logger(r.Logger)
	if !logger.Enabled(ctx, log.EnabledParameters{Severity: r.Severity}) {
		return
	}
	attrs, err := r.Fields()
	var out log.Record
	out.SetTimestamp(r.Time)
	out.SetSeverity(r.Severity)
	out.SetSeverityText(r.Level)
	out.SetBody(attribute.StringValue(r.Message))
	out.AddAttributes(placeOf(r.Frame, frame)...)
	if err != nil {
		// The SDK calls it, as others may that take the record.
		if _, ok := ErrorText(err); ok {
			out.SetErr(err)
		}
	}
	if r.Stack != "" {
		key := semconv.CodeStacktraceKey
		if err != nil {
			key = semconv.ExceptionStacktraceKey
		}
		out.AddAttributes(key.String(r.Stack))
	}
	out.AddAttributes(attrs...)
	logger.Emit(ctx, out)
}

// usable reports whether ctx can be asked for a value, which a nil one can not, nor can many
// a nil pointer.
func usable(ctx context.Context) (ok bool) {
	defer func() { ok = recover() == nil && ok }()
	if ctx == nil {
		return false
	}
	_ = ctx.Value(nobodys{}) // which may panic
	return true
}

// nobodys is a key that no context has a value for.
type nobodys struct{}

// mostNames is how many names of loggers are scopes of their own. A program may give each
// request a logger with a name of its own, and a scope is never forgotten.
const mostNames = 1000

// logger returns the logger that exports what the program's logger of that name writes: the
// name is that of the instrumentation scope, which is what OpenTelemetry has in its place.
func (l *Library) logger(name string) *telemetry.Logger {
	if name == "" {
		name = l.scope
	}
	if known, ok := l.loggers.Load(name); ok {
		return known.(*telemetry.Logger)
	}
	if l.names.Load() >= mostNames && name != l.scope {
		return l.logger("")
	}
	logger := telemetry.NewLogger(telemetry.Text(name), log.WithSchemaURL(semconv.SchemaURL))
	made, found := l.loggers.LoadOrStore(name, logger)
	if !found {
		l.names.Add(1)
	}
	return made.(*telemetry.Logger)
}
