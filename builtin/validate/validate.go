// Package validate holds the aspect that checks the parameters of a function before it runs:
// structs with tags of github.com/go-playground/validator, of functions with a directive, or
// those of a rule.
//
//	type Order struct {
//		ID    string `validate:"required"`
//		Count int    `validate:"min=1,max=100"`
//	}
//
//	//weaver:validate
//	func (s *Store) Place(ctx context.Context, o Order) error {
//
// A program with validations of its own gives its validator to package checks.
package validate

import (
	"context"

	"github.com/goweaver/weaver/instrument"
)

// The hooks are named, not referenced: the registration binary then does not link the
// library.
const hooks = "github.com/goweaver/weaver/builtin/validate/hooks."

// Options are what a rule says of the functions that it is about.
type Options struct {
	// Params are the parameters to be checked, and fields behind them: "order",
	// "request.Order". If there are none those are that have tags.
	Params []string
	// SkipNil has a nil pointer be valid. By default it is not: the library refuses it too.
	SkipNil bool
}

// Aspect checks parameters of functions with the directive //weaver:validate: those that its words
// name, or without words all that are structs with tags, pointers to such, or slices, arrays and maps of them. The
// key nil is refuse or skip, as [Options.SkipNil]. Such a function returns an error last; of any other
// the directive is a mistake, and stops the build, as is a word that names no parameter.
var Aspect = &instrument.Aspect{
	Name:   "validate",
	Doc:    "check structs among the parameters of functions with //weaver:validate",
	Strict: true,
	Rules: func() []instrument.Rule {
		asked := instrument.BodyWhere(instrument.HasDirective("validate", "nil"))
		words := instrument.HasWords("validate")
		out := rules(asked.Where(words), "Named", func(r instrument.Rule) instrument.Rule { return r.CaptureWords() }, Options{})
		all := rules(asked.Where(instrument.Not(words)), "All", func(r instrument.Rule) instrument.Rule { return r.With("nothing", "refuse") }, Options{})
		return append(out, all...)
	}(),
}

// Rules returns the rules that check parameters of the functions of body; those with the
// directive //weaver:validate are left to Aspect. They are for an aspect of the user's, which is to be
// Strict. Functions that are named return an error last and have the parameters of Params, others are
// a mistake; of those that are described the others are left alone. A parameter that is no
// selector is a mistake, told at the line that calls Rules. Where no Params are given, functions that have
// nothing to check run as they did.
func Rules(body instrument.Body, o Options) []instrument.Rule {
	at := instrument.Here()
	body = body.Where(instrument.Without("validate"))
	hook, captured := "All", func(r instrument.Rule) instrument.Rule { return r }
	if len(o.Params) > 0 {
		hook, captured = "Named", func(r instrument.Rule) instrument.Rule { return r.Capture(o.Params...) }
	}
	out := rules(body, hook, captured, o)
	for i := range out {
		out[i] = out[i].At(at)
	}
	return out
}

// rules returns the rule for functions with a context first, which validations may take, and that
// for all others.
func rules(body instrument.Body, hook string, more func(instrument.Rule) instrument.Rule, o Options) []instrument.Rule {
	whenNil := "refuse"
	if o.SkipNil {
		whenNil = "skip"
	}
	first := instrument.ParamIs[context.Context](0)
	return []instrument.Rule{
		more(body.Where(first).Check(instrument.Named(hooks+hook)).Take(instrument.Param(0)).
			With("nil", whenNil).OneOf("nil", "refuse", "skip")),
		more(body.Where(instrument.Not(first)).Check(instrument.Named(hooks+hook+"Plain")).
			With("nil", whenNil).OneOf("nil", "refuse", "skip")),
	}
}
