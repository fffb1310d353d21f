package rule_test

// The binding rule for advices on a body without Take, line by line: what a hook
// takes from a target, what its results replace, and what is refused in which words.

import (
	"testing"

	"github.com/goweaver/weaver/internal/rule"
)

// A bindCase holds one hook against one target. Exactly one of want and err is set.
type bindCase struct {
	claim  string
	advice rule.Kind
	target string
	hook   string
	take   []rule.Item
	want   string // as show spells it
	err    string // whole
}

func runBind(t *testing.T, cases []bindCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.claim, func(t *testing.T) {
			got, err := rule.Bind(tt.advice, "hooks.H", signature(t, tt.hook), tt.take, target(t, tt.target))
			if err != nil {
				if err.Error() != tt.err {
					t.Errorf("error\n got %s\nwant %s", err, tt.err)
				}
				return
			}
			if tt.err != "" {
				t.Fatalf("no error\nwant %s\n got %s", tt.err, show(got))
			}
			if s := show(got); s != tt.want {
				t.Errorf("binding\n got %s\nwant %s", s, tt.want)
			}
		})
	}
}

const query = "(*pkg.T) func(context.Context, string, ...any) (*pkg.Rows, error)"

func TestBindOrder(t *testing.T) {
	runBind(t, []bindCase{
		{claim: "a hook may take nothing", advice: rule.Before, target: query,
			hook: "func()",
			want: "takes ()"},
		{claim: "receiver and parameters are taken in order", advice: rule.Before, target: query,
			hook: "func(*pkg.T, context.Context, string, []any)",
			want: "takes (instrument.Recv, instrument.Param(0), instrument.Param(1), instrument.Param(2))"},
		{claim: "items between may be left out", advice: rule.Before, target: query,
			hook: "func(*pkg.T, string)",
			want: "takes (instrument.Recv, instrument.Param(1))"},
		{claim: "hook.Func is given first", advice: rule.Before, target: query,
			hook: "func(*hook.Func, string)",
			want: "takes (*hook.Func, instrument.Param(1))"},
		{claim: "hook.Func is given in the middle", advice: rule.Before, target: query,
			hook: "func(context.Context, *hook.Func, string)",
			want: "takes (instrument.Param(0), *hook.Func, instrument.Param(1))"},
		{claim: "hook.Func is given last", advice: rule.Before, target: query,
			hook: "func(string, *hook.Func)",
			want: "takes (instrument.Param(1), *hook.Func)"},
		{claim: "hook.Func needs no item", advice: rule.Before, target: "func()",
			hook: "func(*hook.Func)",
			want: "takes (*hook.Func)"},
		{claim: "another order is refused", advice: rule.Before, target: query,
			hook: "func(string, context.Context)",
			err:  "hooks.H: parameter 2 is context.Context, which comes earlier in (*pkg.T).F; put the hook's parameters in the target's order, which is *pkg.T, context.Context, string, []any"},
		{claim: "a receiver after a parameter is refused", advice: rule.Before, target: query,
			hook: "func(string, *pkg.T)",
			err:  "hooks.H: parameter 2 is *pkg.T, which comes earlier in (*pkg.T).F; put the hook's parameters in the target's order, which is *pkg.T, context.Context, string, []any"},
		{claim: "a type that is not there is refused", advice: rule.Before, target: query,
			hook: "func(string, int)",
			err:  "hooks.H: parameter 2 is int, which (*pkg.T).F does not have; it has, in order, *pkg.T, context.Context, string, []any"},
		{claim: "hook.Func counts as a parameter in messages", advice: rule.Before, target: query,
			hook: "func(*hook.Func, int)",
			err:  "hooks.H: parameter 2 is int, which (*pkg.T).F does not have; it has, in order, *pkg.T, context.Context, string, []any"},
		{claim: "a target without items says so", advice: rule.Before, target: "func() error",
			hook: "func(error)",
			err:  "hooks.H: parameter 1 is error, which pkg.F returns and does not take; take it in the exit function of an Around hook"},
		{claim: "a target that takes nothing says so", advice: rule.Before, target: "func()",
			hook: "func(string)",
			err:  "hooks.H: parameter 1 is string, but pkg.F takes nothing; drop it"},
		{claim: "results are not there at entry", advice: rule.Before, target: query,
			hook: "func(*pkg.Rows)",
			err:  "hooks.H: parameter 1 is *pkg.Rows, which (*pkg.T).F returns and does not take; take it in the exit function of an Around hook"},
		{claim: "an interface does not take what implements it", advice: rule.Before, target: query,
			hook: "func(any)",
			err:  "hooks.H: parameter 1 is any, which (*pkg.T).F does not have; it has, in order, *pkg.T, context.Context, string, []any"},
	})
}

