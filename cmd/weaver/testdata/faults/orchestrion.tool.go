//go:build tools

// Command main lists what the scripts about faults weave. Package inject makes the
// faults.
package main

import (
	_ "example.com/app/inject"

	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/weaver"
)

var greet = &instrument.Aspect{
	Name: "greet",
	Rules: []instrument.Rule{
		instrument.BodyNamed("main.greet").Before(instrument.Named("example.com/app/hooks.Enter")),
		instrument.BodyNamed("example.com/app/lib.Greet").Before(instrument.Named("example.com/app/hooks.Enter")),
		instrument.BodyNamed("example.com/app/lib.Stack").Before(instrument.Named("example.com/app/hooks.Enter")),
	},
}

func main() { weaver.Main(greet) }
