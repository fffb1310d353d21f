package instrument_test

// The join points of uses: calls of instances and through interfaces, and references.

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/hook"
	"github.com/goweaver/weaver/internal/rule"
)

func writeTo(w io.Writer, p []byte) (int, error)                                         { return w.Write(p) }
func wroteTo(n int, err error) (int, error)                                              { return n, err }
func wroteAny(v any, err error) error                                                    { return err }
func sortInts(s []int)                                                                   {}
func maxInt(n int) int                                                                   { return n }
func maxText(s string) string                                                            { return s }
func seeAny(v any)                                                                       {}
func seeTwo(v, w any)                                                                    {}
func moreInts() []int                                                                    { return nil }
func clock(now func() time.Time) func() time.Time                                        { return now }
func clockAt(f *hook.Func, now func() time.Time) func() time.Time                        { return now }
func sorter(f func([]int)) func([]int)                                                   { return f }
func writer(f func(io.Writer, []byte) (int, error)) func(io.Writer, []byte) (int, error) { return f }
func noFunc(s string) string                                                             { return s }
func otherFunc(f func()) func(int)                                                       { return nil }
func newError(s string) error                                                            { return nil }
func funcToFunc(f func()) func()                                                         { return f }

func TestMistakesOfInstances(t *testing.T) {
	runMistakes(t, lines(t), []mistakeCase{
		{"a generic function replaced at one instance", instrument.CallTo(slices.Sort[[]int]).Replace(sortInts), ""},
		{"a generic function wrapped at one instance", instrument.CallTo(slices.Max[[]int]).Wrap(maxInt), ""},
		{"a generic function wrapped at another instance", instrument.CallTo(slices.Max[[]int]).Wrap(maxText), ""},
		{"a generic function wrapped at all instances", instrument.CallTo(slices.Max[[]int]).Wrap(seeAny), ""},
		{"a named generic function wrapped at all instances", instrument.CallNamed("example.com/a.Load").Wrap(wroteAny), ""},
		{"a method of a generic type wrapped", instrument.CallTo((*box[int]).Value).Wrap(maxInt), ""},
		{"a variadic generic function", instrument.CallTo(slices.Concat[[]int]).Append(moreInts), ""},
		{"a wrapper of more results than a generic function has",
			instrument.CallTo(slices.Max[[]int]).Wrap(seeTwo), // MARK a wrapper of more results than a generic function has
			"instrument_test.seeTwo is func(any, any) and wraps 2 results, where slices.Max has 1; make it take and return them, or take those of type-parameter type as any and return the others"},
		{"a wrapper of a generic function without results",
			instrument.CallTo(slices.Sort[[]int]).Wrap(seeAny), // MARK a wrapper of a generic function without results
			"slices.Sort returns nothing that instrument_test.seeAny could wrap; use Replace, or choose another target"},
		{"an appender to a generic function that is not variadic",
			instrument.CallTo(slices.Max[[]int]).Append(moreInts), // MARK an appender to a generic function that is not variadic
			"slices.Max is not variadic, so nothing can be appended to its arguments; use Replace or Wrap"},
		{"a wrapper that drops what is not any",
			instrument.CallNamed("example.com/a.F").Wrap(hookString), // MARK a wrapper that drops what is not any
			"instrument_test.hookString is func(string), but returns what it is given in the place of the results; make it func(string) string"},
	})
}

func TestMistakesOfInterfaces(t *testing.T) {
	runMistakes(t, lines(t), []mistakeCase{
		{"calls through an interface are replaced", instrument.CallTo(io.Writer.Write).Replace(writeTo), ""},
		{"calls through an interface are wrapped", instrument.CallTo(io.Writer.Write).Wrap(wroteTo), ""},
		{"calls through an interface that embeds another", instrument.CallTo(io.ReadWriter.Write).Wrap(wroteTo), ""},
		{"calls through an interface by name", instrument.CallNamed("(io.Writer).Write").Wrap(wroteTo), ""},
		{"calls through error", instrument.CallTo(error.Error).Wrap(maxText), ""},
		{"calls through error by name", instrument.CallNamed("(error).Error").Wrap(maxText), ""},
		{"the body of a method of error by name",
			instrument.BodyNamed("(error).Error").Before(hookNothing), // MARK the body of a method of error by name
			"(error).Error is a method of an interface, which has no body; name the method of a type, or use CallTo for the calls through the interface"},
		{"a wrapper that does not fit an interface's method",
			instrument.CallTo(io.Writer.Write).Wrap(maxInt), // MARK a wrapper that does not fit an interface's method
			"instrument_test.maxInt is func(int) int, but wraps the results of (io.Writer).Write; make it func(int, error) (int, error)"},
	})
}

