package rule_test

// The binding rule with Take: the explicit form, what it repairs, and what it can
// not say.

import (
	"testing"

	"github.com/goweaver/weaver/internal/rule"
)

func recv() rule.Item        { return rule.Item{Kind: rule.Recv} }
func param(i int) rule.Item  { return rule.Item{Kind: rule.Param, Index: i} }
func result(i int) rule.Item { return rule.Item{Kind: rule.Result, Index: i} }

func take(items ...rule.Item) []rule.Item { return items }

func TestBindTake(t *testing.T) {
	runBind(t, []bindCase{
		{claim: "an ambiguous parameter is said", advice: rule.Before, target: "func(string, string)",
			hook: "func(string)", take: take(param(1)),
			want: "takes (instrument.Param(1))"},
		{claim: "an index from the end", advice: rule.Before, target: "func(string, int, string)",
			hook: "func(string)", take: take(param(-1)),
			want: "takes (instrument.Param(2))"},
		{claim: "the first from the end", advice: rule.Before, target: "func(string, int, string)",
			hook: "func(string)", take: take(param(-3)),
			want: "takes (instrument.Param(0))"},
		{claim: "the receiver beside a parameter of its type", advice: rule.Before, target: "(*pkg.T) func(*pkg.T)",
			hook: "func(*pkg.T)", take: take(recv()),
			want: "takes (instrument.Recv)"},
		{claim: "any order", advice: rule.Before, target: query,
			hook: "func(string, *pkg.T)", take: take(param(1), recv()),
			want: "takes (instrument.Param(1), instrument.Recv)"},
		{claim: "hook.Func is left out", advice: rule.Before, target: query,
			hook: "func(*hook.Func, string, *hook.Func, *pkg.T)", take: take(param(1), recv()),
			want: "takes (*hook.Func, instrument.Param(1), *hook.Func, instrument.Recv)"},
		{claim: "the address of an item", advice: rule.Before, target: "func(string, string)",
			hook: "func(*string)", take: take(param(1)),
			want: "takes (&instrument.Param(1))"},
		{claim: "the address of a pointer", advice: rule.Before, target: "func(*int, int)",
			hook: "func(*int)", take: take(param(1)),
			want: "takes (&instrument.Param(1))"},
		{claim: "what a Take took is replaced", advice: rule.Before, target: "func(string, string)",
			hook: "func(string) string", take: take(param(1)),
			want: "takes (instrument.Param(1)), returns (instrument.Param(1))"},
		{claim: "results replace in the order of Take", advice: rule.Before, target: "func(string, string)",
			hook: "func(string, string) (string, string)", take: take(param(1), param(0)),
			want: "takes (instrument.Param(1), instrument.Param(0)), returns (instrument.Param(1), instrument.Param(0))"},
		{claim: "exit comes after the hook's own", advice: rule.Around, target: "func(string, string) (int, int)",
			hook: "func(string) func(int)", take: take(param(0), result(1)),
			want: "takes (instrument.Param(0)); exit takes (instrument.Result(1))"},
		{claim: "exit alone", advice: rule.Around, target: "func() (int, error, int)",
			hook: "func() func(int, int) int", take: take(result(-1), result(0)),
			want: "takes (); exit takes (instrument.Result(2), instrument.Result(0)), returns (instrument.Result(2))"},
		{claim: "the body's parameters and results", advice: rule.Enclose, target: "func(string, string) (int, int)",
			hook: "func(string, func(string) int) int", take: take(param(0), param(1), result(-1)),
			want: "takes (instrument.Param(0)), returns (instrument.Result(1)); body takes (instrument.Param(1)), returns (instrument.Result(1))"},
		{claim: "what the hook takes the body replaces", advice: rule.Enclose, target: "func(string, string) error",
			hook: "func(string, func(string) error) error", take: take(param(1), param(1), result(0)),
			want: "takes (instrument.Param(1)), returns (instrument.Result(0)); body takes (instrument.Param(1)), returns (instrument.Result(0))"},
		{claim: "a value of a type parameter", advice: rule.Before, target: "func(T, any)",
			hook: "func(any)", take: take(param(0)),
			want: "takes (instrument.Param(0))"},
	})
}

