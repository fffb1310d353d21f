package rule

import (
	"fmt"
	"slices"
	"strings"
)

// What weaver gives beside the target's items. A type of package hook says by itself
// what is meant, so no item is looked for, and Take does not list it.
//
//	the hook on a body       *hook.Func, hook.Params, hook.Captured
//	its exit function        hook.Exit, hook.Panic
//	a hook on anything else  *hook.Func

// isGiven reports whether a parameter of the type is given by weaver.
func isGiven(t Type) bool { return atEntry(t) || atExit(t) }

func atEntry(t Type) bool {
	return t == HookFuncType || t == HookParamsType || t == HookCapturedType
}

func atExit(t Type) bool { return t == HookExitType || t == HookPanicType }

// misspelt returns the type that was meant where t is one of the given ones with or
// without a star too much, or "".
func misspelt(t Type) Type {
	for _, g := range []Type{HookFuncType, HookParamsType, HookCapturedType, HookExitType, HookPanicType} {
		if t == "*"+g || "*"+t == g {
			return g
		}
	}
	return ""
}

// givenElsewhere reports a parameter that weaver would give, but not where it stands.
func givenElsewhere(advice Kind, hookName string, parts []part) error {
	for n, p := range parts {
		for i, t := range p.types {
			who := hookName + ": " + p.name(i)
			exit := advice == Around && n == 1 // an exit function, not the hook or the body
			switch {
			case misspelt(t) != "":
				return fmt.Errorf("%s is %s, which nobody is given; make it %s", who, Pretty(t), Pretty(misspelt(t)))
			case atEntry(t) && p.given:
				return fmt.Errorf("%s is a %s, which only the hook itself is given; take it there", who, Pretty(t))
			case atExit(t) && !exit:
				return fmt.Errorf("%s is a %s, which is not known before the end; %s", who, Pretty(t), exitInstead(advice))
			}
		}
	}
	return nil
}

func exitInstead(advice Kind) string {
	switch advice {
	case Around:
		return "take it in the exit function"
	case Enclose:
		return "use Around and take it in the exit function, or see in the hook how the body ends"
	}
	return "use Around and take it in the exit function"
}

// givenOnCall reports a parameter that only hooks on bodies are given.
func givenOnCall(advice Kind, hookName string, hook *Signature) error {
	if advice == Replace {
		return nil // it has the target's parameters, whatever these are
	}
	return GivenOnlyFunc(hookName, hook)
}

// GivenOnlyFunc reports a parameter of the hook that weaver gives on a body only; a
// hook on anything else is given no more than its *hook.Func.
func GivenOnlyFunc(hookName string, hook *Signature) error {
	for i, t := range hook.Params {
		switch {
		case misspelt(t) != "":
			return fmt.Errorf("%s: parameter %d is %s, which nobody is given; make it %s", hookName, i+1, Pretty(t), Pretty(misspelt(t)))
		case isGiven(t) && t != HookFuncType:
			return fmt.Errorf("%s: parameter %d is a %s, which is given only on a body; use BodyOf, BodyNamed or BodyWhere, or drop it", hookName, i+1, Pretty(t))
		}
	}
	return nil
}

// Takes reports whether one of the hook's own parameters is of the type.
func (s *Signature) Takes(t Type) bool { return slices.Contains(s.Params, t) }

// CaptureFits reports what is wrong with what the rule captures, as far as that can be
// told without the target: a rule on a body has a hook that takes what it captures.
func (r *Rule) CaptureFits() error {
	switch takes := r.HookSig != nil && r.HookSig.Takes(HookCapturedType); {
	case len(r.Capture) > 0 && r.Point != Body:
		return fmt.Errorf("Capture reads the receiver and the parameters of a body, and this rule is on a %s; drop it", r.Point)
	case r.CaptureWords && r.Point != Body:
		return fmt.Errorf("CaptureWords reads the receiver and the parameters of a body, and this rule is on a %s; drop it", r.Point)
	case r.CaptureWords && r.HookSig != nil && !takes:
		return fmt.Errorf("%s takes no hook.Captured to find the words' values in; add that parameter", r.Hook.Short())
	case len(r.Capture) > 0 && r.HookSig != nil && !takes:
		return fmt.Errorf("%s takes no hook.Captured to find %q in; add that parameter", r.Hook.Short(), r.Capture[0])
	case len(r.Capture) == 0 && !r.CaptureWords && takes && r.Point == Body:
		return fmt.Errorf("%s takes a hook.Captured, and nothing is captured; add .Capture with what it shall have, or drop the parameter", r.Hook.Short())
	}
	return nil
}

// CheckSelector reports what is wrong with what Capture was given: a selector is the
// name of the receiver or a parameter with the names of fields behind it, by dots.
func CheckSelector(s string) error {
	for _, word := range strings.Split(s, ".") {
		if !isIdent(word) || word == "_" {
			return fmt.Errorf(`%q is no selector; write the name of the receiver or of a parameter, and fields behind it: "order" or "order.Customer.ID"`, s)
		}
	}
	return nil
}
