// Command registration is a registration file with the mistakes that only one can
// have: its own functions are in package main, and it lists an aspect that is nil.
package main

import (
	"os"

	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/weaver"
)

func target(name string) error { return nil }

func hook() {}

var aspect = &instrument.Aspect{
	Name: "own",
	Rules: []instrument.Rule{
		instrument.BodyOf(target).Before(instrument.Named("example.com/hooks.Enter")), // MARK body
		instrument.CallTo(target).Replace(os.Chdir),                                   // MARK call
		instrument.BodyOf(os.Chdir).Before(hook),                                      // MARK hook
	},
}

func main() {
	weaver.Main(aspect, nil, &instrument.Aspect{Name: "empty"}) // MARK list
}
