// Package hooks holds the functions that woven code of github.com/sirupsen/logrus calls. They
// are linked into the program; entries and their fields that the program can get hold of are its
// own.
package hooks

import (
	"maps"

	"github.com/sirupsen/logrus"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"

	"github.com/goweaver/weaver/builtin/internal/logrecord"
)

// library has the switch and the loggers of the built-in. It outlasts the calls of the hooks,
// which have no receiver to keep it in.
var library = newLibrary()

func newLibrary() *logrecord.Library {
	return logrecord.NewLibrary("logrus", "github.com/sirupsen/logrus")
}

// Bridge runs when a hook of OpenTelemetry's bridge is made.
func Bridge() { library.Yield() }

// Write is for (*logrus.Entry).write, which formats an entry and writes it. It exports the entry,
// and returns the one that is written in its place: itself, or where it belongs to a span a copy
// with the ids. The entry itself is what the program gets from a panic, and its fields may be
// those of one that it has kept.
func Write(e *logrus.Entry) *logrus.Entry {
	if e == nil {
		return e
	}
	if library.Exports() {
		export(e)
	}
	if !library.Traces() || e.Context == nil {
		return e
	}
	if _, ok := e.Data[logrecord.TraceID]; ok {
		return e
	}
	span, ok := logrecord.SpanOf(e.Context)
	if !ok {
		return e
	}
	written := *e
	written.Data = make(logrus.Fields, len(e.Data)+2)
	maps.Copy(written.Data, e.Data)
	written.Data[logrecord.TraceID] = span.TraceID().String()
	written.Data[logrecord.SpanID] = span.SpanID().String()
	return &written
}

func export(e *logrus.Entry) {
	r := logrecord.Record{
		Time:     e.Time,
		Severity: severityOf(e.Level),
		Level:    e.Level.String(),
		Message:  e.Message,
		Fields: func() ([]attribute.KeyValue, error) {
			err, _ := e.Data[logrus.ErrorKey].(error)
			return logrecord.Attributes(e.Data), err
		},
	}
	if e.Caller != nil {
		r.Frame = *e.Caller
	}
	library.Export(e.Context, r)
}

// severityOf returns what otellogrus has for the level.
func severityOf(level logrus.Level) log.Severity {
	switch level {
	case logrus.PanicLevel:
		return log.SeverityFatal4
	case logrus.FatalLevel:
		return log.SeverityFatal
	case logrus.ErrorLevel:
		return log.SeverityError
	case logrus.WarnLevel:
		return log.SeverityWarn
	case logrus.InfoLevel:
		return log.SeverityInfo
	case logrus.DebugLevel:
		return log.SeverityDebug
	}
	return log.SeverityTrace // and below
}