func TestBindAddress(t *testing.T) {
	runBind(t, []bindCase{
		{claim: "an address may be asked for", advice: rule.Before, target: query,
			hook: "func(*context.Context, string)",
			want: "takes (&instrument.Param(0), instrument.Param(1))"},
		{claim: "the receiver's address may be asked for", advice: rule.Before, target: query,
			hook: "func(**pkg.T)",
			want: "takes (&instrument.Recv)"},
		{claim: "a pointer that is there is not an address", advice: rule.Before, target: "func(*int, int)",
			hook: "func(*int, int)",
			want: "takes (instrument.Param(0), instrument.Param(1))"},
		{claim: "the address of the address is not there", advice: rule.Before, target: "func(int)",
			hook: "func(**int)",
			err:  "hooks.H: parameter 1 is **int, which pkg.F does not have; it has, in order, int"},
		{claim: "an address is as ambiguous as its value", advice: rule.Before, target: "func(string, string)",
			hook: "func(*string)",
			err:  "hooks.H: parameter 1 is *string, and pkg.F has 2 of that type, so it is ambiguous which is meant; add .Take(instrument.Param(0)), listing instrument.Param(1) for parameter 1 if that is meant"},
		{claim: "all addresses of a type in order", advice: rule.Before, target: "func(string, string)",
			hook: "func(*string, *string)",
			want: "takes (&instrument.Param(0), &instrument.Param(1))"},
	})
}

func TestBindAmbiguous(t *testing.T) {
	runBind(t, []bindCase{
		{claim: "one of two is ambiguous", advice: rule.Before, target: "func(string, string)",
			hook: "func(string)",
			err:  "hooks.H: parameter 1 is string, and pkg.F has 2 of that type, so it is ambiguous which is meant; add .Take(instrument.Param(0)), listing instrument.Param(1) for parameter 1 if that is meant"},
		{claim: "the receiver counts for ambiguity", advice: rule.Before, target: "(*pkg.T) func(*pkg.T)",
			hook: "func(*pkg.T)",
			err:  "hooks.H: parameter 1 is *pkg.T, and (*pkg.T).F has 2 of that type, so it is ambiguous which is meant; add .Take(instrument.Recv), listing instrument.Param(0) for parameter 1 if that is meant"},
		{claim: "two of three are ambiguous", advice: rule.Before, target: "func(string, int, string, string)",
			hook: "func(string, string)",
			err:  "hooks.H: parameter 1 is string, and pkg.F has 3 of that type, so it is ambiguous which is meant; add .Take(instrument.Param(0), instrument.Param(2)), listing instrument.Param(3) for parameter 1 if that is meant"},
		{claim: "all of a type are taken in order", advice: rule.Before, target: "func(string, int, string)",
			hook: "func(string, string)",
			want: "takes (instrument.Param(0), instrument.Param(2))"},
		{claim: "all of two types are taken in order", advice: rule.Before, target: "func(string, int, string, int)",
			hook: "func(string, int, string, int)",
			want: "takes (instrument.Param(0), instrument.Param(1), instrument.Param(2), instrument.Param(3))"},
		{claim: "all of two types in another order are refused", advice: rule.Before, target: "func(string, int, string, int)",
			hook: "func(string, string, int, int)",
			err:  "hooks.H: parameter 3 is int, which comes earlier in pkg.F; put the hook's parameters in the target's order, which is string, int, string, int"},
		{claim: "more of a type than there are", advice: rule.Before, target: "func(string)",
			hook: "func(string, string)",
			err:  "hooks.H: parameter 1 is string, and the hook takes 2 of that type, by value or by address, where pkg.F has 1; take each once"},
		{claim: "a value and its address are one item", advice: rule.Before, target: "func(string)",
			hook: "func(string, *string)",
			err:  "hooks.H: parameter 1 is string, and the hook takes 2 of that type, by value or by address, where pkg.F has 1; take each once"},
		{claim: "a value and an address of two items", advice: rule.Before, target: "func(string, string)",
			hook: "func(string, *string)",
			want: "takes (instrument.Param(0), &instrument.Param(1))"},
		{claim: "the explicit form is whole", advice: rule.Before, target: "func(int, string, string)",
			hook: "func(int, string)",
			err:  "hooks.H: parameter 2 is string, and pkg.F has 2 of that type, so it is ambiguous which is meant; add .Take(instrument.Param(0), instrument.Param(1)), listing instrument.Param(2) for parameter 2 if that is meant"},
		{claim: "the explicit form has the exit function's items", advice: rule.Around, target: "func(string, string) (int, error)",
			hook: "func(*hook.Func, string) func(error)",
			err:  "hooks.H: parameter 2 is string, and pkg.F has 2 of that type, so it is ambiguous which is meant; add .Take(instrument.Param(0), instrument.Result(1)), listing instrument.Param(1) for parameter 2 if that is meant"},
		{claim: "what Take can not mend is said first", advice: rule.Before, target: "func(string, string)",
			hook: "func(string, int)",
			err:  "hooks.H: parameter 2 is int, which pkg.F does not have; it has, in order, string, string"},
		{claim: "what can be replaced is proposed", advice: rule.Before, target: "func(T, any)",
			hook: "func(any) any",
			err:  "hooks.H: parameter 1 is any, and pkg.F has 2 of that type, so it is ambiguous which is meant; add .Take(instrument.Param(1)), listing instrument.Param(0) for parameter 1 if that is meant"},
		{claim: "results do not make a parameter ambiguous", advice: rule.Before, target: "func(string) string",
			hook: "func(string)",
			want: "takes (instrument.Param(0))"},
	})
}

