// Package retry holds the aspect that calls a function again when it has failed, with waits
// that grow in between, as github.com/cenkalti/backoff has them:
//
//	//weaver:retry attempts=3 initial=50ms
//	func (c *Client) Charge(ctx context.Context, order Order) (Receipt, error) {
//
// The function returns an error last. What it returns otherwise is what the last attempt
// returned. Each attempt is called with what the caller passed, so what an attempt
// changed behind a pointer stays changed, and a reader that it has read stays read: retry
// what may be done twice.
//
// Package retry/attempt tells the function which attempt it is, and the program which have
// failed.
package retry

import (
	"cmp"
	"context"
	"time"

	"github.com/goweaver/weaver/instrument"
)

// The hooks are named, not referenced: the registration binary then does not link the
// library.
const hooks = "github.com/goweaver/weaver/builtin/retry/hooks."

// Aspect retries the functions of the main modules that have the directive //weaver:retry,
// whose keys are the fields of a [Policy] in lower case. One that can not be retried, since
// it returns no error last or can not be enclosed, stops the build.
var Aspect = &instrument.Aspect{
	Name:   "retry",
	Doc:    "call a function again that has failed, by directive",
	Strict: true,
	Rules:  byDirective(),
}

const directive = "retry"

// byDirective has the defaults for what a directive does not say.
func byDirective() []instrument.Rule {
	rules := Policy{}.rules(instrument.BodyWhere(
		instrument.HasDirective(directive, "attempts", "initial", "max", "factor", "jitter", "total")))
	for i := range rules {
		rules[i] = rules[i].Words(0, 0)
	}
	return rules
}

// A Policy is how often a function is called, and when. Its zero value is three attempts
// with waits of about 50 and 100 ms between them.
type Policy struct {
	// Attempts is how often the function is called at most, with the first call: 1 to 1000.
	// 0 means 3, and 1 is no retry.
	Attempts int
	// Initial is the wait before the second attempt, without jitter: up to an hour, and in a
	// directive from 0, which is no wait. 0 means 50 ms.
	Initial time.Duration
	// Max is what waits grow to, without jitter: up to a day. 0 means 2 s. One that is
	// shorter than Initial counts as that.
	Max time.Duration
	// Factor is what each wait is longer by than the one before: 1 to 100. 0 means 2.
	Factor float64
	// Jitter is by what part of itself a wait may be shorter or longer, by chance: 0 to 1, so
	// that clients which failed together do not come back together. 0 means 0.5, and
	// NoJitter none.
	Jitter float64
	// Total is when an attempt may start at the latest, from the start of the first: up to a
	// day. 0 means 30 s, and NoLimit any time.
	Total time.Duration
}

// What a Policy has where a directive has 0, since in a Policy that is the default.
const (
	NoJitter float64       = -1
	NoLimit  time.Duration = -1
)

// Rules returns the rules that retry the bodies by the policy, for an aspect of the user's:
//
//	Rules: retry.Rules(instrument.BodyNamed("(*example.com/shop/payments.Client).Charge"),
//		retry.Policy{Attempts: 5, Total: 10 * time.Second})
//
// Functions that have the directive //weaver:retry are left to [Aspect]. A value that is out
// of its bounds is a mistake of the line that calls Rules. Whether a body that can not be retried
// is a finding or stops the build is up to the aspect, which may be Strict.
func Rules(body instrument.Body, p Policy) []instrument.Rule {
	at := instrument.Here()
	rules := p.rules(body.Where(instrument.Without(directive)))
	for i := range rules {
		rules[i] = rules[i].At(at)
	}
	return rules
}

// rules returns one rule for bodies that take a context first, and one for the others.
func (p Policy) rules(body instrument.Body) []instrument.Rule {
	takesContext := instrument.ParamIs[context.Context](0)
	return []instrument.Rule{
		p.options(body.Where(takesContext).Enclose(instrument.Named(hooks+"Retry")).
			Take(instrument.Param(0), instrument.Param(0), instrument.Result(-1))),
		p.options(body.Where(instrument.Not(takesContext)).Enclose(instrument.Named(hooks + "RetryPlain")).
			Take(instrument.Result(-1))),
	}
}

// options gives the rule every option, so that the hook finds it, and its bounds.
func (p Policy) options(r instrument.Rule) instrument.Rule {
	jitter, total := cmp.Or(p.Jitter, 0.5), cmp.Or(p.Total, 30*time.Second)
	if jitter == NoJitter {
		jitter = 0
	}
	if total == NoLimit {
		total = 0
	}
	return r.
		With("attempts", cmp.Or(p.Attempts, 3)).Range("attempts", 1, 1000).
		With("initial", cmp.Or(p.Initial, 50*time.Millisecond)).Range("initial", time.Duration(0), time.Hour).
		With("max", cmp.Or(p.Max, 2*time.Second)).Range("max", time.Duration(0), 24*time.Hour).
		With("factor", cmp.Or(p.Factor, 2)).Range("factor", 1.0, 100.0).
		With("jitter", jitter).Range("jitter", 0.0, 1.0).
		With("total", total).Range("total", time.Duration(0), 24*time.Hour)
}
