package instrument

import (
	"github.com/goweaver/weaver/internal/rule"
)

// A Call is a join point: the calls of a function or method of type F. For a
// method F is the type of its method expression, with the receiver first. The zero
// value is not valid.
type Call[F any] struct{ r Rule }

// CallTo returns the calls of target, a function (time.Now) or a method expression
// ((*http.Client).Do), with the receiver as the method declares it. Calls are found
// by what the name refers to, not by how it is written. Without a scope those in the
// main modules are meant. Of a generic function the calls of those instances are meant
// that the hook fits, and of a method of an interface (io.Writer.Write) the calls
// through a value of that interface or of one that embeds it.
func CallTo[F any](target F) Call[F] {
	return Call[F]{Rule{point: rule.Call, target: target, pos: here()}}
}

// Replace calls with instead of the target, with the same arguments. It is a function of
// the target's own type, and has no *hook.Func. It may call the target: calls in its own
// package are left alone.
func (c Call[F]) Replace(with F) Rule { return c.r.advise(rule.Replace, with, here()) }

// Wrap hands the results of the call to hook, which returns what takes their
// place: for a target that returns (T, error), hook is func(T, error) (T, error). One
// for all instances of a generic function takes the results whose declared types have a
// type parameter as any, and returns only the others: func(any, error) error.
func (c Call[F]) Wrap(hook any) Rule { return c.r.advise(rule.Wrap, hook, here()) }

// Append adds what hook returns, one value or a slice, to the variadic arguments
// of the call. The caller's own slice is never written to. A target that is not variadic
// is a mistake.
func (c Call[F]) Append(hook any) Rule { return c.r.advise(rule.Append, hook, here()) }

// A NamedCall is a [Call] of a function that is given by name.
type NamedCall struct{ r Rule }

// CallNamed returns the calls of the function or method of that name, written as
// for [BodyNamed]. The hook's signature is held against the target where a call
// is woven.
func CallNamed(name string) NamedCall {
	return NamedCall{Rule{point: rule.Call, target: targetName(name), pos: here()}}
}

// Replace is as [Call.Replace].
func (c NamedCall) Replace(with any) Rule { return c.r.advise(rule.Replace, with, here()) }

// Wrap is as [Call.Wrap].
func (c NamedCall) Wrap(hook any) Rule { return c.r.advise(rule.Wrap, hook, here()) }

// Append is as [Call.Append].
func (c NamedCall) Append(hook any) Rule { return c.r.advise(rule.Append, hook, here()) }
