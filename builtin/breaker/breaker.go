// Package breaker holds the aspect that stops calling what fails: a circuit breaker, that of
// github.com/sony/gobreaker, in front of a function.
//
//	//weaver:breaker failures=5 open=30s
//	func (c *Client) Charge(ctx context.Context, order Order) (Receipt, error) {
//
// After so many failures in a row the circuit is open, and the function returns at once, with an
// error that is circuits.Open and the zero value of every other result. After a time it is
// half open: some calls are let pass to try, and close it if they succeed, or else it is open
// again.
//
// Package breaker/circuits shows the circuits to the program, tells it when they change, and
// lets it say which errors are failures.
package breaker

import (
	"cmp"
	"context"
	"time"

	"github.com/goweaver/weaver/instrument"
)

// The hooks are named, not referenced: the registration binary then does not link the
// library.
const hooks = "github.com/goweaver/weaver/builtin/breaker/hooks."

// Aspect puts a circuit in front of the functions of the main modules that have the directive
// //weaver:breaker, whose keys are the fields of [Settings] in lower case. One that can not have
// it, since it returns no error last or can not be enclosed, stops the build.
var Aspect = &instrument.Aspect{
	Name:   "breaker",
	Doc:    "stop calling a function that fails, by directive",
	Strict: true,
	Rules:  byDirective(),
}

const directive = "breaker"

// byDirective has the defaults for what a directive does not say.
func byDirective() []instrument.Rule {
	rules := Settings{}.rules(instrument.BodyWhere(
		instrument.HasDirective(directive, "name", "failures", "open", "half", "interval", "health")))
	for i := range rules {
		rules[i] = rules[i].Words(0, 0)
	}
	return rules
}

// Settings are those of a circuit. Its zero value is a circuit of the function's own that is
// open for 30 seconds after 5 failures in a row.
//
// Functions whose circuits have one name share it, and what each of them says of it is taken
// together. Two that say different things of it are a mistake that shows when the second one is
// first called, since only then there is such a circuit in the program: it is logged by the
// default logger of log/slog and told by circuits.All, and what the first one says counts.
type Settings struct {
	// Name is the circuit's name. Empty is one of each function's own: its package and name.
	Name string
	// Failures is how many failures in a row open the circuit: 1 to 1000000. 0 means 5.
	Failures int
	// Open is how long it is open before calls are let pass to try: 1 ms to a day. 0 means 30 s.
	Open time.Duration
	// Half is how many calls are let pass while it is half open, all of which have to succeed:
	// 1 to 1000000. 0 means 1.
	Half int
	// Interval is after what time a closed circuit forgets the failures that it has counted: up
	// to a day. 0 means a minute, and NoInterval never.
	Interval time.Duration
	// Health is what the built-in health makes of an open circuit: [Degraded], [Failing] or
	// [Unseen]. Empty means Degraded.
	Health string
}

// NoInterval is an Interval without an end; in a directive it is 0.
const NoInterval time.Duration = -1

// What the built-in health makes of an open circuit.
const (
	// Degraded is that it is told, and that the program is ready for requests all the same: what
	// all instances of a program need would else take all of them away at once.
	Degraded = "degraded"
	// Failing is that the program is not ready while the circuit is open. Once it is half open the
	// program is, since without requests nothing would try.
	Failing = "failing"
	// Unseen is that nothing is told.
	Unseen = "none"
)

// Rules returns the rules that put a circuit in front of the bodies, for an aspect of the user's:
//
//	Rules: breaker.Rules(instrument.BodyWhere(instrument.Receiver("Client"), instrument.Exported()),
//		breaker.Settings{Name: "payments", Failures: 3})
//
// Functions that have the directive //weaver:breaker are left to [Aspect]. A value that is out of
// its bounds is a mistake of the line that calls Rules. Whether a body that can not have a circuit
// is a finding or stops the build is up to the aspect, which may be Strict.
func Rules(body instrument.Body, s Settings) []instrument.Rule {
	at := instrument.Here()
	rules := s.rules(body.Where(instrument.Without(directive)))
	for i := range rules {
		rules[i] = rules[i].At(at)
	}
	return rules
}

// rules returns one rule for bodies that take a context first, and one for the others.
func (s Settings) rules(body instrument.Body) []instrument.Rule {
	takesContext := instrument.ParamIs[context.Context](0)
	return []instrument.Rule{
		s.options(body.Where(takesContext).Enclose(instrument.Named(hooks+"Break")).
			Take(instrument.Param(0), instrument.Result(-1))),
		s.options(body.Where(instrument.Not(takesContext)).Enclose(instrument.Named(hooks + "BreakPlain")).
			Take(instrument.Result(-1))),
	}
}

// options gives the rule every option, so that the hook finds it, and its bounds.
func (s Settings) options(r instrument.Rule) instrument.Rule {
	interval := cmp.Or(s.Interval, time.Minute)
	if interval == NoInterval {
		interval = 0
	}
	return r.
		With("name", s.Name).
		With("failures", cmp.Or(s.Failures, 5)).Range("failures", 1, 1_000_000).
		With("open", cmp.Or(s.Open, 30*time.Second)).Range("open", time.Millisecond, 24*time.Hour).
		With("half", cmp.Or(s.Half, 1)).Range("half", 1, 1_000_000).
		With("interval", interval).Range("interval", time.Duration(0), 24*time.Hour).
		With("health", cmp.Or(s.Health, Degraded)).OneOf("health", Degraded, Failing, Unseen)
}
