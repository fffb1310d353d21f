package rule_test

// The advices on a reference, and those on calls of generic functions.

import (
	"testing"

	"github.com/goweaver/weaver/internal/rule"
)

func TestBindRef(t *testing.T) {
	for _, tt := range []callCase{
		{"the same signature replaces", rule.Replace, do, do, ""},
		{"another signature does not replace", rule.Replace, "func(string) int", "func(int) int",
			"hooks.H is func(int) int, but pkg.F is func(string) int; give it the same signature"},
		{"a function is wrapped", rule.Wrap, "func(string) int", "func(func(string) int) func(string) int", ""},
		{"a variadic function is wrapped", rule.Wrap, "func(...string)", "func(func(...string)) func(...string)", ""},
		{"a wrapper may take a hook.Func", rule.Wrap, "func()", "func(func(), *hook.Func) func()", ""},
		{"a wrapper of another function", rule.Wrap, "func(string)", "func(func(int)) func(int)",
			"hooks.H is func(func(int)) func(int), but is given pkg.F as a function and returns what takes its place; make it func(func(string)) func(string)"},
		{"a wrapper of the slice of variadic arguments", rule.Wrap, "func(...string)", "func(func([]string)) func([]string)",
			"hooks.H is func(func([]string)) func([]string), but is given pkg.F as a function and returns what takes its place; make it func(func(...string)) func(...string)"},
		{"a wrapper that returns nothing", rule.Wrap, "func()", "func(func())",
			"hooks.H is func(func()), but is given pkg.F as a function and returns what takes its place; make it func(func()) func()"},
	} {
		t.Run(tt.claim, func(t *testing.T) {
			got := ""
			if err := rule.BindRef(tt.advice, "hooks.H", signature(t, tt.hook), "pkg.F", signature(t, tt.target)); err != nil {
				got = err.Error()
			}
			if got != tt.err {
				t.Errorf("error\n got %s\nwant %s", got, tt.err)
			}
		})
	}
}

func TestWrapsAll(t *testing.T) {
	for _, tt := range []struct {
		claim, hook, target string
		open                []bool
		want                bool
	}{
		{"what is open is taken as any", "func(interface{}, error) error", "func() (int, error)", []bool{true, false}, true},
		{"a hook may only look", "func(interface{})", "func() []int", []bool{true}, true},
		{"a hook.Func is given", "func(*hook.Func, interface{})", "func() []int", []bool{true}, true},
		{"what is open is not returned", "func(interface{}, error) (interface{}, error)", "func() (int, error)", []bool{true, false}, false},
		{"what is not open is no any", "func(interface{}, interface{})", "func() (int, error)", []bool{true, false}, false},
		{"what is not open is returned", "func(interface{}, error)", "func() (int, error)", []bool{true, false}, false},
		{"all results are taken", "func(error) error", "func() (int, error)", []bool{true, false}, false},
		{"nothing is nothing to wrap", "func()", "func()", nil, false},
	} {
		if got := rule.WrapsAll(signature(t, tt.hook), signature(t, tt.target).Results, tt.open); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.claim, got, tt.want)
		}
	}
}

// A hook whose target is not known may be for all instances of a generic one.
func TestWrapAlone(t *testing.T) {
	for hook, fits := range map[string]bool{
		"func(interface{})":                          true,
		"func(interface{}, error) error":             true,
		"func(interface{}, interface{}) interface{}": true,
		"func(error, interface{}) error":             true,
		"func(int)":                                  false,
		"func(interface{}) error":                    false,
		"func(int, error) error":                     false,
	} {
		r := &rule.Rule{Point: rule.Call, Advice: rule.Wrap, Hook: rule.Func{Pkg: "hooks", Name: "H"}, HookSig: signature(t, hook), Target: &rule.Func{Pkg: "pkg", Name: "F"}}
		if err := r.Fits(); (err == nil) != fits {
			t.Errorf("%s: %v", hook, err)
		}
	}
}