func TestBindResults(t *testing.T) {
	runBind(t, []bindCase{
		{claim: "a result replaces what was taken", advice: rule.Before, target: query,
			hook: "func(context.Context, string) context.Context",
			want: "takes (instrument.Param(0), instrument.Param(1)), returns (instrument.Param(0))"},
		{claim: "results replace in order", advice: rule.Before, target: "func(string, int, string)",
			hook: "func(string, string) (string, string)",
			want: "takes (instrument.Param(0), instrument.Param(2)), returns (instrument.Param(0), instrument.Param(2))"},
		{claim: "results of other types may come in any order", advice: rule.Before, target: "func(string, int)",
			hook: "func(string, int) (int, string)",
			want: "takes (instrument.Param(0), instrument.Param(1)), returns (instrument.Param(1), instrument.Param(0))"},
		{claim: "the first of a type is replaced first", advice: rule.Before, target: "func(string, string)",
			hook: "func(string, string) string",
			want: "takes (instrument.Param(0), instrument.Param(1)), returns (instrument.Param(0))"},
		{claim: "the receiver can be replaced", advice: rule.Before, target: query,
			hook: "func(*pkg.T) *pkg.T",
			want: "takes (instrument.Recv), returns (instrument.Recv)"},
		{claim: "a result that was not taken is refused", advice: rule.Before, target: query,
			hook: "func(string) context.Context",
			err:  "hooks.H: result 1 is context.Context, which the hook did not take; take the value as a parameter too, or drop the result"},
		{claim: "two results for one item are refused", advice: rule.Before, target: query,
			hook: "func(string) (string, string)",
			err:  "hooks.H: result 2 is string, which the hook did not take; take the value as a parameter too, or drop the result"},
		{claim: "what was taken by address is not replaced", advice: rule.Before, target: query,
			hook: "func(*string) string",
			err:  "hooks.H: result 1 is string, which the hook did not take; take the value as a parameter too, or drop the result"},
		{claim: "an address is not replaced", advice: rule.Before, target: query,
			hook: "func(*string) *string",
			err:  "hooks.H: result 1 is *string, which the hook took as an address; write to what that points to, and drop the result"},
		{claim: "an error is no result of Before", advice: rule.Before, target: query,
			hook: "func(string) error",
			err:  "hooks.H: result 1 is error, which the hook did not take; use Check to end the function with it, or drop the result"},
		{claim: "an exit function is no result of Before", advice: rule.Before, target: query,
			hook: "func(string) func(error)",
			err:  "hooks.H: result 1 is func(error), which the hook did not take; use Around to run it at exit, or drop the result"},
	})
}

