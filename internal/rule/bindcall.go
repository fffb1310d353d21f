package rule

import (
	"fmt"
	"slices"
	"strings"
)

// BindCall holds the hook's signature against the target of a call. A method's
// target has its receiver as the first parameter, as in a method expression.
// Each error is one sentence: what is wrong; what to do.
func BindCall(advice Kind, hookName string, hook *Signature, name string, target *Signature) error {
	if err := givenOnCall(advice, hookName, hook); err != nil {
		return err
	}
	switch advice {
	case Replace:
		if !slices.Equal(hook.Params, target.Params) || !slices.Equal(hook.Results, target.Results) || hook.Variadic != target.Variadic {
			return fmt.Errorf("%s is %v, but %s is %v; give it the same signature", hookName, hook, name, target)
		}
	case Wrap:
		if len(target.Results) == 0 {
			return fmt.Errorf("%s returns nothing that %s could wrap; use Replace, or choose another target", name, hookName)
		}
		if !slices.Equal(hook.values(), target.Results) || !slices.Equal(hook.Results, target.Results) {
			want := &Signature{Params: target.Results, Results: target.Results}
			return fmt.Errorf("%s is %v, but wraps the results of %s; make it %v", hookName, hook, name, want)
		}
	case Append:
		if !target.Variadic {
			return fmt.Errorf("%s is not variadic, so nothing can be appended to its arguments; use Replace or Wrap", name)
		}
		slice := target.Params[len(target.Params)-1]
		elem := Type(strings.TrimPrefix(string(slice), "[]"))
		if len(hook.values()) > 0 || len(hook.Results) != 1 || hook.Results[0] != elem && hook.Results[0] != slice {
			return fmt.Errorf("%s is %v, but appends to the ...%s of %s; make it func() %[3]s or func() %[5]s", hookName, hook, Pretty(elem), name, Pretty(slice))
		}
	}
	return nil
}

// callAlone reports what is wrong with the hook whatever its target is.
func callAlone(advice Kind, hookName string, hook *Signature) error {
	if err := givenOnCall(advice, hookName, hook); err != nil {
		return err
	}
	switch {
	case advice == Wrap && len(hook.Results) == 0 && len(hook.values()) == 0:
		return fmt.Errorf("%s is %v and wraps nothing; make it take the results of the call and return them", hookName, hook)
	case advice == Wrap && !slices.Equal(hook.values(), hook.Results):
		of := hook.Results
		if len(of) == 0 {
			of = hook.values()
		}
		return fmt.Errorf("%s is %v, but returns what it is given in the place of the results; make it %v", hookName, hook, &Signature{Params: of, Results: of})
	case advice == Append && (len(hook.values()) > 0 || len(hook.Results) != 1):
		return fmt.Errorf("%s is %v, but appends to the arguments of the call; make it take nothing, or a *hook.Func, and return one value or a slice", hookName, hook)
	}
	return nil
}

// values returns the parameters that are not given by weaver.
func (s *Signature) values() []Type {
	return slices.DeleteFunc(slices.Clone(s.Params), func(t Type) bool { return t == HookFuncType })
}

// TakesFunc reports whether one of the parameters is a *hook.Func.
func (s *Signature) TakesFunc() bool { return slices.Contains(s.Params, HookFuncType) }
