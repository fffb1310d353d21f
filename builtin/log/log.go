// Package log holds the aspect that exports what the program logs by package log: each
// line that a logger writes, by the program or a dependency, is a record of OpenTelemetry's
// too where the program has a provider of loggers. The lines themselves, what they are
// written to and when stay as they are.
//
// Package log knows no context, so the records belong to no span.
package log

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links no
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/log/hooks."

// Aspect exports the lines of package log.
var Aspect = &instrument.Aspect{
	Name: "log",
	Doc:  "export the lines of package log",
	Rules: []instrument.Rule{
		// Between these two a buffer holds the line, and nothing that the caller passed has
		// to be formatted, or moved to the heap, for the hooks. The second is deferred: the
		// line has been written by then, and no lock is held.
		instrument.BodyNamed("log.formatHeader").Around(instrument.Named(hooks+"Header")).
			Take(instrument.Param(0), instrument.Param(1), instrument.Param(2), instrument.Param(4), instrument.Param(5)),
		instrument.BodyNamed("log.putBuffer").Before(instrument.Named(hooks + "Line")),
	},
}
