package instrument_test

// Every mistake that a declaration can have, each with the line that made it and
// the text that tells the user what to do.

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goweaver/weaver/instrument"
)

// A mistakeCase is a rule with one mistake, made at the line marked with its claim,
// or with none where err is empty.
type mistakeCase struct {
	claim string
	rule  instrument.Rule
	err   string // whole, after "file:line: aspect: "
}

func runMistakes(t *testing.T, at map[string]int, cases []mistakeCase) {
	t.Helper()
	_, path, _, _ := runtime.Caller(1)
	file := filepath.Base(path)
	for _, tt := range cases {
		t.Run(tt.claim, func(t *testing.T) {
			var want []string
			if tt.err != "" {
				if at[tt.claim] == 0 {
					t.Fatalf("no line is marked with the claim")
				}
				want = []string{fmt.Sprintf("%s:%d: spans: %s", file, at[tt.claim], tt.err)}
			}
			if got := validate(aspect("spans", tt.rule)); !slices.Equal(got, want) {
				t.Errorf("mistakes\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
			}
		})
	}
}

func TestMistakesOfBinding(t *testing.T) {
	runMistakes(t, lines(t), []mistakeCase{
		{"a fitting hook",
			instrument.BodyOf((*store).Get).Around(hookAround), ""},
		{"a wrong parameter",
			instrument.BodyOf(http.Get).Before(hookInt), // MARK a wrong parameter
			"instrument_test.hookInt: parameter 1 is int, which http.Get does not have; it has, in order, string"},
		{"an ambiguous parameter",
			instrument.BodyOf((*store).Move).Before(hookString), // MARK an ambiguous parameter
			"instrument_test.hookString: parameter 1 is string, and (*instrument_test.store).Move has 2 of that type, so it is ambiguous which is meant; add .Take(instrument.Param(0)), listing instrument.Param(1) for parameter 1 if that is meant"},
		{"Take repairs an ambiguous parameter",
			instrument.BodyOf((*store).Move).Before(hookString).Take(instrument.Param(-1)), ""},
		{"Take repairs after With",
			instrument.BodyOf((*store).Move).Around(hookEither).With("op", "get").Take(instrument.Param(0)), ""},
		{"the last Take counts",
			instrument.BodyOf((*store).Move).Before(hookString).Take(instrument.Recv).Take(instrument.Param(1)), ""},
		{"a wrong Take is at its own line",
			instrument.BodyOf((*store).Move).
				Before(hookString).
				Take(instrument.Recv), // MARK a wrong Take is at its own line
			"instrument_test.hookString: parameter 1 is string, but instrument.Recv of (*instrument_test.store).Move is *instrument_test.store; make the types equal"},
		{"Take on a call",
			instrument.CallTo(time.Now).Replace(now).Take(instrument.Param(0)), // MARK Take on a call
			"Take binds to the items of a body, and this rule is on a call; drop it"},
	})
}

func TestMistakesOfAdvices(t *testing.T) {
	runMistakes(t, lines(t), []mistakeCase{
		{"Around without an exit function",
			instrument.BodyOf((*store).Get).Around(hookContext), // MARK Around without an exit function
			"instrument_test.hookContext is used by Around but returns a context.Context last, not a func that is written out; return one, such as func() or func(err error), or use Before"},
		{"an exit function with a wrong parameter",
			instrument.BodyOf((*store).Get).Around(hookExitInt), // MARK an exit function with a wrong parameter
			"instrument_test.hookExitInt: parameter 1 of its exit function is int, which (*instrument_test.store).Get does not return; it returns, in order, string, error"},
		{"an exit function with an ambiguous parameter",
			instrument.BodyOf(pair).Around(hookExitInt), // MARK an exit function with an ambiguous parameter
			"instrument_test.hookExitInt: parameter 1 of its exit function is int, and instrument_test.pair has 2 of that type, so it is ambiguous which is meant; add .Take(instrument.Result(0)), listing instrument.Result(1) for parameter 1 of its exit function if that is meant"},
		{"Take repairs an exit function",
			instrument.BodyOf(pair).Around(hookExitInt).Take(instrument.Result(-1)), ""},
		{"an exit function that replaces results",
			instrument.BodyOf((*store).Get).Around(hookExit), ""},
		{"Check without an error",
			instrument.BodyOf((*store).Move).Check(hookStrings), // MARK Check without an error
			"instrument_test.hookStrings is used by Check but does not return an error last; make error its last result, or use Before"},
		{"Check of a target without an error",
			instrument.BodyOf(noResult).Check(hookCheck), // MARK Check of a target without an error
			"instrument_test.noResult has no error as its last result, so Check could not end it with one; use Before, or a target that returns an error"},
		{"Enclose with a body",
			instrument.BodyOf((*store).Get).Enclose(hookEnclose), ""},
		{"Enclose without a body",
			instrument.BodyOf(http.Get).Enclose(hookString), // MARK Enclose without a body
			"instrument_test.hookString is used by Enclose but does not take the body; make a func its last parameter, or use Before"},
		{"a result that was not taken",
			instrument.BodyOf((*store).Len).Before(hookText), // MARK a result that was not taken
			"instrument_test.hookText: result 1 is string, which the hook did not take; take the value as a parameter too, or drop the result"},
	})
}

func TestMistakesOfHooks(t *testing.T) {
	var missing func(string)
	runMistakes(t, lines(t), []mistakeCase{
		{"a nil hook",
			instrument.BodyOf(http.Get).Before(nil), // MARK a nil hook
			"the hook is nil; name a function"},
		{"a nil func hook",
			instrument.BodyOf(http.Get).Before(missing), // MARK a nil func hook
			"the hook is nil; name a function"},
		{"a hook that is no function",
			instrument.BodyOf(http.Get).Before("hooks.Get"), // MARK a hook that is no function
			"the hook is of type string, not a function; use instrument.Named for a function's name"},
		{"a function literal as hook",
			instrument.BodyOf(http.Get).Before(func(string) {}), // MARK a function literal as hook
			"the function literal github.com/goweaver/weaver/instrument_test.TestMistakesOfHooks.func1 has no name that woven code could call; declare a package-level function"},
		{"a method as hook",
			instrument.BodyOf((*store).Len).Before((*store).Len), // MARK a method as hook
			"(*instrument_test.store).Len is a method, and a hook is a package-level function; declare one that calls it"},
		{"a method value as hook",
			instrument.BodyOf(http.Get).Before(http.DefaultServeMux.Handle), // MARK a method value as hook
			"(*http.ServeMux).Handle is a method, and a hook is a package-level function; declare one that calls it"},
		{"an interface's method as hook",
			instrument.BodyOf(http.Get).Before(getter.Get), // MARK an interface's method as hook
			"(instrument_test.getter).Get is a method, and a hook is a package-level function; declare one that calls it"},
		{"a generic hook",
			instrument.BodyOf(http.Get).Before(hookGeneric[string]), // MARK a generic hook
			"instrument_test.hookGeneric is generic; a hook is one function, so write it for the type that it needs, or with any"},
		{"a variadic hook",
			instrument.BodyOf(options).Before(hookVariadic), // MARK a variadic hook
			"instrument_test.hookVariadic is variadic; take the values as a slice"},
		{"a variadic replacement",
			instrument.CallTo(options).Replace(options), ""},
		{"an unnamed type in a hook",
			instrument.BodyOf(http.Get).Before(hookUnnamed), // MARK an unnamed type in a hook
			"instrument_test.hookUnnamed: parameter 1 needs the type struct { Depth int }, which has no name; declare one for it and use that"},
		{"a hook by name",
			instrument.BodyOf(http.Get).Before(instrument.Named("example.com/hooks.Get")), ""},
		{"a hook by a bad name",
			instrument.BodyOf(http.Get).Before(instrument.Named("hooks/Get")), // MARK a hook by a bad name
			`"hooks/Get" does not name a function; write "import/path.Func", "(import/path.T).Method" or "(*import/path.T).Method"`},
		{"a hook by name in main",
			instrument.BodyOf(http.Get).Before(instrument.Named("main.Hook")), // MARK a hook by name in main
			"main.Hook is in package main, which woven code can not import; move it to a package of its own"},
		{"a method by name as hook",
			instrument.BodyOf(http.Get).Before(instrument.Named("(*example.com/hooks.T).Get")), // MARK a method by name as hook
			"(*hooks.T).Get is a method, and a hook is a package-level function; declare one that calls it"},
	})
}

func TestMistakesOfTargets(t *testing.T) {
	var missing func(string)
	runMistakes(t, lines(t), []mistakeCase{
		{"a nil target",
			instrument.BodyOf(nil).Before(hookNothing), // MARK a nil target
			"the target is nil; name a function"},
		{"a nil func target",
			instrument.CallTo(missing).Replace(hookString), // MARK a nil func target
			"the target is nil; name a function"},
		{"a target that is no function",
			instrument.BodyOf(http.StatusOK).Before(hookNothing), // MARK a target that is no function
			"the target is of type int, not a function; name a function"},
		{"a call of what is no function",
			instrument.CallTo("time.Now").Wrap(hookStringOf), // MARK a call of what is no function
			"the target is of type string, not a function; use instrument.CallNamed for a function's name"},
		{"a method value",
			instrument.BodyOf(http.DefaultServeMux.Handle).Before(hookString), // MARK a method value
			"the target is a method value, bound to one receiver; write the method expression (*http.ServeMux).Handle"},
		{"a method value of a value",
			instrument.CallTo(time.Time{}.Unix).Wrap(hookStringOf), // MARK a method value of a value
			"the target is a method value, bound to one receiver; write the method expression (time.Time).Unix"},
		{"a function literal",
			instrument.BodyOf(func(s string) {}).Before(hookString), // MARK a function literal
			"the function literal github.com/goweaver/weaver/instrument_test.TestMistakesOfTargets.func1 has no name to find it by; declare a package-level function"},
		{"a generic target",
			instrument.BodyOf(identity[string]).Before(hookAny), ""},
		{"a method of an interface",
			instrument.BodyOf(getter.Get).Before(hookString), // MARK a method of an interface
			"(instrument_test.getter).Get is a method of an interface, which has no body; name the method of a type, or use CallTo for the calls through the interface"},
		{"a method of error",
			instrument.BodyOf(error.Error).Before(hookNothing), // MARK a method of error
			"(error).Error is a method of an interface, which has no body; name the method of a type, or use CallTo for the calls through the interface"},
		{"a method value of a generic type",
			instrument.BodyOf(new(box[int]).Value).Before(hookNothing), // MARK a method value of a generic type
			"the target is a method value, bound to one receiver; write the method expression (*instrument_test.box[…]).Value"},
		{"a hook's name as target",
			instrument.BodyOf(instrument.Named("a.B")).Before(hookNothing), // MARK a hook's name as target
			"the target is of type instrument.NamedFunc, not a function; use instrument.BodyNamed for a function's name"},
		{"a parameter that is an interface",
			instrument.BodyOf(unnamedLast).Before(hookNothing), ""},
		{"an unnamed type in a target",
			instrument.BodyOf(unnamed).Before(hookNothing), // MARK an unnamed type in a target
			"instrument_test.unnamed: parameter 1 needs the type struct { Depth int }, which has no name; name the function by instrument.BodyNamed, or declare a type for it"},
	})
}

func TestMistakesOfNames(t *testing.T) {
	const rest = ` does not name a function; write "import/path.Func", "(import/path.T).Method" or "(*import/path.T).Method"`
	runMistakes(t, lines(t), []mistakeCase{
		{"a target by name",
			instrument.BodyNamed("(*example.com/orders.Store).Put").Check(hookCheck), ""},
		{"the spelling of package runtime",
			instrument.BodyNamed("example.com/orders.(*Store).Put").Check(hookCheck), // MARK the spelling of package runtime
			`"example.com/orders.(*Store).Put"` + rest},
		{"a name without a package",
			instrument.BodyNamed("Put").Check(hookCheck), // MARK a name without a package
			`"Put"` + rest},
		{"a method without parentheses",
			instrument.BodyNamed("example.com/orders.Store.Put").Check(hookCheck), // MARK a method without parentheses
			`"example.com/orders.Store.Put" does not name a function; write a method as "(example.com/orders.Store).Put" or "(*example.com/orders.Store).Put"`},
		{"an empty name",
			instrument.BodyNamed("").Check(hookCheck), // MARK an empty name
			`""` + rest},
		{"a call by a bad name",
			instrument.CallNamed("time.Now()").Replace(hookText), // MARK a call by a bad name
			`"time.Now()"` + rest},
	})
}

func TestMistakesOfCalls(t *testing.T) {
	runMistakes(t, lines(t), []mistakeCase{
		{"a replacement", instrument.CallTo(time.Now).Replace(now), ""},
		{"a replacement of a call by name",
			instrument.CallNamed("time.Now").Replace(now), ""},
		{"a wrapper of a call by name",
			instrument.CallNamed("time.Now").Wrap(nil), // MARK a wrapper of a call by name
			"the hook is nil; name a function"},
		{"an appended value to a call by name",
			instrument.CallNamed("fmt.Println").Append(nil), // MARK an appended value to a call by name
			"the hook is nil; name a function"},
		{"a wrapper of another type",
			instrument.CallTo(time.Now).Wrap(hookStringOf), // MARK a wrapper of another type
			"instrument_test.hookStringOf is func(string) string, but wraps the results of time.Now; make it func(time.Time) time.Time"},
		{"a wrapper", instrument.CallTo(options).Wrap(hookStringOf), ""},
		{"a wrapper of nothing",
			instrument.CallTo(noResult).Wrap(hookStringOf), // MARK a wrapper of nothing
			"instrument_test.noResult returns nothing that instrument_test.hookStringOf could wrap; use Replace, or choose another target"},
		{"an appended value", instrument.CallTo(options).Append(hookText), ""},
		{"an appended value of another type",
			instrument.CallTo(options).Append(pair), // MARK an appended value of another type
			"instrument_test.pair is func() (int, int), but appends to the ...string of instrument_test.options; make it func() string or func() []string"},
		{"nothing to append to",
			instrument.CallTo(time.Now).Append(hookText), // MARK nothing to append to
			"time.Now is not variadic, so nothing can be appended to its arguments; use Replace or Wrap"},
		{"a method has its receiver first",
			instrument.CallTo((*store).Len).Replace(hookLen), ""},
	})
}

func TestMistakesOfOptions(t *testing.T) {
	const rest = ", which is no constant that woven code can hold; give a string, a boolean or a finite number that fits int64 or float64"
	with := instrument.BodyOf(http.Get).Before(hookFunc).With
	runMistakes(t, lines(t), []mistakeCase{
		{"constants of every kind",
			with("s", "x").With("b", true).With("i", int8(-1)).With("u", uint16(1)).With("f", float32(1)).With("d", time.Second), ""},
		{"the largest integers",
			with("min", int64(math.MinInt64)).With("max", uint64(math.MaxInt64)), ""},
		{"no hook.Func to find it in",
			instrument.BodyOf(http.Get).Before(hookString).With("op", "get"), // MARK no hook.Func to find it in
			`instrument_test.hookString is given "op" by With but takes no *hook.Func to find it in; add that parameter`},
		{"no hook.Func in a replacement",
			instrument.CallTo(time.Now).Replace(now).With("op", "now"), // MARK no hook.Func in a replacement
			`instrument_test.now stands for the function that is called and so has no *hook.Func to find "op" in; drop the With`},
		{"an empty key", with("", 1), // MARK an empty key
			"With has an empty key; name the constant"},
		{"not a number", with("k", math.NaN()), // MARK not a number
			`With("k") has the number NaN` + rest},
		{"an infinite number", with("k", math.Inf(-1)), // MARK an infinite number
			`With("k") has the number -Inf` + rest},
		{"a number too large", with("k", uint64(1<<63)), // MARK a number too large
			`With("k") has the number 9223372036854775808` + rest},
		{"a struct", with("k", struct{ A int }{1}), // MARK a struct
			`With("k") has a value of type struct { A int }` + rest},
		{"nil", with("k", nil), // MARK nil
			`With("k") has nil` + rest},
		{"an error", with("k", errors.New("x")), // MARK an error
			`With("k") has a value of type *errors.errorString` + rest},
		{"a slice", with("k", []string{"x"}), // MARK a slice
			`With("k") has a value of type []string` + rest},
	})
}

func TestMistakesOfPredicates(t *testing.T) {
	runMistakes(t, lines(t), []mistakeCase{
		{"predicates of every kind",
			instrument.BodyWhere(instrument.Name("*"), instrument.Package("example.com/*"), instrument.Exported(),
				instrument.Not(instrument.Any(instrument.ParamIs[error](0), instrument.ResultIs[int](-1)))).Before(hookNothing), ""},
		{"no predicate",
			instrument.BodyWhere().Before(hookNothing), // MARK no predicate
			`BodyWhere without a predicate is every function there is; say which, for instance instrument.Name("*")`},
		{"a parameter of an unnamed type",
			instrument.BodyWhere(instrument.ParamIs[struct{ A int }](0)).Before(hookNothing), // MARK a parameter of an unnamed type
			"the type struct { A int } has no name; declare one for it and use that"},
		{"a result of an unnamed type",
			instrument.BodyWhere(instrument.Not(instrument.ResultIs[interface{ A() }](0))).Before(hookNothing), // MARK a result of an unnamed type
			"the type interface{ A() } has no name; declare one for it and use that"},
	})
	for _, bad := range []string{"[", "[]", "a[", "[a", "[-]", `\`, `a\`, "x[a-]"} {
		rules := []instrument.Rule{
			instrument.BodyWhere(instrument.Name(bad)).Before(hookNothing),
			instrument.BodyWhere(instrument.Package(bad)).Before(hookNothing),
			instrument.BodyWhere(instrument.Not(instrument.Name(bad))).Before(hookNothing),
			instrument.BodyWhere(instrument.Any(instrument.Exported(), instrument.Name(bad))).Before(hookNothing),
		}
		for i, r := range rules {
			written := "Name"
			if i == 1 {
				written = "Package"
			}
			got := validate(aspect("spans", r))
			want := fmt.Sprintf("%s(%q) is not a valid glob; see path.Match for its syntax", written, bad)
			if len(got) != 1 || !strings.HasSuffix(got[0], want) {
				t.Errorf("rule %d with the glob %q: got %q, want one line that ends in %q", i, bad, got, want)
			}
		}
	}
}
