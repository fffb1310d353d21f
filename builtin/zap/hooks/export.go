package hooks

import (
	"runtime"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.uber.org/zap/zapcore"

	"github.com/goweaver/weaver/builtin/internal/logrecord"
)

// An exporter is the core that exports one record of a logger with that past. Of its methods
// an entry calls Write alone.
type exporter struct{ *past }

// Enabled implements [zapcore.LevelEnabler].
func (exporter) Enabled(zapcore.Level) bool { return true }

// With implements [zapcore.Core].
func (e exporter) With([]zapcore.Field) zapcore.Core { return e }

// Check implements [zapcore.Core].
func (e exporter) Check(ent zapcore.Entry, ce *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	return ce.AddCore(ent, e)
}

// Sync implements [zapcore.Core].
func (exporter) Sync() error { return nil }

// Write implements [zapcore.Core]. It never fails: an error would be written to the logger's
// output for errors.
func (e exporter) Write(ent zapcore.Entry, fields []zapcore.Field) error {
	ctx := contextOf(fields)
	if ctx == nil {
		ctx = e.all().ctx
	}
	r := logrecord.Record{
		Logger:   ent.LoggerName,
		Time:     ent.Time,
		Severity: severityOf(ent.Level),
		Level:    ent.Level.String(),
		Message:  ent.Message,
		Stack:    ent.Stack,
		Fields: func() ([]attribute.KeyValue, error) {
			all := e.all().with(fields)
			return all.attributes(), all.err
		},
	}
	if c := ent.Caller; c.Defined {
		r.Frame = runtime.Frame{Function: c.Function, File: c.File, Line: c.Line}
	}
	library.Export(ctx, r)
	return nil
}

// severityOf returns what otelzap has for zap's own levels, and for others what is next to them.
func severityOf(level zapcore.Level) log.Severity {
	switch {
	case level < zapcore.DebugLevel:
		return log.SeverityTrace
	case level > zapcore.FatalLevel:
		return log.SeverityFatal4
	}
	switch level {
	case zapcore.DebugLevel:
		return log.SeverityDebug
	case zapcore.InfoLevel:
		return log.SeverityInfo
	case zapcore.WarnLevel:
		return log.SeverityWarn
	case zapcore.ErrorLevel:
		return log.SeverityError
	case zapcore.DPanicLevel:
		return log.SeverityFatal1
	case zapcore.PanicLevel:
		return log.SeverityFatal2
	}
	return log.SeverityFatal3
}