func TestBindTypeParameter(t *testing.T) {
	runBind(t, []bindCase{
		{claim: "what has a type parameter is any", advice: rule.Before, target: "func(context.Context, T)",
			hook: "func(context.Context, any)",
			want: "takes (instrument.Param(0), instrument.Param(1))"},
		{claim: "any of a type parameter and any are ambiguous", advice: rule.Before, target: "func(any, T)",
			hook: "func(any)",
			err:  "hooks.H: parameter 1 is any, and pkg.F has 2 of that type, so it is ambiguous which is meant; add .Take(instrument.Param(0)), listing instrument.Param(1) for parameter 1 if that is meant"},
		{claim: "the address of a type parameter is refused", advice: rule.Before, target: "func(T)",
			hook: "func(*any)",
			err:  "hooks.H: parameter 1 asks for the address of an item of type-parameter type; take it as any"},
		{claim: "what has a type parameter can not be replaced", advice: rule.Before, target: "func(T)",
			hook: "func(any) any",
			err:  "hooks.H: result 1 is any, for an item of type-parameter type, which can only be read; drop the result"},
		{claim: "any of no type parameter can be replaced", advice: rule.Before, target: "func(any, T)",
			hook: "func(any, any) any",
			want: "takes (instrument.Param(0), instrument.Param(1)), returns (instrument.Param(0))"},
	})
}

func TestBindCheck(t *testing.T) {
	runBind(t, []bindCase{
		{claim: "the error ends the target by its last result", advice: rule.Check, target: query,
			hook: "func(context.Context) error",
			want: "takes (instrument.Param(0)), fails by instrument.Result(1)"},
		{claim: "results before the error replace", advice: rule.Check, target: query,
			hook: "func(context.Context) (context.Context, error)",
			want: "takes (instrument.Param(0)), returns (instrument.Param(0)), fails by instrument.Result(1)"},
		{claim: "a hook without results is refused", advice: rule.Check, target: query,
			hook: "func(context.Context)",
			err:  "hooks.H is used by Check but does not return an error last; make error its last result, or use Before"},
		{claim: "a hook whose error is not last is refused", advice: rule.Check, target: query,
			hook: "func(context.Context) (error, context.Context)",
			err:  "hooks.H is used by Check but does not return an error last; make error its last result, or use Before"},
		{claim: "a target without results is refused", advice: rule.Check, target: "func(string)",
			hook: "func(string) error",
			err:  "pkg.F has no error as its last result, so Check could not end it with one; use Before, or a target that returns an error"},
		{claim: "a target whose error is not last is refused", advice: rule.Check, target: "func(string) (error, bool)",
			hook: "func(string) error",
			err:  "pkg.F has no error as its last result, so Check could not end it with one; use Before, or a target that returns an error"},
		{claim: "an error parameter is replaced beside", advice: rule.Check, target: "func(error) error",
			hook: "func(error) (error, error)",
			want: "takes (instrument.Param(0)), returns (instrument.Param(0)), fails by instrument.Result(0)"},
	})
}

func TestBindAround(t *testing.T) {
	runBind(t, []bindCase{
		{claim: "exit takes from the results", advice: rule.Around, target: query,
			hook: "func(context.Context, string) (context.Context, func(error))",
			want: "takes (instrument.Param(0), instrument.Param(1)), returns (instrument.Param(0)); exit takes (instrument.Result(1))"},
		{claim: "exit may take nothing", advice: rule.Around, target: "func()",
			hook: "func() func()",
			want: "takes (); exit takes ()"},
		{claim: "exit takes results in order", advice: rule.Around, target: query,
			hook: "func() func(*pkg.Rows, error)",
			want: "takes (); exit takes (instrument.Result(0), instrument.Result(1))"},
		{claim: "exit replaces what it took", advice: rule.Around, target: query,
			hook: "func() func(*pkg.Rows, error) (*pkg.Rows, error)",
			want: "takes (); exit takes (instrument.Result(0), instrument.Result(1)), returns (instrument.Result(0), instrument.Result(1))"},
		{claim: "parameters do not make a result ambiguous", advice: rule.Around, target: "func(error) error",
			hook: "func() func(error)",
			want: "takes (); exit takes (instrument.Result(0))"},
		{claim: "all of a type are taken by exit in order", advice: rule.Around, target: "func() (int, int)",
			hook: "func() func(int, int)",
			want: "takes (); exit takes (instrument.Result(0), instrument.Result(1))"},
	})
}

