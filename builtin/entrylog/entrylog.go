// Package entrylog holds the aspect that logs when a function starts and how it ends, by
// log/slog: with the duration, the error, and those of its parameters that are asked for.
//
//	//weaver:log order.ID order.Total
//	func (s *Shop) Process(ctx context.Context, order Order) error {
//
//	INFO orders.(*Shop).Process started order.ID=o-1 order.Total=12.5
//	INFO orders.(*Shop).Process finished order.ID=o-1 order.Total=12.5 duration=1.2ms
//
// A function that returns an error, panics or ends its goroutine is told of at the level of
// errors. What is secret by its name or type is not written: see Options.Redact.
package entrylog

import (
	"context"
	"log/slog"
	"strings"

	"github.com/goweaver/weaver/instrument"
)

const (
	// The hooks are named, not referenced: the registration binary then links none of them.
	hooks        = "github.com/goweaver/weaver/builtin/entrylog/hooks."
	requestHooks = "github.com/goweaver/weaver/builtin/entrylog/hooks/request."
	directive    = "log"
)

// Aspect logs the functions that have a directive
//
//	//weaver:log level=debug start=false message="take the money" redact=iban selectors...
//
// Its keys are those of [Options], and its other words what Options.Parameters lists.
var Aspect = &instrument.Aspect{
	Name:  "entrylog",
	Doc:   "log start and end of functions, with chosen parameters",
	Rules: directed(),
}

// Options say what is logged of a function, and how.
type Options struct {
	// Level is that of the start, and of an end without an error: [slog.LevelInfo] if it is
	// not given, or another one of the four that log/slog names. Other ends are of
	// [slog.LevelError]. A handler that is enabled for neither costs the function nothing.
	Level slog.Level
	// EndOnly leaves out the line at the start; in a directive that is start=false.
	EndOnly bool
	// Message is what lines begin with, before "started", "finished" or the like. If it is not
	// given that is the function's name, with the last element of its package's path.
	Message string
	// Parameters are selectors of what each line has as attributes, as of
	// [instrument.Rule.Capture]: "order.ID", "s.region".
	Parameters []string
	// Redact lists what is secret beside what a program always hides: names of types with
	// their import path, "example.com/shop.Card", and of fields, parameters or keys of maps,
	// "iban". Names are compared word by word, in any case: "card" is in CardNumber and
	// card_id, and not in discard.
	Redact []string
}

// Rules returns rules that log the functions of body, for an aspect of the user's. Functions
// that have the directive are left to [Aspect].
func Rules(body instrument.Body, o Options) []instrument.Rule {
	at := instrument.Here()
	out := rules(body.Where(instrument.Without(directive)))
	for i, r := range out {
		r = r.With("level", strings.ToLower(o.Level.String())).With("start", !o.EndOnly)
		if o.Message != "" {
			r = r.With("message", o.Message)
		}
		if len(o.Redact) > 0 {
			r = r.With("redact", strings.Join(o.Redact, ","))
		}
		if len(o.Parameters) > 0 {
			r = r.Capture(o.Parameters...)
		}
		out[i] = levels(r).At(at)
	}
	return out
}

func directed() []instrument.Rule {
	out := rules(instrument.BodyWhere(instrument.HasDirective(directive, "level", "start", "message", "redact")))
	for i, r := range out {
		out[i] = levels(r.With("level", "info").With("start", true)).CaptureWords()
	}
	return out
}

func levels(r instrument.Rule) instrument.Rule {
	return r.OneOf("level", "debug", "info", "warn", "error")
}

// rules returns one for each form of hook: by where the context is, which a handler of
// net/http has in its request, and by whether there is an error.
func rules(body instrument.Body) []instrument.Rule {
	ctx := instrument.ParamIs[context.Context](0)
	request := instrument.TypeIs(instrument.Param(1), "*net/http.Request") // which the registration binary has no use for
	fails := instrument.ResultIs[error](-1)
	around := func(hook string, p ...instrument.Predicate) instrument.Rule {
		return body.Where(p...).Around(instrument.Named(hook))
	}
	return []instrument.Rule{
		around(hooks+"CtxErr", ctx, fails).Take(instrument.Param(0), instrument.Result(-1)),
		around(hooks+"Ctx", ctx, instrument.Not(fails)).Take(instrument.Param(0)),
		around(requestHooks+"LogErr", instrument.Not(ctx), request, fails).Take(instrument.Param(1), instrument.Result(-1)),
		around(requestHooks+"Log", instrument.Not(ctx), request, instrument.Not(fails)).Take(instrument.Param(1)),
		around(hooks+"PlainErr", instrument.Not(ctx), instrument.Not(request), fails).Take(instrument.Result(-1)),
		around(hooks+"Plain", instrument.Not(ctx), instrument.Not(request), instrument.Not(fails)),
	}
}
