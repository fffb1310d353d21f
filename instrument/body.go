package instrument

import (
	"slices"

	"github.com/goweaver/weaver/internal/rule"
)

// A Body is a join point: the body of one function or method, or of each one that
// fits a description. Its methods are the advices that fit it. The zero value is not
// valid.
//
// A hook is a package-level function, given as a func value or by name (see
// [Named]). Its parameters take what they need from the target, by the binding
// rule in the package's introduction; one that does not fit is a mistake of the rule,
// or with [BodyWhere] leaves the function alone.
type Body struct{ r Rule }

// BodyOf returns the body of target, which is a function (http.Get) or a method
// expression ((*http.Server).Serve), with the receiver as the method declares it.
// The registration binary then links target's package; for a heavy one or one of
// the module being built use [BodyNamed].
func BodyOf(target any) Body {
	return Body{Rule{point: rule.Body, target: target, pos: here()}}
}

// BodyNamed returns the body of the function or method of that name, written
// "import/path.Func", "(import/path.T).Method" or "(*import/path.T).Method". A
// command's package is named main. The hook's signature is held against the
// target when its package is woven. A name that the build does not have is a finding.
func BodyNamed(name string) Body {
	return Body{Rule{point: rule.Body, target: targetName(name), pos: here()}}
}

// BodyWhere returns the bodies of all functions and methods for which every
// predicate holds and to which the hook's signature can be bound. Without a scope those
// in the main modules are meant. A rule that fits no function at all is a finding, and
// one without a predicate a mistake.
func BodyWhere(predicates ...Predicate) Body {
	return Body{Rule{point: rule.Body, target: described{}, preds: slices.Clone(predicates), pos: here()}}
}

// Before runs hook when the body is entered. What hook returns replaces what it took, in
// order, for the body. To refuse a call use [Body.Check]; what has to know how the function
// ends is for [Body.Around].
func (b Body) Before(hook any) Rule { return b.r.advise(rule.Before, hook, here()) }

// Check runs hook when the body is entered. The last result of hook is an error:
// if it is not nil the function returns at once, with that error as its last
// result and the zero value of every other. The target has an error as its last result
// too. To return results of the hook's own use [Body.Enclose].
func (b Body) Check(hook any) Rule { return b.r.advise(rule.Check, hook, here()) }

// Around runs hook when the body is entered and what it returns last, the exit
// function, when the function ends, in whatever way. The parameters of the exit
// function take from the target's results. A nil exit function is not called. The body
// runs once in any case: to run it again, or not at all, use [Body.Enclose].
func (b Body) Around(hook any) Rule { return b.r.advise(rule.Around, hook, here()) }

// Enclose runs hook in place of the body and hands it the body as a function, its
// last parameter. The parameters of that function replace the target's of the same
// types in that call, others keep the values they came with; its results are the
// target's, and so are those that hook returns. Some functions can not be enclosed, such
// as one that calls recover itself: see What cannot be woven in the package's
// introduction.
func (b Body) Enclose(hook any) Rule { return b.r.advise(rule.Enclose, hook, here()) }
