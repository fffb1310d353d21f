package instrument

import (
	"github.com/goweaver/weaver/internal/rule"
)

// A Body is a join point: the body of one function or method, or of each one that
// fits a description. Its methods are the advices that fit it.
//
// A hook is a package-level function, given as a func value or by name (see
// [Named]). Its parameters take what they need from the target, by the binding
// rule in the package's introduction.
type Body struct{ r Rule }

// BodyOf returns the body of target, which is a function (http.Get) or a method
// expression ((*http.Server).Serve). The registration binary then links target's
// package; for a heavy one or one of the module being built use [BodyNamed].
func BodyOf(target any) Body {
	r := newRule(rule.Body, here())
	f, sig, err := funcValue(target, "target")
	r.rule.Target, r.rule.Sig = &f, sig
	return Body{r.mistaken(r.pos, err)}
}

// BodyNamed returns the body of the function or method of that name, written
// "import/path.Func", "(import/path.T).Method" or "(*import/path.T).Method". A
// command's package is named main. The hook's signature is held against the
// target when its package is woven.
func BodyNamed(name string) Body {
	r := newRule(rule.Body, here())
	f, err := rule.ParseFunc(name)
	r.rule.Target = &f
	return Body{r.mistaken(r.pos, err)}
}

// BodyWhere returns the bodies of all functions and methods for which every
// predicate holds and to which the hook's signature can be bound.
func BodyWhere(predicates ...Predicate) Body {
	r := newRule(rule.Body, here())
	for _, p := range predicates {
		r.rule.Where = append(r.rule.Where, p.pred)
		r = r.mistaken(r.pos, p.err)
	}
	if len(predicates) == 0 {
		r = r.mistaken(r.pos, errorf("BodyWhere without a predicate is every function there is; say which, for instance instrument.Name(\"*\")"))
	}
	return Body{r}
}

// Before runs hook when the body is entered.
func (b Body) Before(hook any) Rule { return b.advise(rule.Before, hook, here()) }

// Check runs hook when the body is entered. The last result of hook is an error:
// if it is not nil the function returns at once, with that error as its last
// result and the zero value of every other.
func (b Body) Check(hook any) Rule { return b.advise(rule.Check, hook, here()) }

// Around runs hook when the body is entered and what it returns last, the exit
// function, when the function ends, in whatever way. The parameters of the exit
// function take from the target's results. A nil exit function is not called.
func (b Body) Around(hook any) Rule { return b.advise(rule.Around, hook, here()) }

// Enclose runs hook in place of the body and hands it the body as a function, its
// last parameter. The parameters of that function replace the target's of the same
// types in that call, others keep the values they came with; its results are the
// target's, and so are those that hook returns. A function that calls recover
// itself can not be enclosed.
func (b Body) Enclose(hook any) Rule { return b.advise(rule.Enclose, hook, here()) }

func (b Body) advise(advice rule.Kind, hook any, p position) Rule {
	r := b.r
	r.rule.Advice = advice
	return r.hooked(hook, p).bind(p)
}

// bind reports, for now, what is wrong with the hook: a Take or With that follows
// may mend it.
func (r Rule) bind(p position) Rule {
	r.bound = nil
	if len(r.errs) > 0 || r.rule.HookSig == nil {
		return r
	}
	if err := r.rule.Fits(); err != nil {
		r.bound = &mistake{p, err}
	}
	return r
}
