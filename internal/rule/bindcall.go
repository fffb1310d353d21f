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
	case advice == Wrap && !wrapsSome(hook):
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

// wrapsSome reports whether the hook can wrap the calls of some function: it returns
// what it is given, or all of that but values of type any, as one for all instances of
// a generic function does.
func wrapsSome(hook *Signature) bool {
	given := hook.values()
	if slices.Equal(given, hook.Results) {
		return true
	}
	at := 0
	for _, t := range given {
		switch {
		case at < len(hook.Results) && hook.Results[at] == t:
			at++
		case t != AnyType:
			return false
		}
	}
	return at == len(hook.Results)
}

// WrapsAll reports whether the hook wraps the calls of all instances of a generic
// function: it is given results of type-parameter type, which open says they are, as
// any, and returns the others.
func WrapsAll(hook *Signature, results []Type, open []bool) bool {
	var given, back []Type
	for i, t := range results {
		if open[i] {
			given = append(given, AnyType)
			continue
		}
		given, back = append(given, t), append(back, t)
	}
	return len(given) > 0 && slices.Equal(hook.values(), given) && slices.Equal(hook.Results, back)
}

// InstanceFits reports what is wrong with the hook for every instance of the generic
// function that one instance of is given. What its types are in others is not known.
func InstanceFits(advice Kind, hookName string, hook *Signature, name string, instance *Signature) error {
	results := len(instance.Results)
	switch {
	case advice == Wrap && results > 0 && len(hook.values()) != results:
		return fmt.Errorf("%s is %v and wraps %d results, where %s has %d; make it take and return them, or take those of type-parameter type as any and return the others", hookName, hook, len(hook.values()), name, results)
	case advice == Wrap && results == 0, advice == Append && !instance.Variadic:
		return BindCall(advice, hookName, hook, name, instance)
	}
	return nil
}

// values returns the parameters that are not given by weaver.
func (s *Signature) values() []Type {
	return slices.DeleteFunc(slices.Clone(s.Params), func(t Type) bool { return t == HookFuncType })
}

// TakesFunc reports whether one of the parameters is a *hook.Func.
func (s *Signature) TakesFunc() bool { return slices.Contains(s.Params, HookFuncType) }
