package rule_test

// What weaver gives to whom, and what is said where it does not.

import (
	"testing"

	"github.com/goweaver/weaver/internal/rule"
)

func TestGiven(t *testing.T) {
	const elsewhere = ", which only the hook itself is given; take it there"
	runBind(t, []bindCase{
		{claim: "a hook has its function, parameters and captured values", advice: rule.Before, target: query,
			hook: "func(hook.Params, string, hook.Captured, *hook.Func)",
			want: "takes (hook.Params, instrument.Param(1), hook.Captured, *hook.Func)"},
		{claim: "an exit function has how it ended and what it panicked with", advice: rule.Around, target: query,
			hook: "func(hook.Params) func(hook.Exit, error, hook.Panic)",
			want: "takes (hook.Params); exit takes (hook.Exit, instrument.Result(1), hook.Panic)"},
		{claim: "Take does not list what is given", advice: rule.Around, target: "func(string, string) (int, int)",
			hook: "func(hook.Captured, string) func(hook.Panic, int, hook.Exit) int", take: take(param(1), result(0)),
			want: "takes (hook.Captured, instrument.Param(1)); exit takes (hook.Panic, instrument.Result(0), hook.Exit), returns (instrument.Result(0))"},
		{claim: "parameters of a target without any", advice: rule.Before, target: "func()",
			hook: "func(hook.Params)",
			want: "takes (hook.Params)"},
		{claim: "a hook of Enclose", advice: rule.Enclose, target: "func(string) error",
			hook: "func(*hook.Func, hook.Captured, hook.Params, func() error) error",
			want: "takes (*hook.Func, hook.Captured, hook.Params), returns (instrument.Result(0)); body takes (), returns (instrument.Result(0))"},
		{claim: "a target that has a parameter of such a type has no way to hand it over", advice: rule.Before, target: "func(hook.Exit)",
			hook: "func(hook.Exit)",
			err:  "hooks.H: parameter 1 is a hook.Exit, which is not known before the end; use Around and take it in the exit function"},
		{claim: "how it ended, at entry", advice: rule.Around, target: query,
			hook: "func(hook.Exit) func()",
			err:  "hooks.H: parameter 1 is a hook.Exit, which is not known before the end; take it in the exit function"},
		{claim: "a panic, without an exit function", advice: rule.Check, target: query,
			hook: "func(string, hook.Panic) error",
			err:  "hooks.H: parameter 2 is a hook.Panic, which is not known before the end; use Around and take it in the exit function"},
		{claim: "how it ended, in Enclose", advice: rule.Enclose, target: query,
			hook: "func(hook.Exit, func())",
			err:  "hooks.H: parameter 1 is a hook.Exit, which is not known before the end; use Around and take it in the exit function, or see in the hook how the body ends"},
		{claim: "a panic of the body that Enclose hands over", advice: rule.Enclose, target: query,
			hook: "func(func(hook.Panic))",
			err:  "hooks.H: parameter 1 of the body it is given is a hook.Panic, which is not known before the end; use Around and take it in the exit function, or see in the hook how the body ends"},
		{claim: "parameters at exit", advice: rule.Around, target: query,
			hook: "func() func(hook.Params)",
			err:  "hooks.H: parameter 1 of its exit function is a hook.Params" + elsewhere},
		{claim: "captured values at exit", advice: rule.Around, target: query,
			hook: "func() func(error, hook.Captured)",
			err:  "hooks.H: parameter 2 of its exit function is a hook.Captured" + elsewhere},
		{claim: "parameters of the body", advice: rule.Enclose, target: query,
			hook: "func(func(hook.Params))",
			err:  "hooks.H: parameter 1 of the body it is given is a hook.Params" + elsewhere},
		{claim: "a star too much", advice: rule.Before, target: query,
			hook: "func(*hook.Params)",
			err:  "hooks.H: parameter 1 is *hook.Params, which nobody is given; make it hook.Params"},
		{claim: "a star too few", advice: rule.Before, target: query,
			hook: "func(string, hook.Func)",
			err:  "hooks.H: parameter 2 is hook.Func, which nobody is given; make it *hook.Func"},
		{claim: "a star too much at exit", advice: rule.Around, target: query,
			hook: "func() func(*hook.Panic)",
			err:  "hooks.H: parameter 1 of its exit function is *hook.Panic, which nobody is given; make it hook.Panic"},
		{claim: "what is given can not be replaced", advice: rule.Around, target: query,
			hook: "func() func(hook.Exit) hook.Exit",
			err:  "hooks.H: result 1 of its exit function is hook.Exit, which the hook did not take; take the value as a parameter too, or drop the result"},
	})
}

