// Package spans holds the aspect that makes a span of every function of the main
// modules whose first parameter is a context: the functions between a request and
// what it needs from elsewhere, in a program that follows Go's conventions.
//
// It is not in the default list, since how much of that is wanted is a matter of
// taste; one line in the registration file switches it on.
package spans

import (
	"context"

	"github.com/goweaver/weaver/instrument"
)

// The hooks are named, not referenced: the registration binary then links no
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/spans/hooks."

// Aspect opens a span in every function of the main modules that takes a context
// first. A function that returns an error last ends its span with it, and one that
// panics with that: its hooks recover and panic anew where a span is recorded, so the
// program says "[recovered, repanicked]" if it crashes.
var Aspect = &instrument.Aspect{
	Name: "spans",
	Doc:  "open a span in every function that takes a context first",
	Rules: []instrument.Rule{
		instrument.BodyWhere(instrument.ParamIs[context.Context](0), instrument.ResultIs[error](-1)).
			Around(instrument.Named(hooks+"SpanErr")).
			Take(instrument.Param(0), instrument.Result(-1)),
		instrument.BodyWhere(instrument.ParamIs[context.Context](0), instrument.Not(instrument.ResultIs[error](-1))).
			Around(instrument.Named(hooks + "Span")).
			Take(instrument.Param(0)),
	},
}
