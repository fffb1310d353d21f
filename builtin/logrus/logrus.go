// Package logrus holds the aspect that ties github.com/sirupsen/logrus to telemetry: entries that
// have the context of a span say its trace_id and span_id, and where the program has a provider
// of loggers each entry is exported, as OpenTelemetry's bridge otellogrus does it, with what the
// program's own hooks have made of it.
//
// An entry has the context that WithContext gave it. One without belongs to no span.
//
// otellogrus itself is not installed by it: it is a hook, which programs can see among a
// logger's, and it asks for the newest logrus. Where a program uses it, it is what exports.
//
// Loggers of dependencies are in it like the program's own, and hooks, formatters and entries
// are those of the program. Where it has no provider nothing happens.
package logrus

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither
// OpenTelemetry nor the library.
const hooks = "github.com/goweaver/weaver/builtin/logrus/hooks."

// Aspect exports logrus's entries and adds trace and span ids to them.
var Aspect = &instrument.Aspect{
	Name: "logrus",
	Doc:  "export the entries of github.com/sirupsen/logrus and add trace ids to them",
	Rules: []instrument.Rule{
		// What is written comes through this one, behind the program's hooks and before the
		// formatter.
		instrument.BodyNamed("(*github.com/sirupsen/logrus.Entry).write").Before(instrument.Named(hooks + "Write")),

		// A program that exports its entries itself has them exported once.
		instrument.BodyNamed("go.opentelemetry.io/contrib/bridges/otellogrus.NewHook").Before(instrument.Named(hooks + "Bridge")),
	},
}