func TestBindAroundRefuses(t *testing.T) {
	runBind(t, []bindCase{
		{claim: "a hook without an exit function is refused", advice: rule.Around, target: query,
			hook: "func(context.Context) context.Context",
			err:  "hooks.H is used by Around but returns a context.Context last, not a func that is written out; return one, such as func() or func(err error), or use Before"},
		{claim: "a result without a name is no exit function", advice: rule.Around, target: query,
			hook: "func(string) string",
			err:  "hooks.H is used by Around but does not return an exit function; return a func last, or use Before"},
		{claim: "a hook without results is refused", advice: rule.Around, target: query,
			hook: "func()",
			err:  "hooks.H is used by Around but does not return an exit function; return a func last, or use Before"},
		{claim: "an exit function that is not last is refused", advice: rule.Around, target: query,
			hook: "func(string) (func(error), string)",
			err:  "hooks.H is used by Around but does not return an exit function; return a func last, or use Before"},
		{claim: "the hook's own results are held against what it took", advice: rule.Around, target: query,
			hook: "func(string) (context.Context, func(error))",
			err:  "hooks.H: result 1 is context.Context, which the hook did not take; take the value as a parameter too, or drop the result"},
		{claim: "exit is not given parameters", advice: rule.Around, target: query,
			hook: "func() func(string)",
			err:  "hooks.H: parameter 1 of its exit function is string, which (*pkg.T).F takes and does not return; take it in the hook itself"},
		{claim: "exit finds no result of that type", advice: rule.Around, target: query,
			hook: "func() func(int)",
			err:  "hooks.H: parameter 1 of its exit function is int, which (*pkg.T).F does not return; it returns, in order, *pkg.Rows, error"},
		{claim: "exit finds no result", advice: rule.Around, target: "func(string)",
			hook: "func() func(error)",
			err:  "hooks.H: parameter 1 of its exit function is error, but pkg.F returns nothing; drop it"},
		{claim: "exit is refused an ambiguous result", advice: rule.Around, target: "func() (error, error)",
			hook: "func() func(error)",
			err:  "hooks.H: parameter 1 of its exit function is error, and pkg.F has 2 of that type, so it is ambiguous which is meant; add .Take(instrument.Result(0)), listing instrument.Result(1) for parameter 1 of its exit function if that is meant"},
		{claim: "exit is refused another order", advice: rule.Around, target: query,
			hook: "func() func(error, *pkg.Rows)",
			err:  "hooks.H: parameter 2 of its exit function is *pkg.Rows, which comes earlier in (*pkg.T).F; put the hook's parameters in the target's order, which is *pkg.Rows, error"},
		{claim: "exit returns only what it took", advice: rule.Around, target: query,
			hook: "func() func(*pkg.Rows) error",
			err:  "hooks.H: result 1 of its exit function is error, which the hook did not take; take the value as a parameter too, or drop the result"},
		{claim: "exit is given values only", advice: rule.Around, target: query,
			hook: "func() func(*error)",
			err:  "hooks.H: parameter 1 of its exit function is *error, the address of an item, and only values are handed over there; make it error"},
		{claim: "exit is not given a hook.Func", advice: rule.Around, target: query,
			hook: "func() func(error, *hook.Func)",
			err:  "hooks.H: parameter 2 of its exit function is a *hook.Func, which only the hook itself is given; take it there"},
		{claim: "exit reads a result of a type parameter", advice: rule.Around, target: "func() (T, error)",
			hook: "func() func(any, error)",
			want: "takes (); exit takes (instrument.Result(0), instrument.Result(1))"},
		{claim: "exit can not replace a result of a type parameter", advice: rule.Around, target: "func() (T, error)",
			hook: "func() func(any, error) (any, error)",
			err:  "hooks.H: result 1 of its exit function is any, for an item of type-parameter type, which can only be read; drop the result"},
	})
}

