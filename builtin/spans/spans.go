// Package spans holds the aspect that makes a span of functions of the main modules whose
// first parameter is a context: the functions between a request and what it needs from
// elsewhere, in a program that follows Go's conventions.
//
// How many of them is a matter of taste, so none of it is in the default list; one line in
// the registration file switches it on. [Aspect] is for all of them, and [Marked] for those
// above which stands
//
//	//weaver:span
//	//weaver:span order.ID order.Lines
//	//weaver:span name="place an order" kind=client order.ID
//
// Words are selectors, as of [instrument.Rule.Capture]: parameters, the receiver, and fields
// behind them, whose values become attributes of the span. [Rules] is the same by package and
// name, for an aspect of one's own.
package spans

import (
	"context"
	"slices"

	"github.com/goweaver/weaver/instrument"
)

// The hooks are named, not referenced: the registration binary then links no
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/spans/hooks."

// directive is the name of the directive, //weaver:span.
const directive = "span"

// Aspect opens a span in every function of the main modules that takes a context
// first. A function that returns an error last ends its span with it, and one that
// panics with that: its hooks recover and panic anew where a span is recorded, so the
// program says "[recovered, repanicked]" if it crashes. Where a function has the directive,
// its one span is as that says.
var Aspect = &instrument.Aspect{
	Name: "spans",
	Doc:  "open a span in every function that takes a context first",
	Rules: append(marked(),
		instrument.BodyWhere(instrument.ParamIs[context.Context](0), instrument.ResultIs[error](-1), instrument.Without(directive)).
			Around(instrument.Named(hooks+"SpanErr")).
			Take(instrument.Param(0), instrument.Result(-1)),
		instrument.BodyWhere(instrument.ParamIs[context.Context](0), instrument.Not(instrument.ResultIs[error](-1)), instrument.Without(directive)).
			Around(instrument.Named(hooks+"Span")).
			Take(instrument.Param(0)),
	),
}

// Marked opens a span in the functions of the main modules that have the directive, and in
// no others. It is listed instead of [Aspect], and has its name.
var Marked = &instrument.Aspect{
	Name:  "spans",
	Doc:   "open a span in every function with the directive //weaver:span",
	Rules: marked(),
}

// marked returns the rules about the directive. That a function has no context is left to the
// hooks not to fit, which is told at the directive.
func marked() []instrument.Rule {
	has := instrument.HasDirective(directive, "name", "kind")
	rules := []instrument.Rule{
		instrument.BodyWhere(has, instrument.ResultIs[error](-1)).
			Around(instrument.Named(hooks+"SpanErrOf")).
			Take(instrument.Param(0), instrument.Result(-1)),
		instrument.BodyWhere(has, instrument.Not(instrument.ResultIs[error](-1))).
			Around(instrument.Named(hooks + "SpanOf")).
			Take(instrument.Param(0)),
	}
	for i, r := range rules {
		rules[i] = kind(r, "internal").CaptureWords()
	}
	return rules
}

// kind returns the rule with the kind of the spans, for a directive to say another one.
func kind(r instrument.Rule, name string) instrument.Rule {
	return r.With("kind", name).OneOf("kind", "internal", "client", "server", "producer", "consumer")
}

// Options are what [Rules] makes of the spans. The zero value is what [Aspect] makes of them.
type Options struct {
	// Name is the spans' name, by default the function's with the last element of its package's
	// path, orders.(*Shop).Place.
	Name string
	// Kind is internal, client, server, producer or consumer; by default internal.
	Kind string
	// Attributes are selectors, as of [instrument.Rule.Capture], each the key of an attribute
	// with what it selects as the value. A pattern leaves functions without a span that have not
	// got them all.
	Attributes []string
}

// Rules returns what opens a span in the body, which is one function or all that fit a
// description, and has to take a context first:
//
//	spans.Rules(instrument.BodyWhere(instrument.Package("example.com/shop/orders"), instrument.Name("Place*")),
//		spans.Options{Kind: "server", Attributes: []string{"order.ID"}})
//
// A function with the directive is left to [Marked] and [Aspect]. Aspect makes a span of all
// functions that take a context first, those of Rules too: the two are not for one program.
func Rules(body instrument.Body, o Options) []instrument.Rule {
	at := instrument.Here()
	hook := ""
	if len(o.Attributes) > 0 {
		hook = "Of"
	}
	body = body.Where(instrument.Without(directive))
	rules := []instrument.Rule{
		body.Where(instrument.ResultIs[error](-1)).
			Around(instrument.Named(hooks+"SpanErr"+hook)).
			Take(instrument.Param(0), instrument.Result(-1)),
		body.Where(instrument.Not(instrument.ResultIs[error](-1))).
			Around(instrument.Named(hooks + "Span" + hook)).
			Take(instrument.Param(0)),
	}
	for i, r := range rules {
		if o.Name != "" {
			r = r.With("name", o.Name)
		}
		if o.Kind != "" {
			r = kind(r, o.Kind)
		}
		if len(o.Attributes) > 0 {
			r = r.Capture(slices.Clone(o.Attributes)...)
		}
		rules[i] = r.At(at)
	}
	return rules
}
