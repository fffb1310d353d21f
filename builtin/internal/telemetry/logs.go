package telemetry

import (
	"reflect"

	"go.opentelemetry.io/otel/log"
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