func TestBindEnclose(t *testing.T) {
	runBind(t, []bindCase{
		{claim: "the body returns what the target does", advice: rule.Enclose, target: query,
			hook: "func(context.Context, func() error) error",
			want: "takes (instrument.Param(0)), returns (instrument.Result(1)); body takes (), returns (instrument.Result(1))"},
		{claim: "the body may return nothing", advice: rule.Enclose, target: "func(string)",
			hook: "func(string, func())",
			want: "takes (instrument.Param(0)); body takes ()"},
		{claim: "the body's parameters replace", advice: rule.Enclose, target: query,
			hook: "func(context.Context, func(context.Context) error) error",
			want: "takes (instrument.Param(0)), returns (instrument.Result(1)); body takes (instrument.Param(0)), returns (instrument.Result(1))"},
		{claim: "the body returns all results", advice: rule.Enclose, target: query,
			hook: "func(func() (*pkg.Rows, error)) (*pkg.Rows, error)",
			want: "takes (), returns (instrument.Result(0), instrument.Result(1)); body takes (), returns (instrument.Result(0), instrument.Result(1))"},
		{claim: "the body takes parameters that the hook does not", advice: rule.Enclose, target: query,
			hook: "func(func(string) error) error",
			want: "takes (), returns (instrument.Result(1)); body takes (instrument.Param(1)), returns (instrument.Result(1))"},
	})
}

func TestBindEncloseRefuses(t *testing.T) {
	runBind(t, []bindCase{
		{claim: "a hook without the body is refused", advice: rule.Enclose, target: query,
			hook: "func(string) error",
			err:  "hooks.H is used by Enclose but does not take the body; make a func its last parameter, or use Before"},
		{claim: "a body that is not last is refused", advice: rule.Enclose, target: query,
			hook: "func(func() error, string) error",
			err:  "hooks.H is used by Enclose but does not take the body; make a func its last parameter, or use Before"},
		{claim: "a body with another parameter is refused", advice: rule.Enclose, target: query,
			hook: "func(func(int) error) error",
			err:  "hooks.H: parameter 1 of the body it is given is int, which (*pkg.T).F does not have; it has, in order, *pkg.T, context.Context, string, []any"},
		{claim: "a body with an ambiguous parameter is refused", advice: rule.Enclose, target: "func(string, string)",
			hook: "func(func(string))",
			err:  "hooks.H: parameter 1 of the body it is given is string, and pkg.F has 2 of that type, so it is ambiguous which is meant; add .Take(instrument.Param(0)), listing instrument.Param(1) for parameter 1 of the body it is given if that is meant"},
		{claim: "a body with another result is refused", advice: rule.Enclose, target: "func(string)",
			hook: "func(func() error) error",
			err:  "hooks.H: result 1 of the body it is given is error, but pkg.F returns nothing; drop it"},
		{claim: "a body that returns a parameter is refused", advice: rule.Enclose, target: "func(string) error",
			hook: "func(func() string) string",
			err:  "hooks.H: result 1 of the body it is given is string, which pkg.F takes and does not return; make it a parameter there"},
		{claim: "a body that takes a result is refused", advice: rule.Enclose, target: "func(string) error",
			hook: "func(func(error) error) error",
			err:  "hooks.H: parameter 1 of the body it is given is error, which pkg.F returns and does not take; make it a result there"},
		{claim: "a body of a named type is refused", advice: rule.Enclose, target: "func(string) error",
			hook: "func(pkg.Body) error",
			err:  "hooks.H is used by Enclose but takes a pkg.Body last, not a func that is written out; take one, such as func() or func() error, or use Before"},
		{claim: "a body by address is refused", advice: rule.Enclose, target: query,
			hook: "func(func(*string) error) error",
			err:  "hooks.H: parameter 1 of the body it is given is *string, the address of an item, and only values are handed over there; make it string"},
		{claim: "a body that takes a hook.Func is refused", advice: rule.Enclose, target: query,
			hook: "func(func(*hook.Func) error) error",
			err:  "hooks.H: parameter 1 of the body it is given is a *hook.Func, which only the hook itself is given; take it there"},
		{claim: "a body can not be given a type parameter's value", advice: rule.Enclose, target: "func(T) error",
			hook: "func(func(any) error) error",
			err:  "hooks.H: parameter 1 of the body it is given stands for an item of type-parameter type, which can only be read; leave it out"},
		{claim: "the hook returns what the body does", advice: rule.Enclose, target: query,
			hook: "func(func() error)",
			err:  "hooks.H and the body it is given return different types; make them the same"},
		{claim: "the hook returns no more than the body does", advice: rule.Enclose, target: query,
			hook: "func(func() error) (*pkg.Rows, error)",
			err:  "hooks.H and the body it is given return different types; make them the same"},
	})
}
