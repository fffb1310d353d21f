// Package zerolog holds the aspect that ties github.com/rs/zerolog to telemetry: where the program
// has a provider of loggers each event that is written is exported, with all the fields of its
// line, and an event that has the context of a span says its trace_id and span_id, behind all
// other fields.
//
// An event has the context that Event.Ctx or Context.Ctx gave it. A logger that is put into a
// context, by WithContext, and was given none itself is taken to log for that: zerolog.Ctx and
// hlog.FromRequest return it, and the span of a request is then that of what is logged with it. What
// a hook of the program's gets from GetCtx is the same.
//
// The fields are read from the line, which is all that zerolog has: they are as the program has
// them written. With the build tag binary_log lines are no JSON, and not exported. There is no
// bridge of OpenTelemetry's for zerolog.
//
// Loggers of dependencies are in it like the program's own. Where the program has no provider
// nothing happens.
package zerolog

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither
// OpenTelemetry nor the library.
const hooks = "github.com/goweaver/weaver/builtin/zerolog/hooks."

// Aspect exports zerolog's events and adds trace and span ids to them.
var Aspect = &instrument.Aspect{
	Name: "zerolog",
	Doc:  "export the events of github.com/rs/zerolog and add trace ids to them",
	Rules: []instrument.Rule{
		// What is written comes through this one, behind the program's hooks.
		instrument.BodyNamed("(*github.com/rs/zerolog.Event).write").Before(instrument.Named(hooks + "Write")),

		instrument.BodyNamed("(github.com/rs/zerolog.Logger).WithContext").Before(instrument.Named(hooks + "WithContext")),
	},
}
