package rule_test

// What a rule tells before its target is known, and that what an error proposes
// holds.

import (
	"fmt"
	"strings"
	"testing"

	"github.com/goweaver/weaver/internal/rule"
)

// A fitsCase is a rule without the signature of its target. err is empty where the
// hook may fit one.
type fitsCase struct {
	claim  string
	advice rule.Kind
	hook   string
	take   []rule.Item
	err    string // whole
}

func runFits(t *testing.T, point rule.Kind, cases []fitsCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.claim, func(t *testing.T) {
			r := rule.Rule{Point: point, Advice: tt.advice, Hook: rule.Func{Pkg: "example.com/hooks", Name: "H"}, HookSig: signature(t, tt.hook), Take: tt.take}
			got := ""
			if err := r.Fits(); err != nil {
				got = err.Error()
			}
			if got != tt.err {
				t.Errorf("error\n got %s\nwant %s", got, tt.err)
			}
		})
	}
}

func TestHookAlone(t *testing.T) {
	const more = "; take the value as a parameter too, or drop the result"
	runFits(t, rule.Body, []fitsCase{
		{claim: "a hook that may fit", advice: rule.Before, hook: "func(*hook.Func, string, int) (int, string)"},
		{claim: "an address that may be a pointer", advice: rule.Before, hook: "func(*string) *string"},
		{claim: "a result that is not taken", advice: rule.Before, hook: "func() string",
			err: "hooks.H: result 1 is string, which the hook did not take" + more},
		{claim: "a result that is taken once", advice: rule.Before, hook: "func(string) (string, string)",
			err: "hooks.H: result 2 is string, which the hook did not take" + more},
		{claim: "a hook.Func is not taken", advice: rule.Before, hook: "func(*hook.Func) *hook.Func",
			err: "hooks.H: result 1 is *hook.Func, which the hook did not take" + more},
		{claim: "a result before the error of Check", advice: rule.Check, hook: "func(string) (int, error)",
			err: "hooks.H: result 1 is int, which the hook did not take" + more},
		{claim: "the error of Check is not taken", advice: rule.Check, hook: "func(string) (string, error)"},
		{claim: "a result before the exit function", advice: rule.Around, hook: "func() (int, func())",
			err: "hooks.H: result 1 is int, which the hook did not take" + more},
		{claim: "a result of the exit function", advice: rule.Around, hook: "func(string) func(int) error",
			err: "hooks.H: result 1 of its exit function is error, which the hook did not take" + more},
		{claim: "a hook.Func of the exit function", advice: rule.Around, hook: "func() func(error, *hook.Func)",
			err: "hooks.H: parameter 2 of its exit function is a *hook.Func, which only the hook itself is given; take it there"},
		{claim: "a body that the hook may fit", advice: rule.Enclose, hook: "func(string, func(int) error) error"},
		{claim: "a body with other results", advice: rule.Enclose, hook: "func(func() error)",
			err: "hooks.H and the body it is given return different types; make them the same"},
		{claim: "a hook.Func of the body", advice: rule.Enclose, hook: "func(func(*hook.Func))",
			err: "hooks.H: parameter 1 of the body it is given is a *hook.Func, which only the hook itself is given; take it there"},
	})
}

func TestTakeAlone(t *testing.T) {
	runFits(t, rule.Body, []fitsCase{
		{claim: "a whole list", advice: rule.Around, hook: "func(*hook.Func, string) func(error)", take: take(recv(), result(-1))},
		{claim: "too long", advice: rule.Before, hook: "func(string)", take: take(recv(), param(0)),
			err: "Take lists more than hooks.H takes; drop instrument.Param(0)"},
		{claim: "too short", advice: rule.Before, hook: "func(string, string)", take: take(recv()),
			err: "hooks.H: parameter 2 is not covered by Take; list an item for each of the hook's parameters that is not given by weaver"},
		{claim: "too short for exit", advice: rule.Around, hook: "func(string) func(error)", take: take(recv()),
			err: "hooks.H: parameter 1 of its exit function is not covered by Take; list an item for each of the hook's parameters that is not given by weaver, and then for each parameter of its exit function"},
		{claim: "a result at entry", advice: rule.Before, hook: "func(error)", take: take(result(0)),
			err: "hooks.H: parameter 1 takes instrument.Result(0), but there is no result at entry; list another item for it, or take it in the exit function of an Around hook"},
		{claim: "a parameter at exit", advice: rule.Around, hook: "func() func(string)", take: take(param(0)),
			err: "hooks.H: parameter 1 of its exit function takes instrument.Param(0), but only results can be taken there; list an instrument.Result for it, or take it in the hook itself"},
		{claim: "an item twice", advice: rule.Before, hook: "func(int, int)", take: take(param(0), param(0)),
			err: "hooks.H: parameter 2 takes instrument.Param(0), which parameter 1 takes already; list each item once"},
	})
}

