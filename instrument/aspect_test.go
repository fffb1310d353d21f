package instrument_test

// Mistakes of an aspect as a whole, and of several at once: which line they are
// reported at, in which order, and that rules made from one join point are
// independent.

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/goweaver/weaver/instrument"
)

func checkMistakes(t *testing.T, aspects []*instrument.Aspect, want ...string) {
	t.Helper()
	if got := validate(aspects...); !slices.Equal(got, want) {
		t.Errorf("mistakes\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

func TestNoMistakes(t *testing.T) {
	good := instrument.BodyOf(http.Get).Before(hookString)
	checkMistakes(t, nil)
	checkMistakes(t, []*instrument.Aspect{aspect("a", good), aspect("b", good, good)})
	for _, name := range []string{"a", "http-client", "a.b", "a_b", "example.com/a", "été", "7"} {
		checkMistakes(t, []*instrument.Aspect{aspect(name, good)})
	}
	for _, s := range []instrument.Scope{
		instrument.MainModules, instrument.Everywhere, "main", "net/http", "example.com/shop",
		"example.com/shop/...", "example.com/shop...", ".../internal/...", ".../orders", "example.com/.../orders", "gopkg.in/yaml.v3",
	} {
		a := aspect("a", good)
		a.Scope = []instrument.Scope{s}
		checkMistakes(t, []*instrument.Aspect{a})
	}
}

func TestMistakesOfAspects(t *testing.T) {
	at := lines(t)
	good := instrument.BodyOf(http.Get).Before(hookString) // MARK first rule
	first := fmt.Sprintf("aspect_test.go:%d: ", at["first rule"])

	for _, name := range []string{"a b", " ", "a\tb", "a\nb", "a:b", "(a)"} {
		checkMistakes(t, []*instrument.Aspect{aspect(name, good)},
			first+fmt.Sprintf("%q: the name %q is not one word; set Name to one of letters, digits, '-', '_', '.' and '/'", name, name))
	}
	checkMistakes(t, []*instrument.Aspect{aspect("", good)},
		first+`(aspect without a name): the name "" is not one word; set Name to one of letters, digits, '-', '_', '.' and '/'`)

	// What is wrong with several at one line in the same way is said once.
	twice := aspect("a", good)
	checkMistakes(t, []*instrument.Aspect{twice, aspect("b", good), twice, aspect("a", good)},
		first+"a: another registered aspect has this name; rename one, or list it once")

	for _, s := range []instrument.Scope{"", "a b", "a\tb", "@x", "@main/...", "./x", "../x", ".", "a/*", "a?", `a\b`, "a\nb", ".internal/..."} {
		a := aspect("a", good)
		a.Scope = []instrument.Scope{instrument.MainModules, s}
		checkMistakes(t, []*instrument.Aspect{a},
			first+fmt.Sprintf("a: the scope %q is no package pattern; write an import path, one with ..., MainModules or Everywhere", s))
	}
}

// An aspect without a rule has no line of its own: it is a literal, and only what
// a constructor makes knows where it was made. The line that lists it stands for it.
func TestMistakesWithoutALine(t *testing.T) {
	good := instrument.BodyOf(http.Get).Before(hookString) // MARK a good rule
	checkMistakes(t, []*instrument.Aspect{aspect("a")},
		listed(t)+"a: there are no rules; add one, or drop the aspect")
	checkMistakes(t, []*instrument.Aspect{{}},
		listed(t)+`(aspect without a name): the name "" is not one word; set Name to one of letters, digits, '-', '_', '.' and '/'`,
		listed(t)+"(aspect without a name): there are no rules; add one, or drop the aspect")
	checkMistakes(t, []*instrument.Aspect{aspect("a", instrument.Rule{}, good)},
		listed(t)+"a: rule 1 has no advice; end it with one, such as .Before(hook)")
	checkMistakes(t, []*instrument.Aspect{aspect("a", good, instrument.Rule{})},
		fmt.Sprintf("aspect_test.go:%d: a: rule 2 has no advice; end it with one, such as .Before(hook)", lines(t)["a good rule"]))

	checkMistakes(t, []*instrument.Aspect{nil, aspect("a", good), nil},
		listed(t)+"aspect 1 is nil; name an aspect, or drop it from the list",
		listed(t)+"aspect 3 is nil; name an aspect, or drop it from the list")
}

// broken declares aspects with mistakes, the one whose declaration stands last in
// the file first, and a rule with several of them.
func broken() (later, earlier *instrument.Aspect, several instrument.Rule) {
	several = instrument.
		BodyOf( // MARK target
			nil).
		Before( // MARK hook
				nil).
		With("", 1).    // MARK key
		With("k", nil). // MARK value
		With("k", "fine")
	earlier = aspect("earlier",
		instrument.BodyOf(http.Get).Before(hookInt), // MARK earlier 1
		instrument.BodyOf(http.Get).Before(hookInt), // MARK earlier 2
	)
	later = aspect("later",
		instrument.BodyOf(http.Get).Check(hookString)) // MARK later
	return later, earlier, several
}

func TestMistakesAreSortedByLine(t *testing.T) {
	at := lines(t)
	later, earlier, several := broken()
	earlier.Rules = append(earlier.Rules, several)
	slices.Reverse(earlier.Rules)
	line := func(mark, aspect, text string) string {
		return fmt.Sprintf("aspect_test.go:%d: %s: %s", at[mark], aspect, text)
	}
	const (
		noInt   = "instrument_test.hookInt: parameter 1 is int, which http.Get does not have; it has, in order, string"
		noValue = `With("k") has nil, which is no constant that woven code can hold; give a string, a boolean or a finite number that fits int64 or float64`
		noError = "instrument_test.hookString is used by Check but does not return an error last; make error its last result, or use Before"
	)
	checkMistakes(t, []*instrument.Aspect{later, earlier},
		line("target", "earlier", "the target is nil; name a function"),
		line("hook", "earlier", "the hook is nil; name a function"),
		line("key", "earlier", "With has an empty key; name the constant"),
		line("value", "earlier", noValue),
		line("earlier 1", "earlier", noInt),
		line("earlier 2", "earlier", noInt),
		line("later", "later", noError))
}

// Each mistake is at the call that made it, and none hides another.
func TestMistakesOfOneRule(t *testing.T) {
	at := lines(t)
	rule := instrument.BodyWhere(
		instrument.Exported(),
		instrument.Name("["), // MARK glob
		instrument.Any(
			instrument.Package("[]"), // MARK first of any
			instrument.Not(
				instrument.ResultIs[struct{ A int }](0)), // MARK second of any
		)).
		Before(hookText). // MARK hook of several
		With("k", 1).     // MARK first constant
		With("l", 1)      // MARK second constant
	line := func(mark, text string) string { return fmt.Sprintf("aspect_test.go:%d: a: %s", at[mark], text) }
	const noFunc = " by With but takes no *hook.Func to find it in; add that parameter"
	checkMistakes(t, []*instrument.Aspect{aspect("a", rule)},
		line("glob", `Name("[") is not a valid glob; see path.Match for its syntax`),
		line("first of any", `Package("[]") is not a valid glob; see path.Match for its syntax`),
		line("second of any", "the type struct { A int } has no name; declare one for it and use that"),
		line("hook of several", "instrument_test.hookText: result 1 is string, which the hook did not take; take the value as a parameter too, or drop the result"),
		line("first constant", `instrument_test.hookText is given "k"`+noFunc),
		line("second constant", `instrument_test.hookText is given "l"`+noFunc))
}

// A constant does not move a mistake of the advice, and Take has those of the binding.
func TestMistakesStayAtTheirCall(t *testing.T) {
	at := lines(t)
	call := instrument.CallTo(http.Get).
		Wrap(hookInt). // MARK wrap
		With("k", 1)   // MARK wrap with
	body := instrument.BodyOf((*store).Move).
		Before(hookInt).
		Take(instrument.Param(1)) // MARK take
	line := func(mark, text string) string { return fmt.Sprintf("aspect_test.go:%d: a: %s", at[mark], text) }
	checkMistakes(t, []*instrument.Aspect{aspect("a", body, call)},
		line("wrap", "instrument_test.hookInt is func(int), but wraps the results of http.Get; make it func(*http.Response, error) (*http.Response, error)"),
		line("wrap with", `instrument_test.hookInt is given "k" by With but takes no *hook.Func to find it in; add that parameter`),
		line("take", "instrument_test.hookInt: parameter 1 is int, but instrument.Param(1) of (*instrument_test.store).Move is string; make the types equal"))
}

// A mistake is one line, whatever the user's values are.
func TestMistakesAreOneLine(t *testing.T) {
	huge := instrument.BodyOf(http.Get).Before(hookFunc).With("a\nb", errors.New(strings.Repeat("x\n", 1000)))
	for _, a := range []*instrument.Aspect{
		aspect("a\nb", instrument.BodyOf(http.Get).Before(hookNothing)), aspect("a", huge),
		aspect("a", instrument.BodyOf("a\nb").Before(hookNothing)),
		aspect("a", instrument.BodyNamed("a\nb.C").Before(hookNothing)),
		aspect("a", instrument.BodyWhere(instrument.Name("\n[")).Before(hookNothing)),
	} {
		if got := validate(a); len(got) != 1 || len(got[0]) > 300 {
			t.Errorf("got %q, want one line of a reader's length", got)
		}
	}
}

// around declares a rule for an aspect's author: the mistake is in the helper's
// line, the deepest one that is not weaver's.
func around(target any) instrument.Rule {
	return instrument.BodyOf(target).Around(hookString) // MARK helper
}

func TestMistakesOfAHelper(t *testing.T) {
	checkMistakes(t, []*instrument.Aspect{aspect("a", around(http.Get))},
		fmt.Sprintf("aspect_test.go:%d: a: instrument_test.hookString is used by Around but does not return an exit function; return a func last, or use Before", lines(t)["helper"]))
}

// Join points and rules are values: what is made from one leaves it as it was.
func TestRulesAreIndependent(t *testing.T) {
	body := instrument.BodyOf(http.Get)
	good := body.Before(hookFunc)
	bad := body.Before(nil)
	worse := body.Check(hookString)
	a, b := good.With("k", 1), good.With("", 2)
	c, d := b.With("k", nil), b.With("", 3)
	move := instrument.BodyOf((*store).Move).Before(hookString)
	taken := move.Take(instrument.Param(0))
	for _, tt := range []struct {
		name     string
		rule     instrument.Rule
		mistakes int
	}{
		{"good", good, 0}, {"bad", bad, 1}, {"worse", worse, 1},
		{"a", a, 0}, {"b", b, 1}, {"c", c, 2}, {"d", d, 2},
		{"move", move, 1}, {"taken", taken, 0},
	} {
		if got := validate(aspect("a", tt.rule)); len(got) != tt.mistakes {
			t.Errorf("%s has %d mistakes, want %d:\n%s", tt.name, len(got), tt.mistakes, strings.Join(got, "\n"))
		}
	}
}

// Three of a kind leave room in a slice, which two rules made from one must not share.
func TestBranchesAreIndependent(t *testing.T) {
	good := instrument.BodyOf(http.Get).Before(hookFunc).With("1", 1).With("2", 2).With("3", 3)
	left, right := good.With("left", 4), good.With("right", 4)
	for want, r := range map[string]instrument.Rule{"left": left, "right": right} {
		if o := describeRule(t, r).Options; len(o) != 4 || o[3].Key != want {
			t.Errorf("the %s rule has the constants %v", want, o)
		}
	}
	bad := instrument.BodyOf(nil).Before(nil).With("", 3)
	left, right = bad.With("left", nil), bad.With("right", nil)
	for want, r := range map[string]instrument.Rule{"left": left, "right": right} {
		if got := validate(aspect("a", r)); len(got) != 4 || !strings.Contains(strings.Join(got, "\n"), fmt.Sprintf("With(%q) has nil", want)) {
			t.Errorf("the %s rule has the mistakes\n%s", want, strings.Join(got, "\n"))
		}
	}
}
