package instrument_test

// What weaver gives to hooks, as it can be declared: the mistakes, and what the
// package's introduction says of it.

import (
	"database/sql"
	"os"
	"strings"
	"testing"

	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/hook"
)

func hookCaptured(c hook.Captured)                              {}
func hookParams(p hook.Params) error                            { return nil }
func hookEnds(p hook.Params) func(hook.Exit, error, hook.Panic) { return nil }
func hookExitAtEntry(e hook.Exit)                               {}
func hookParamsAtExit() func(hook.Params)                       { return nil }
func hookParamsByAddress(p *hook.Params)                        {}
func hookWrapParams(p hook.Params, f *os.File, err error) (*os.File, error) {
	return f, err
}

func TestMistakesOfCapture(t *testing.T) {
	const syntax = ` is no selector; write the name of the receiver or of a parameter, and fields behind it: "order" or "order.Customer.ID"`
	rename := instrument.BodyOf(os.Rename)
	runMistakes(t, lines(t), []mistakeCase{
		{"a hook that captures", rename.Before(hookCaptured).Capture("oldpath", "newpath"), ""},
		{"a field that is not known yet", instrument.BodyNamed("a.B").Before(hookCaptured).Capture("order.Customer.ID"), ""},
		{"a call in a selector",
			rename.Before(hookCaptured).
				Capture("oldpath", "db.Stats()"), // MARK a call in a selector
			`"db.Stats()"` + syntax},
		{"an empty selector",
			rename.Before(hookCaptured).Capture(""), // MARK an empty selector
			`""` + syntax},
		{"a selector twice",
			rename.Before(hookCaptured).Capture("oldpath", "newpath", "oldpath"), // MARK a selector twice
			`Capture lists "oldpath" twice; list it once`},
		{"no selector",
			rename.Before(hookCaptured).Capture(), // MARK no selector
			`Capture without a selector captures nothing; name a parameter or a field of one, such as "order.ID", or drop it`},
		{"a hook that does not ask",
			rename.Check(hookParams).Capture("oldpath"), // MARK a hook that does not ask
			`instrument_test.hookParams takes no hook.Captured to find "oldpath" in; add that parameter`},
		{"a hook that asks for nothing",
			rename.Before(hookCaptured), // MARK a hook that asks for nothing
			"instrument_test.hookCaptured takes a hook.Captured, and nothing is captured; add .Capture with what it shall have, or drop the parameter"},
		{"a hook by name is not known", rename.Before(instrument.Named("a.B")).Capture("oldpath"), ""},
		{"Capture on a call",
			instrument.CallTo(os.Getpid).Replace(getpid).Capture("a"), // MARK Capture on a call
			"Capture reads the receiver and the parameters of a body, and this rule is on a call; drop it"},
		{"the last Capture counts",
			rename.Before(hookCaptured).Capture("a b").Capture("oldpath"), ""},
	})
}

func getpid() int { return 0 }

func TestMistakesOfGiven(t *testing.T) {
	runMistakes(t, lines(t), []mistakeCase{
		{"an end with parameters", instrument.BodyOf(os.Remove).Around(hookEnds), ""},
		{"an exit at entry",
			instrument.BodyOf(os.Remove).Before(hookExitAtEntry), // MARK an exit at entry
			"instrument_test.hookExitAtEntry: parameter 1 is a hook.Exit, which is not known before the end; use Around and take it in the exit function"},
		{"parameters at exit",
			instrument.BodyWhere(instrument.Name("*")).Around(hookParamsAtExit), // MARK parameters at exit
			"instrument_test.hookParamsAtExit: parameter 1 of its exit function is a hook.Params, which only the hook itself is given; take it there"},
		{"parameters by address",
			instrument.BodyOf(os.Remove).Before(hookParamsByAddress), // MARK parameters by address
			"instrument_test.hookParamsByAddress: parameter 1 is *hook.Params, which nobody is given; make it hook.Params"},
		{"parameters of a call",
			instrument.CallTo(os.Open).Wrap(hookWrapParams), // MARK parameters of a call
			"instrument_test.hookWrapParams: parameter 1 is a hook.Params, which is given only on a body; use BodyOf, BodyNamed or BodyWhere, or drop it"},
	})
}

func docLogParams(f *hook.Func, params hook.Params)                           {}
func docLogCaptured(f *hook.Func, c hook.Captured)                            {}
func docTrace(f *hook.Func) func(hook.Exit, error)                            { return nil }
func docSpan(db *sql.DB) (_ *sql.DB, end func(p hook.Panic, err error) error) { return db, nil }

func TestIntroductionOfValues(t *testing.T) {
	query := instrument.BodyOf((*sql.DB).QueryContext)
	for name, r := range map[string]instrument.Rule{
		"Params":   query.Before(docLogParams),
		"Captured": instrument.BodyNamed("(*example.com/store.Orders).Place").Before(docLogCaptured).Capture("order.ID", "s.cfg.Name"),
		"Exit":     query.Around(docTrace),
		"Panic":    query.Around(docSpan),
	} {
		if got := validate(aspect("a", r)); len(got) > 0 {
			t.Errorf("%s: %s", name, strings.Join(got, "\n"))
		}
	}
}
