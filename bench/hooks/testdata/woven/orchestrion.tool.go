//go:build tools

// Command main lists one rule for each advice, on the functions of package target, which
// are measured, and on those of package small, whose inlining is looked at.
package main

import (
	"example.com/advices/hooks"

	"github.com/goweaver/weaver/builtin/spans"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/weaver"
)

func main() {
	weaver.Main(
		&instrument.Aspect{Name: "measured", Doc: "one rule for each advice, on what is measured", Rules: append(advices("target"), measured()...)},
		&instrument.Aspect{Name: "inlined", Doc: "one rule for each advice, on what is small", Rules: advices("small")},
	)
}

// advices returns the rules for one of the two packages.
func advices(in string) []instrument.Rule {
	path := "example.com/advices/" + in + "."
	body := func(name string) instrument.Body { return instrument.BodyNamed(path + name) }
	return []instrument.Rule{
		body("Before").Before(hooks.Before),
		body("Check").Check(hooks.Check),
		body("Around").Around(hooks.Around),
		body("Exit").Around(hooks.Exit),
		body("Panic").Around(hooks.Panic),
		body("Enclose").Enclose(hooks.Enclose),
		instrument.CallNamed(path + "replaced").Replace(hooks.Replace),
		instrument.CallNamed(path + "wrapped").Wrap(hooks.Wrap),
		instrument.VarNamed(path + "number").Set(7),
	}
}

// measured returns the rules of package target that no inlining is asked of.
func measured() []instrument.Rule {
	const path = "example.com/advices/target."
	return append(
		[]instrument.Rule{
			instrument.BodyNamed(path + "Pointer").Before(hooks.Pointer),
			instrument.BodyNamed(path + "Closure").Around(hooks.Closure),
		},
		spans.Rules(instrument.BodyNamed(path+"Span"), spans.Options{})[1],
	)
}
