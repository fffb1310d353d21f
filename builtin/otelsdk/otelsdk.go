// Package otelsdk holds the aspect that gives a program OpenTelemetry's SDK, set up
// from the environment as the specification says, and flushes it however the
// program ends.
//
// It starts only where the environment asks for it: at least one variable whose name
// begins with OTEL_ is set to something, those that begin with OTEL_GO_ aside, and
// OTEL_SDK_DISABLED is not true. Then traces, metrics and logs are exported, but for
// those whose OTEL_TRACES_EXPORTER, OTEL_METRICS_EXPORTER or OTEL_LOGS_EXPORTER is none.
// By the specification's defaults alone every woven program would send spans to a
// collector on localhost, a developer's test run too; as it is, a woven program that
// nobody has configured is the plain program.
//
// Exporters are otlp and console, and what aspects like builtin/prometheus's register with
// package exporters; propagators are those of contrib's autoprop. The resource has what the process, its
// container and its host are, the version of the main module, and what
// OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME say; never the process' arguments.
//
// The programs that go test makes do not start it, so most tests are linked without it: package
// weavertest shows a test its spans, and the aspect InTests has tests export what they do.
//
// Of each signal a program that has set a provider before its main function runs keeps
// it, and one that does so later has its own from then on.
package otelsdk

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links no
// OpenTelemetry.
const (
	hooks  = "github.com/goweaver/weaver/builtin/otelsdk/hooks."
	ending = "github.com/goweaver/weaver/builtin/otelsdk/hooks/ending."
)

// Aspect starts the SDK with the program and flushes it at its end.
var Aspect = &instrument.Aspect{
	Name: "otelsdk",
	Doc:  "set up the OpenTelemetry SDK from OTEL_* variables",
	Rules: []instrument.Rule{
		instrument.BodyNamed("main.main").
			Where(instrument.Not(instrument.TestMain())).
			Around(instrument.Named(hooks + "Main")),
		instrument.BodyNamed("os.Exit").
			Before(instrument.Named(ending + "Exit")),
		// A panic of another goroutine ends the process past main's.
		instrument.BodyNamed("runtime.preprintpanics").
			Before(instrument.Named(ending + "Crash")),
		instrument.BodyNamed("os/signal.Notify").
			Before(instrument.Named(ending + "Notify")),
	},
}

// InTests starts the SDK in the programs that go test makes, too. It is listed behind Aspect,
// which flushes it. It is no part of the default list: the SDK is linked into each test program then.
var InTests = &instrument.Aspect{
	Name: "otelsdk-tests",
	Doc:  "set up the OpenTelemetry SDK in test programs, too",
	Rules: []instrument.Rule{
		instrument.BodyNamed("main.main").
			Where(instrument.TestMain()).
			Around(instrument.Named(hooks + "Main")),
	},
}