func TestCallAlone(t *testing.T) {
	runFits(t, rule.Call, []fitsCase{
		{claim: "any replacement", advice: rule.Replace, hook: "func(string, ...int) error"},
		{claim: "a wrapper", advice: rule.Wrap, hook: "func(int, *hook.Func, error) (int, error)"},
		{claim: "a wrapper that returns nothing", advice: rule.Wrap, hook: "func(int)",
			err: "hooks.H is func(int), but returns what it is given in the place of the results; make it func(int) int"},
		{claim: "a wrapper that takes nothing", advice: rule.Wrap, hook: "func() int",
			err: "hooks.H is func() int, but returns what it is given in the place of the results; make it func(int) int"},
		{claim: "a wrapper of nothing", advice: rule.Wrap, hook: "func(*hook.Func)",
			err: "hooks.H is func(*hook.Func) and wraps nothing; make it take the results of the call and return them"},
		{claim: "an appended value", advice: rule.Append, hook: "func(*hook.Func) int"},
		{claim: "an appender that takes", advice: rule.Append, hook: "func(int) int",
			err: "hooks.H is func(int) int, but appends to the arguments of the call; make it take nothing, or a *hook.Func, and return one value or a slice"},
		{claim: "an appender of two", advice: rule.Append, hook: "func() (int, int)",
			err: "hooks.H is func() (int, int), but appends to the arguments of the call; make it take nothing, or a *hook.Func, and return one value or a slice"},
	})
}

func TestFitsUnknownHook(t *testing.T) {
	r := rule.Rule{Point: rule.Body, Advice: rule.Around, Take: take(recv()), Options: []rule.Option{{Key: "k"}}}
	if err := r.Fits(); err != nil {
		t.Errorf("a rule whose hook is not known: %v", err)
	}
}

func TestOptionFits(t *testing.T) {
	for _, tt := range []struct {
		advice     rule.Kind
		hook, want string
	}{
		{rule.Before, "func(*hook.Func)", "<nil>"},
		{rule.Before, "func()", `hooks.H is given "k" by With but takes no *hook.Func to find it in; add that parameter`},
		{rule.Replace, "func()", `hooks.H stands for the function that is called and so has no *hook.Func to find "k" in; drop the With`},
	} {
		r := rule.Rule{Point: rule.Call, Advice: tt.advice, Hook: rule.Func{Pkg: "example.com/hooks", Name: "H"}, HookSig: signature(t, tt.hook), Options: []rule.Option{{Key: "k"}}}
		for what, err := range map[string]error{"OptionFits": r.OptionFits("k"), "Fits": r.Fits()} {
			if got := fmt.Sprint(err); got != tt.want {
				t.Errorf("%s of %s by %s\n got %s\nwant %s", what, tt.hook, tt.advice, got, tt.want)
			}
		}
	}
}

// The explicit form that an ambiguity proposes can be pasted: the rule holds with
// it, for every pair of small signatures.
func TestAmbiguityProposesWhatHolds(t *testing.T) {
	types := []string{"", "string", "string, string", "string, int, string", "any, T", "T, any, string", "int, string, any, string"}
	hooks := []string{
		"func(string)", "func(*string)", "func(any)", "func(any) any", "func(int, string) int", "func(*hook.Func, string, string)",
		"func(string) func(string)", "func() func(any)", "func(any, string) (string, func(string, int) int)",
	}
	proposed := 0
	for _, params := range types {
		for _, results := range types {
			for _, hook := range hooks {
				tgt := target(t, "func("+params+") (bool, bool"+strings.TrimSuffix(", "+results, ", ")+")")
				sig, advice := signature(t, hook), rule.Before
				if sig.LastResult != nil {
					advice = rule.Around
				}
				_, err := rule.Bind(advice, "hooks.H", sig, nil, tgt)
				if err == nil || !strings.Contains(err.Error(), "ambiguous") {
					continue
				}
				_, form, _ := strings.Cut(err.Error(), ".Take(")
				form, _, _ = strings.Cut(form, ")),")
				var items []rule.Item
				for _, s := range strings.Split(form+")", ", ") {
					for _, i := range []rule.Item{param(0), param(1), param(2), param(3), result(2), result(3), result(4), result(5)} {
						if i.String() == s {
							items = append(items, i)
						}
					}
				}
				proposed++
				if _, again := rule.Bind(advice, "hooks.H", sig, items, tgt); again != nil {
					t.Errorf("%s on (%s) (%s)\n%v\nbut that gives\n%v", hook, params, results, err, again)
				}
			}
		}
	}
	if proposed < 100 {
		t.Errorf("only %d of the pairs are ambiguous, so this shows little", proposed)
	}
}