func TestMistakesOfReferences(t *testing.T) {
	const notAFunc = ", but is given a function and returns what takes its place; make it take one func type and return the same"
	var none func() time.Time
	runMistakes(t, lines(t), []mistakeCase{
		{"a replaced reference", instrument.RefTo(time.Now).Replace(now), ""},
		{"a wrapped reference", instrument.RefTo(time.Now).Wrap(clock), ""},
		{"a wrapped reference by name", instrument.RefNamed("time.Now").Wrap(clockAt).With("zone", "UTC"), ""},
		{"a reference to an instance", instrument.RefTo(slices.Sort[[]int]).Wrap(sorter), ""},
		{"a reference to an interface's method", instrument.RefTo(io.Writer.Write).Wrap(writer), ""},
		{"a reference that is wrapped by name", instrument.RefNamed("time.Now").Wrap(instrument.Named("example.com/h.Clock")), ""},
		{"a reference to a method value",
			instrument.RefTo(http.DefaultClient.CloseIdleConnections).Replace(hookNothing), // MARK a reference to a method value
			"the target is a method value, bound to one receiver; write the method expression (*http.Client).CloseIdleConnections"},
		{"a reference to nil",
			instrument.RefTo(none).Replace(now), // MARK a reference to nil
			"the target is nil; name a function"},
		{"a reference to something else",
			instrument.RefTo[any](1).Replace(hookNothing), // MARK a reference to something else
			"the target is of type int, not a function; name a function"},
		{"a wrapper of no function",
			instrument.RefNamed("a.F").Wrap(noFunc), // MARK a wrapper of no function
			"instrument_test.noFunc is func(string) string" + notAFunc},
		{"a wrapper that returns another function",
			instrument.RefNamed("a.F").Wrap(otherFunc), // MARK a wrapper that returns another function
			"instrument_test.otherFunc is func(func()) func(int)" + notAFunc},
		{"a wrapper of a reference without parameters",
			instrument.RefNamed("a.F").Wrap(hookNothing), // MARK a wrapper of a reference without parameters
			"instrument_test.hookNothing is func()" + notAFunc},
		{"Take on a reference",
			instrument.RefTo(time.Now).Replace(now).Take(instrument.Param(0)), // MARK Take on a reference
			"Take binds to the items of a body, and this rule is on a reference; drop it"},
		{"a constant that no hook of a reference finds",
			instrument.RefTo(time.Now).Wrap(clock).With("zone", "UTC"), // MARK a constant that no hook of a reference finds
			`instrument_test.clock is given "zone" by With but takes no *hook.Func to find it in; add that parameter`},
	})
}

func TestZeroReferences(t *testing.T) {
	var ref instrument.Ref[func()]
	var named instrument.NamedRef
	for _, r := range []instrument.Rule{ref.Wrap(funcToFunc), named.Wrap(funcToFunc)} {
		if got := strings.Join(validate(aspect("a", r)), "\n"); !strings.HasSuffix(got, "the join point is zero; make it with a function such as CallTo, RefTo, FieldOf or VarNamed") {
			t.Error(got)
		}
	}
}

// What a use is about goes into the plan.
func TestUsesDescribed(t *testing.T) {
	for _, tt := range []struct {
		rule   instrument.Rule
		point  rule.Kind
		target string
		sig    rule.Type // empty where it is not known
	}{
		{instrument.CallTo(slices.Sort[[]int]).Replace(sortInts), rule.Call, "slices.Sort", ""},
		{instrument.CallTo(io.Writer.Write).Wrap(wroteTo), rule.Call, "(io.Writer).Write", "func(io.Writer, []uint8) (int, error)"},
		{instrument.CallTo(error.Error).Wrap(maxText), rule.Call, "(error).Error", "func(error) string"},
		{instrument.RefTo(io.Writer.Write).Wrap(writer), rule.Reference, "(io.Writer).Write", "func(io.Writer, []uint8) (int, error)"},
		{instrument.RefTo(errors.New).Replace(newError), rule.Reference, "errors.New", "func(string) error"},
		{instrument.RefNamed("time.Now").Wrap(clockAt), rule.Reference, "time.Now", ""},
	} {
		got := describeRule(t, tt.rule)
		sig := rule.Type("")
		if got.Sig != nil {
			sig = got.Sig.Type()
		}
		if got.Point != tt.point || got.Target.String() != tt.target || sig != tt.sig || !slices.Equal(got.Scope, []string{rule.MainModules}) {
			t.Errorf("%s %s %s in %v, want %s %s %s", got.Point, got.Target, sig, got.Scope, tt.point, tt.target, tt.sig)
		}
	}
}
