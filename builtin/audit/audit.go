// Package audit holds the aspect that records who called a function, what for, and what came
// of it: of functions with a directive, or those of a rule.
//
//	//weaver:audit action=orders.refund order.ID amount
//	func (s *Store) Refund(ctx context.Context, order *Order, amount int) error {
//
// Records go to a sink of the program's, which it gives to package sink. Without one, and when
// it fails, audited functions fail.
package audit

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: their signatures are then held against each
// function where that is woven, and the mistake told there.
const hooks = "github.com/goweaver/weaver/builtin/audit/hooks."

// A Mode says what is recorded of a call. The zero value is Required.
type Mode string

const (
	// Required is a record before the function runs, without which it does not, and one
	// when it ends. So nothing is done that has no record, whenever the process or the sink
	// dies.
	Required Mode = "required"
	// Outcome is a record when the function ends. It costs half, and the function runs
	// while the sink is down; what it did then is known only from the error that it returns.
	Outcome Mode = "outcome"
)

// Options are what a rule says of the functions that it is about.
type Options struct {
	// Action is what records call that which the functions do, such as orders.refund. If
	// it is empty they have the name of the function, with its package.
	Action string
	// Details are the parameters to be recorded, and fields behind them: "order.ID". None
	// are if there are none.
	Details []string
	// Mode is Required if it is empty.
	Mode Mode
}

// Aspect audits functions with the directive //weaver:audit. Its words are the parameters to be
// recorded, and fields behind them; action=NAME and mode=required or mode=outcome are as in
// [Options]. Such a function takes a context.Context first, which tells who calls, and
// returns an error last, which tells that there is no record; of any other the directive is a
// mistake, and stops the build.
var Aspect = &instrument.Aspect{
	Name:   "audit",
	Doc:    "record calls of functions with //weaver:audit, and what came of them",
	Strict: true,
	Rules: func() []instrument.Rule {
		body := instrument.BodyWhere(instrument.HasDirective("audit", "action", "mode"))
		return rules(body, body.Check(instrument.Named(hooks+"AttemptDetails")).CaptureWords(), Options{})
	}(),
}

// Rules returns the rules that audit the functions of body; those with the directive
// //weaver:audit are left to Aspect. They are for an aspect of the user's, which is to be
// Strict, one behind the other with none between them. Functions that are named take a
// context.Context first, return an error last, and have the parameters that are to be
// recorded, others are a mistake; of those that are described the others are left alone. An
// unknown mode and a detail that is no selector are mistakes, told at the line that calls Rules.
func Rules(body instrument.Body, o Options) []instrument.Rule {
	at := instrument.Here()
	body = body.Where(instrument.Without("audit"))
	attempt := body.Check(instrument.Named(hooks + "Attempt"))
	if len(o.Details) > 0 {
		attempt = body.Check(instrument.Named(hooks + "AttemptDetails")).Capture(o.Details...)
	}
	out := rules(body, attempt, o)
	for i := range out {
		out[i] = out[i].At(at)
	}
	return out
}

// rules returns the two rules, of which the first may refuse a call and the second sees how it
// ends; what the first returns for the function's context is for the second.
func rules(body instrument.Body, attempt instrument.Rule, o Options) []instrument.Rule {
	if o.Mode == "" {
		o.Mode = Required
	}
	return []instrument.Rule{
		attempt.Take(instrument.Param(0)).
			With("action", o.Action).
			With("mode", string(o.Mode)).OneOf("mode", string(Required), string(Outcome)),
		body.Around(instrument.Named(hooks+"Outcome")).Take(instrument.Param(0), instrument.Result(-1)),
	}
}
