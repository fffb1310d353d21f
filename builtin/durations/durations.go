// Package durations holds the aspect that measures how long functions take, in a histogram of
// OpenTelemetry's metrics API: the functions above which stands
//
//	//weaver:duration
//	//weaver:duration name=orders.place.duration
//
// and by [Rules] those that a description fits.
//
// The metric is function.call.duration, in seconds, or the one that is named. Its attributes
// say which function it was (code.function.name) and how the call has ended
// (function.call.outcome: ok, error, panic or goexit), and for those that did not end well
// what kind of error it was (error.type).
package durations

import (
	"cmp"
	"context"

	"github.com/goweaver/weaver/instrument"
)

// The hooks are named, not referenced: the registration binary then links no
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/durations/hooks."

// directive is the name of the directive, //weaver:duration.
const directive = "duration"

// Aspect measures how long a call takes of every function of the main modules that has the directive.
var Aspect = &instrument.Aspect{
	Name:  "durations",
	Doc:   "measure how long functions take",
	Rules: marked(),
}

// metric is the name of the metric where neither directive nor options have another one.
const metric = "function.call.duration"

// marked returns the rules about the directive, which has no words beside name.
func marked() []instrument.Rule {
	rules := on(instrument.BodyWhere(instrument.HasDirective(directive, "name")), metric)
	for i, r := range rules {
		rules[i] = r.Words(0, 0)
	}
	return rules
}

// Options are what [Rules] makes of the metric. The zero value is what a directive without
// name makes of it.
type Options struct {
	// Name is the name of the metric, by default function.call.duration. It consists of ASCII letters,
	// digits and _ . - / and begins with a letter, and has 255 of them at most, as OpenTelemetry has
	// it. Functions may have it in common.
	Name string
}

// Rules returns what measures how long a call takes of the body, which is one function or all that fit a description:
//
//	durations.Rules(instrument.BodyWhere(instrument.Package("example.com/shop/orders"), instrument.Name("Place*")),
//		durations.Options{Name: "orders.place.duration"})
//
// A function with the directive is left to [Aspect].
func Rules(body instrument.Body, o Options) []instrument.Rule {
	at := instrument.Here()
	rules := on(body.Where(instrument.Without(directive)), cmp.Or(o.Name, metric))
	for i, r := range rules {
		rules[i] = r.At(at)
	}
	return rules
}

// on returns the rules for functions that take a context first and for others, and for those
// that return an error last and for others. One of them is about each function.
func on(body instrument.Body, name string) []instrument.Rule {
	var (
		ctx   = instrument.ParamIs[context.Context](0)
		fails = instrument.ResultIs[error](-1)
	)
	rules := []instrument.Rule{
		body.Where(ctx, fails).Around(instrument.Named(hooks+"TimeContextErr")).Take(instrument.Param(0), instrument.Result(-1)),
		body.Where(ctx, instrument.Not(fails)).Around(instrument.Named(hooks + "TimeContext")).Take(instrument.Param(0)),
		body.Where(instrument.Not(ctx), fails).Around(instrument.Named(hooks + "TimeErr")).Take(instrument.Result(-1)),
		body.Where(instrument.Not(ctx), instrument.Not(fails)).Around(instrument.Named(hooks + "Time")),
	}
	for i, r := range rules {
		rules[i] = r.With("name", name).Matches("name", "[A-Za-z][A-Za-z0-9_./-]{0,254}",
			"a letter, and up to 254 letters, digits, '_', '.', '-' and '/'")
	}
	return rules
}
