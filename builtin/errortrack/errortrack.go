// Package errortrack holds the aspect by which errors that leave the functions of the main
// modules reach a reporter of the program's, with the stack of where they came from:
//
//	reporter.Set(func(ctx context.Context, e reporter.Error) { … })
//
// The errors themselves stay what they are: a stack is kept beside an error, and only while
// that is on its way up the goroutine that it occurred in.
package errortrack

import (
	"context"

	"github.com/goweaver/weaver/instrument"
)

// The hooks are named, not referenced: the registration binary then links none of them.
const hooks = "github.com/goweaver/weaver/builtin/errortrack/hooks."

// Aspect tracks the errors of every function of the main modules whose last result is an
// error. Methods that only hand out what an error holds, Unwrap and Cause, are none of them.
// A function that it is to leave alone has the directive //weaver:ignore errortrack.
var Aspect = &instrument.Aspect{
	Name: "errortrack",
	Doc:  "report errors that leave the program's functions, with a stack",
	Rules: []instrument.Rule{
		instrument.BodyWhere(append(failing(), instrument.ParamIs[context.Context](0))...).
			Around(instrument.Named(hooks+"Ctx")).Take(instrument.Param(0), instrument.Result(-1)),
		instrument.BodyWhere(append(failing(), instrument.Not(instrument.ParamIs[context.Context](0)))...).
			Around(instrument.Named(hooks + "Plain")).Take(instrument.Result(-1)),
	},
}

func failing() []instrument.Predicate {
	return []instrument.Predicate{
		instrument.ResultIs[error](-1),
		instrument.Not(instrument.All(instrument.Receiver("*"), instrument.Any(instrument.Name("Unwrap"), instrument.Name("Cause")))),
	}
}
