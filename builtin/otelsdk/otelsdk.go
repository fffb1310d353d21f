// Package otelsdk holds the aspect that gives a program OpenTelemetry's SDK, set up
// from the environment as the specification says, and flushes it however the
// program ends.
//
// It starts only where the environment asks for it: at least one variable whose name
// begins with OTEL_ is set to something, OTEL_SDK_DISABLED is not true and
// OTEL_TRACES_EXPORTER is not none. By the specification's defaults alone every
// woven program would send spans to a collector on localhost, a developer's test run
// too; as it is, a woven program that nobody has configured is the plain program.
//
// For now traces are exported, no metrics or logs. Exporters are those of contrib's
// autoexport (OTEL_TRACES_EXPORTER otlp or console), propagators those of autoprop.
//
// A program that has set a tracer provider before its main function runs keeps it.
// One that does so later, and means its own to be used, leaves this aspect out.
package otelsdk

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links no
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/otelsdk/hooks."

// Aspect starts the SDK with the program and flushes it at its end.
var Aspect = &instrument.Aspect{
	Name: "otelsdk",
	Doc:  "set up the OpenTelemetry SDK from OTEL_* variables",
	Rules: []instrument.Rule{
		instrument.BodyNamed("main.main").
			Around(instrument.Named(hooks + "Main")),
		instrument.BodyNamed("os.Exit").
			Before(instrument.Named(hooks + "Exit")),
		instrument.BodyNamed("os/signal.Notify").
			Before(instrument.Named(hooks + "Notify")),
	},
}
