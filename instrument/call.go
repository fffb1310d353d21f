package instrument

import (
	"github.com/goweaver/weaver/internal/rule"
)

// A Call is a join point: the calls of a function or method of type F. For a
// method F is the type of its method expression, with the receiver first.
type Call[F any] struct{ r Rule }

// CallTo returns the calls of target, a function (time.Now) or a method expression
// ((*http.Client).Do). Calls are found by what the name refers to, not by how it is
// written. Without a scope those in the main modules are meant.
func CallTo[F any](target F) Call[F] {
	r := newRule(rule.Call, here())
	f, sig, err := funcValue(target, "target")
	r.rule.Target, r.rule.Sig = &f, sig
	return Call[F]{r.mistaken(r.pos, err)}
}

// Replace calls with instead of the target, with the same arguments.
func (c Call[F]) Replace(with F) Rule { return callRule(c.r, rule.Replace, with, here()) }

// Wrap hands the results of the call to hook, which returns what takes their
// place: for a target that returns (T, error), hook is func(T, error) (T, error).
func (c Call[F]) Wrap(hook any) Rule { return callRule(c.r, rule.Wrap, hook, here()) }

// Append adds what hook returns, one value or a slice, to the variadic arguments
// of the call. The caller's own slice is never written to.
func (c Call[F]) Append(hook any) Rule { return callRule(c.r, rule.Append, hook, here()) }

// A NamedCall is a [Call] of a function that is given by name.
type NamedCall struct{ r Rule }

// CallNamed returns the calls of the function or method of that name, written as
// for [BodyNamed]. The hook's signature is held against the target where a call
// is woven.
func CallNamed(name string) NamedCall {
	r := newRule(rule.Call, here())
	f, err := rule.ParseFunc(name)
	r.rule.Target = &f
	return NamedCall{r.mistaken(r.pos, err)}
}

// Replace is as [Call.Replace].
func (c NamedCall) Replace(with any) Rule { return callRule(c.r, rule.Replace, with, here()) }

// Wrap is as [Call.Wrap].
func (c NamedCall) Wrap(hook any) Rule { return callRule(c.r, rule.Wrap, hook, here()) }

// Append is as [Call.Append].
func (c NamedCall) Append(hook any) Rule { return callRule(c.r, rule.Append, hook, here()) }

func callRule(r Rule, advice rule.Kind, hook any, p position) Rule {
	r.rule.Advice = advice
	return r.hooked(hook, p).bind(p)
}
