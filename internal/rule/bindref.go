package rule

import (
	"fmt"
	"slices"
)

// BindRef holds the hook's signature against the target of a reference. A method's
// target has its receiver as the first parameter, as in a method expression. The
// error is one sentence: what is wrong; what to do.
func BindRef(advice Kind, hookName string, hook *Signature, name string, target *Signature) error {
	if advice == Replace {
		return BindCall(Replace, hookName, hook, name, target)
	}
	f := []Type{target.Type()}
	if !slices.Equal(hook.values(), f) || !slices.Equal(hook.Results, f) {
		return fmt.Errorf("%s is %v, but is given %s as a function and returns what takes its place; make it %v", hookName, hook, name, &Signature{Params: f, Results: f})
	}
	return nil
}

// refAlone reports what is wrong with the hook whatever its target is.
func refAlone(advice Kind, hookName string, hook *Signature) error {
	if advice == Replace {
		return nil
	}
	given := hook.values()
	if len(given) != 1 || hook.LastResult == nil || !slices.Equal(given, hook.Results) || hook.Results[0] != hook.LastResult.Type() {
		return fmt.Errorf("%s is %v, but is given a function and returns what takes its place; make it take one func type and return the same", hookName, hook)
	}
	return nil
}
