package rule

import (
	"fmt"
	"slices"
)

// BindValue holds the signature of a hook of Wrap or Amend against the type of the value
// that it is about: that of a struct's field or a variable, or the struct itself. Wrap
// takes the value and returns what takes its place, Amend takes the value's address.
// Both may take a *hook.Func. The error is one sentence: what is wrong; what to do.
func BindValue(advice Kind, hookName string, hook *Signature, subject string, t Type) error {
	want := valueHook(advice, t)
	if slices.Equal(hook.values(), want.Params) && slices.Equal(hook.Results, want.Results) {
		return nil
	}
	if advice == Amend {
		return fmt.Errorf("%s is %v, but amends each new %s; make it %v", hookName, hook, subject, want)
	}
	return fmt.Errorf("%s is %v, but wraps %s, which is of type %s; make it %v", hookName, hook, subject, Pretty(t), want)
}

func valueHook(advice Kind, t Type) *Signature {
	if advice == Amend {
		return &Signature{Params: []Type{"*" + t}}
	}
	return &Signature{Params: []Type{t}, Results: []Type{t}}
}

// valueAlone reports what is wrong with the hook whatever the type is.
func valueAlone(advice Kind, hookName string, hook *Signature) error {
	values := hook.values()
	switch {
	case advice == Amend && (len(values) != 1 || len(hook.Results) > 0 || values[0][0] != '*'):
		return fmt.Errorf("%s is %v, but amends a new struct; make it take a pointer to that and return nothing", hookName, hook)
	case advice == Wrap && (len(values) != 1 || !slices.Equal(values, hook.Results)):
		return fmt.Errorf("%s is %v, but returns what takes the place of a value; make it take the value and return one of the same type", hookName, hook)
	}
	return nil
}

// fitsValue is [Rule.Fits] for rules on new structs and on variables.
func (r *Rule) fitsValue() error {
	hook := r.Hook.Short()
	switch {
	case r.Advice == Amend && r.Type != "":
		return BindValue(r.Advice, hook, r.HookSig, r.Subject(), r.Type)
	case r.Field != nil && r.Field.Type != "":
		return BindValue(r.Advice, hook, r.HookSig, r.Subject(), r.Field.Type)
	}
	return valueAlone(r.Advice, hook, r.HookSig)
}
