// Package runtimemetrics holds the aspect that measures the Go runtime: memory, goroutines,
// processors and the garbage collector's goal, by OpenTelemetry's own instrumentation,
// started when the program has a meter provider. It is set up where main is entered, so
// this aspect stands behind otelsdk's; a provider that the program sets itself, in main or
// later, is picked up when it is set.
package runtimemetrics

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links no
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/runtimemetrics/hooks."

// Aspect measures the Go runtime.
var Aspect = &instrument.Aspect{
	Name: "runtimemetrics",
	Doc:  "measure the Go runtime",
	Rules: []instrument.Rule{
		instrument.BodyNamed("main.main").
			Where(instrument.Not(instrument.TestMain())).
			Before(instrument.Named(hooks + "Main")),
		instrument.BodyNamed("go.opentelemetry.io/otel.SetMeterProvider").Around(instrument.Named(hooks + "Set")),
		// A program that starts the instrumentation itself has it once.
		instrument.BodyNamed("go.opentelemetry.io/contrib/instrumentation/runtime.Start").
			Around(instrument.Named(hooks + "Start")),
	},
}