func TestBindTakeRefuses(t *testing.T) {
	runBind(t, []bindCase{
		{claim: "another type", advice: rule.Before, target: query,
			hook: "func(string)", take: take(param(0)),
			err: "hooks.H: parameter 1 is string, but instrument.Param(0) of (*pkg.T).F is context.Context; make the types equal"},
		{claim: "another type, from the end", advice: rule.Before, target: query,
			hook: "func(string)", take: take(param(-1)),
			err: "hooks.H: parameter 1 is string, but instrument.Param(-1) of (*pkg.T).F is []any; make the types equal"},
		{claim: "the address of a type parameter", advice: rule.Before, target: "func(T)",
			hook: "func(*any)", take: take(param(0)),
			err: "hooks.H: parameter 1 asks for the address of an item of type-parameter type; take it as any"},
		{claim: "an index beyond the end", advice: rule.Before, target: query,
			hook: "func(string)", take: take(param(3)),
			err: "hooks.H: parameter 1 takes instrument.Param(3), which (*pkg.T).F does not have; it has instrument.Recv, instrument.Param(0), instrument.Param(1), instrument.Param(2)"},
		{claim: "an index before the start", advice: rule.Before, target: query,
			hook: "func(string)", take: take(param(-4)),
			err: "hooks.H: parameter 1 takes instrument.Param(-4), which (*pkg.T).F does not have; it has instrument.Recv, instrument.Param(0), instrument.Param(1), instrument.Param(2)"},
		{claim: "a receiver of a function", advice: rule.Before, target: "func(string)",
			hook: "func(string)", take: take(recv()),
			err: "hooks.H: parameter 1 takes instrument.Recv, which pkg.F does not have; it has instrument.Param(0)"},
		{claim: "an item of a target without any", advice: rule.Before, target: "func()",
			hook: "func(string)", take: take(param(0)),
			err: "hooks.H: parameter 1 takes instrument.Param(0), but pkg.F takes nothing; drop the parameter and the item"},
		{claim: "a result of a target without any", advice: rule.Around, target: "func()",
			hook: "func() func(error)", take: take(result(0)),
			err: "hooks.H: parameter 1 of its exit function takes instrument.Result(0), but pkg.F returns nothing; drop the parameter and the item"},
		{claim: "one item twice", advice: rule.Before, target: "func(string)",
			hook: "func(string, string) (string, string)", take: take(param(0), param(0)),
			err: "hooks.H: parameter 2 takes instrument.Param(0), which parameter 1 takes already; list each item once"},
		{claim: "one item twice, once from the end", advice: rule.Before, target: "func(int, string)",
			hook: "func(*hook.Func, string, string)", take: take(param(1), param(-1)),
			err: "hooks.H: parameter 3 takes instrument.Param(-1), which parameter 2 takes already; list each item once"},
		{claim: "one item twice, once by address", advice: rule.Before, target: "func(string)",
			hook: "func(string, *string)", take: take(param(0), param(0)),
			err: "hooks.H: parameter 2 takes instrument.Param(0), which parameter 1 takes already; list each item once"},
		{claim: "one result twice", advice: rule.Around, target: "func() error",
			hook: "func() func(error, error)", take: take(result(0), result(-1)),
			err: "hooks.H: parameter 2 of its exit function takes instrument.Result(-1), which parameter 1 of its exit function takes already; list each item once"},
		{claim: "too few for the body", advice: rule.Enclose, target: query,
			hook: "func(string, func(string) error) error", take: take(param(1), param(1)),
			err: "hooks.H: result 1 of the body it is given is not covered by Take; list an item for each of the hook's parameters that is not given by weaver, and then for each parameter and result of the body"},
		{claim: "a result at entry", advice: rule.Before, target: query,
			hook: "func(error)", take: take(result(-1)),
			err: "hooks.H: parameter 1 takes instrument.Result(-1), but there is no result at entry; list another item for it, or take it in the exit function of an Around hook"},
		{claim: "a parameter at exit", advice: rule.Around, target: "func(string) error",
			hook: "func() func(string)", take: take(param(0)),
			err: "hooks.H: parameter 1 of its exit function takes instrument.Param(0), but only results can be taken there; list an instrument.Result for it, or take it in the hook itself"},
		{claim: "too few", advice: rule.Before, target: query,
			hook: "func(context.Context, *hook.Func, string)", take: take(param(0)),
			err: "hooks.H: parameter 3 is not covered by Take; list an item for each of the hook's parameters that is not given by weaver"},
		{claim: "too few for exit", advice: rule.Around, target: query,
			hook: "func(string) func(error)", take: take(param(1)),
			err: "hooks.H: parameter 1 of its exit function is not covered by Take; list an item for each of the hook's parameters that is not given by weaver, and then for each parameter of its exit function"},
		{claim: "one too many", advice: rule.Before, target: query,
			hook: "func(string)", take: take(param(1), recv()),
			err: "Take lists more than hooks.H takes; drop instrument.Recv"},
		{claim: "two too many", advice: rule.Before, target: query,
			hook: "func()", take: take(param(1), result(-1)),
			err: "Take lists more than hooks.H takes; drop instrument.Param(1), instrument.Result(-1)"},
		{claim: "too many for exit", advice: rule.Around, target: query,
			hook: "func() func(error)", take: take(result(-1), result(0)),
			err: "Take lists more than hooks.H takes; drop instrument.Result(0)"},
		{claim: "too many for the body", advice: rule.Enclose, target: query,
			hook: "func(func() error) error", take: take(result(-1), recv()),
			err: "Take lists more than hooks.H takes; drop instrument.Recv"},
	})
}
