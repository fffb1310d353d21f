// Package health holds the aspect by which functions tell how the program does: one whose last
// calls have all failed shows in the program's readiness, which package health/readiness serves.
//
//	//weaver:health name=payments
//	func (c *Client) Charge(ctx context.Context, order Order) (Receipt, error) {
//
// It is for what cannot be asked on purpose, since asking would charge somebody. What can be, such
// as a database, is better given to readiness.Add: a function that is a check is called when
// somebody wants to know, and before the first request. The directive does not make a check of a function:
// nothing of the program calls it then, and a method would need a receiver.
package health

import (
	"cmp"
	"time"

	"github.com/goweaver/weaver/instrument"
)

// The hooks are named, as those of all built-ins are: the registration binary then does not
// link them.
const hooks = "github.com/goweaver/weaver/builtin/health/hooks."

// Aspect watches the functions of the main modules that have the directive //weaver:health, whose
// keys are the fields of [Options] in lower case. They return an error last.
var Aspect = &instrument.Aspect{
	Name: "health",
	Doc:  "tell in the program's readiness of functions that fail, by directive",
	Rules: []instrument.Rule{
		Options{}.rule(instrument.BodyWhere(
			instrument.HasDirective(directive, "name", "failures", "forget", "as"))).Words(0, 0),
	},
}

const directive = "health"

// Options say when a function shows in the readiness, and as what. Their zero value is as degraded,
// after 3 failures in a row, for 30 seconds after the last one.
type Options struct {
	// Name is what the readiness calls it. Empty is the function's package and name.
	Name string
	// Failures is how many calls in a row have to fail: 1 to 1000000. 0 means 3. A cancellation is
	// neither a failure nor a success, and a panic is a failure.
	Failures int
	// Forget is how long it shows after its last failure if it is not called any more: 1 ms to a
	// day. 0 means 30 s. A program that is not ready gets no requests by which it could show that
	// it is well again.
	Forget time.Duration
	// As is what it shows as: [Degraded] or [Failing]. Empty means Degraded.
	As string
}

// What a function that fails shows as.
const (
	// Degraded is that the program is ready for requests all the same: what all instances of a
	// program need would else take all of them away at once.
	Degraded = "degraded"
	// Failing is that the program is not ready.
	Failing = "failing"
)

// Rules returns the rule that watches the bodies, for an aspect of the user's:
//
//	Rules: health.Rules(instrument.BodyNamed("(*example.com/shop/payments.Client).Charge"),
//		health.Options{Name: "payments", As: health.Failing})
//
// Functions that have the directive //weaver:health are left to [Aspect]. A value that is out of
// its bounds is a mistake of the line that calls Rules.
func Rules(body instrument.Body, o Options) []instrument.Rule {
	at := instrument.Here()
	return []instrument.Rule{o.rule(body.Where(instrument.Without(directive))).At(at)}
}

// rule gives the hook every option, with its bounds.
func (o Options) rule(body instrument.Body) instrument.Rule {
	return body.Around(instrument.Named(hooks+"Outcome")).Take(instrument.Result(-1)).
		With("name", o.Name).
		With("failures", cmp.Or(o.Failures, 3)).Range("failures", 1, 1_000_000).
		With("forget", cmp.Or(o.Forget, 30*time.Second)).Range("forget", time.Millisecond, 24*time.Hour).
		With("as", cmp.Or(o.As, Degraded)).OneOf("as", Degraded, Failing)
}
