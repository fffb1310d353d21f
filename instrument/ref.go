package instrument

import (
	"github.com/goweaver/weaver/internal/rule"
)

// A Ref is a join point: the references to a function or method of type F, which are
// the places where it is used as a value and not called. For a method F is the type of
// its method expression, with the receiver first. The zero value is not valid.
type Ref[F any] struct{ r Rule }

// RefTo returns the references to target: a function that is assigned, passed on or
// returned (f := time.Now), a method value (c.Do), a method expression ((*T).Do), and
// for a generic function those to the instance of type F. target is given as for
// [CallTo], and may be a method of an interface. Without a scope those in the main
// modules are meant.
func RefTo[F any](target F) Ref[F] {
	return Ref[F]{Rule{point: rule.Reference, target: target, pos: here()}}
}

// Replace has the value be with instead of the target. A method value gets its
// receiver as the first argument.
func (r Ref[F]) Replace(with F) Rule { return r.r.advise(rule.Replace, with, here()) }

// Wrap hands the target to hook as a function, and what hook returns is the value
// instead. It runs whenever the reference is evaluated. A method value is bound to its
// receiver after that.
func (r Ref[F]) Wrap(hook func(F) F) Rule { return r.r.advise(rule.Wrap, hook, here()) }

// A NamedRef is a [Ref] of a function that is given by name.
type NamedRef struct{ r Rule }

// RefNamed returns the references to the function or method of that name, written as
// for [BodyNamed]. The hook's signature is held against the target where a reference
// is woven.
func RefNamed(name string) NamedRef {
	return NamedRef{Rule{point: rule.Reference, target: targetName(name), pos: here()}}
}

// Replace is as [Ref.Replace].
func (r NamedRef) Replace(with any) Rule { return r.r.advise(rule.Replace, with, here()) }

// Wrap is as [Ref.Wrap]. The hook may take a *hook.Func as well.
func (r NamedRef) Wrap(hook any) Rule { return r.r.advise(rule.Wrap, hook, here()) }