func TestGivenOnCall(t *testing.T) {
	const only = ", which is given only on a body; use BodyOf, BodyNamed or BodyWhere, or drop it"
	runFits(t, rule.Call, []fitsCase{
		{claim: "parameters", advice: rule.Wrap, hook: "func(hook.Params, int) int",
			err: "hooks.H: parameter 1 is a hook.Params" + only},
		{claim: "how it ended", advice: rule.Wrap, hook: "func(int, hook.Exit) int",
			err: "hooks.H: parameter 2 is a hook.Exit" + only},
		{claim: "captured values", advice: rule.Append, hook: "func(hook.Captured) int",
			err: "hooks.H: parameter 1 is a hook.Captured" + only},
		{claim: "a star too few", advice: rule.Append, hook: "func(hook.Func) int",
			err: "hooks.H: parameter 1 is hook.Func, which nobody is given; make it *hook.Func"},
		{claim: "a replacement has the parameters of its target, whatever they are", advice: rule.Replace, hook: "func(hook.Exit)"},
	})
}

func TestCaptureFits(t *testing.T) {
	for _, tt := range []struct {
		claim   string
		point   rule.Kind
		hook    string // "" if it is not known yet
		capture []string
		err     string // whole
	}{
		{"a hook that takes what is captured", rule.Body, "func(hook.Captured)", []string{"a"}, ""},
		{"a hook that is not known", rule.Body, "", []string{"a"}, ""},
		{"nothing to do with it", rule.Body, "func()", nil, ""},
		{"a hook that does not take it", rule.Body, "func(hook.Params)", []string{"a.B", "c"},
			`hooks.H takes no hook.Captured to find "a.B" in; add that parameter`},
		{"a hook that waits for it", rule.Body, "func(hook.Captured)", nil,
			"hooks.H takes a hook.Captured, and nothing is captured; add .Capture with what it shall have, or drop the parameter"},
		{"a call", rule.Call, "func()", []string{"a"},
			"Capture reads the receiver and the parameters of a body, and this rule is on a call; drop it"},
		{"a replacement that has one for a parameter", rule.Call, "func(hook.Captured)", nil, ""},
	} {
		r := rule.Rule{Point: tt.point, Hook: rule.Func{Pkg: "example.com/hooks", Name: "H"}, Capture: tt.capture}
		if tt.hook != "" {
			r.HookSig = signature(t, tt.hook)
		}
		got := ""
		if err := r.CaptureFits(); err != nil {
			got = err.Error()
		}
		if got != tt.err {
			t.Errorf("%s\n got %s\nwant %s", tt.claim, got, tt.err)
		}
	}
}

func TestCheckSelector(t *testing.T) {
	for s, ok := range map[string]bool{
		"a": true, "order.ID": true, "a.b.C_1": true, "größe.π": true,
		"": false, ".": false, "a.": false, ".a": false, "a..b": false, "a.1b": false, "a b": false, "a[0]": false,
		"*a": false, "a.f()": false, "_": false, "a._": false, "a.b ": false,
	} {
		if err := rule.CheckSelector(s); (err == nil) != ok {
			t.Errorf("%q: %v", s, err)
		}
	}
}
