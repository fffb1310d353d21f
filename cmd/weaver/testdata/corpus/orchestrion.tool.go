//go:build tools

// Command main weaves every function of a build, whatever it is.
package main

import (
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/weaver"

	"example.com/corpus/hooks"
)

// every is first, so that its hook is the outermost of a function that fails, too.
var every = &instrument.Aspect{
	Name:  "every",
	Doc:   "count what is entered and left",
	Scope: []instrument.Scope{instrument.Everywhere},
	Rules: []instrument.Rule{
		instrument.BodyWhere(instrument.Name("*")).Around(hooks.Enter),
	},
}

var failing = &instrument.Aspect{
	Name:  "failing",
	Doc:   "take the error of each function that can fail, and give it back",
	Scope: []instrument.Scope{instrument.Everywhere},
	Rules: []instrument.Rule{
		instrument.BodyWhere(instrument.ResultIs[error](-1)).Around(hooks.Fail).Take(instrument.Result(-1)),
	},
}

func main() { weaver.Main(every, failing) }
