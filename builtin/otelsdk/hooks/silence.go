package hooks

import (
	"fmt"
	"log"
	"os"
	"slices"
	"strings"

	"github.com/go-logr/logr"
	"github.com/go-logr/stdr"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/log/global"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// silence keeps OpenTelemetry from writing to the program's stderr, as it does by
// default for every failed export: the program did not ask for an SDK and its output
// is its own. Setting OTEL_LOG_LEVEL, to any level, brings the messages back.
//
// An error handler that the program has set is left in place; OpenTelemetry's
// internal logger can not be asked for, so one that was set before main is replaced.
// Both are silent only as long as this SDK is the program's: one that sets up its own
// later gets the messages it would have got.
func (s *sdk) silence() {
	if telemetry.Unset(otel.GetErrorHandler()) {
		otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
			if !s.inCharge() {
				log.Print(err) // as the default one does
			}
		}))
	}
	// The default logger, as the otel package makes it.
	l := stdr.New(log.New(os.Stderr, "", log.LstdFlags|log.Lshortfile))
	otel.SetLogger(logr.New(silent{l.GetSink(), s}))
}

// tell says on stderr what the environment asks for and can not have. Unlike an export that
// fails this is said unasked: who has set the variable waits for telemetry that never comes.
// What is wrong for all signals is said once.
func tell(err error) {
	var told []string
	for line := range strings.SplitSeq(err.Error(), "\n") {
		if !slices.Contains(told, line) {
			told = append(told, line)
			fmt.Fprintln(os.Stderr, "weaver: otelsdk:", line)
		}
	}
}

// inCharge reports whether OpenTelemetry's messages are about this SDK alone: it is being
// set up, or nothing of it has been replaced by the program's own.
func (s *sdk) inCharge() bool {
	if !s.settled.Load() {
		return true
	}
	traces, metrics, logs := s.traces.Load(), s.metrics.Load(), s.logs.Load()
	if traces == nil && metrics == nil && logs == nil {
		return false
	}
	return (traces == nil || otel.GetTracerProvider() == traces) &&
		(metrics == nil || otel.GetMeterProvider() == metrics) &&
		(logs == nil || global.GetLoggerProvider() == logs)
}

// silent is a log sink that drops what is logged while the SDK is in charge.
type silent struct {
	logr.LogSink
	sdk *sdk
}

// Enabled implements [logr.LogSink].
func (l silent) Enabled(level int) bool { return !l.sdk.inCharge() && l.LogSink.Enabled(level) }

// Error implements [logr.LogSink].
func (l silent) Error(err error, msg string, keysAndValues ...any) {
	if !l.sdk.inCharge() {
		l.LogSink.Error(err, msg, keysAndValues...)
	}
}
