package instrument_test

// Predicates: what is wrong with them is said where they are declared, and what is right
// is plain data, for patterns and for Where alike.

import (
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/internal/rule"
)

type sealed interface {
	Open(name string) (io.Reader, error)
	seal()
}

type namelessMethod interface{ M(v struct{ A int }) }

func hookServe(h http.Handler) http.Handler { return h }
func hookServer(s *http.Server)             {}

func TestMistakesOfWhere(t *testing.T) {
	const none = "Where without a predicate sets no condition; list one, or drop it"
	runMistakes(t, lines(t), []mistakeCase{
		{"Where of a body", instrument.BodyOf(http.Get).Where(instrument.Exported()).Before(hookNothing), ""},
		{"Where of a pattern", instrument.BodyWhere(instrument.Exported()).Where(instrument.Name("A")).Before(hookNothing), ""},
		{"Where of a call", instrument.CallTo(time.Now).Where(instrument.Name("A")).Replace(now), ""},
		{"Where of a named call", instrument.CallNamed("time.Now").Where(instrument.Name("A")).Replace(now), ""},
		{"Where of all the others", instrument.FieldOf[http.Server, http.Handler]("Handler").Where(instrument.Name("A")).Wrap(hookServe), ""},
		{"Where of a reference", instrument.RefTo(time.Now).Where(instrument.Name("A")).Replace(now), ""},
		{"Where of a named reference", instrument.RefNamed("time.Now").Where(instrument.Name("A")).Replace(now), ""},
		{"Where of a named field", instrument.FieldNamed("net/http.Server", "Handler").Where(instrument.Name("A")).Wrap(hookServe), ""},
		{"Where of a literal", instrument.LiteralOf[http.Server]().Where(instrument.Name("A")).Amend(hookServer), ""},
		{"Where of a named literal", instrument.LiteralNamed("net/http.Server").Where(instrument.Name("A")).Amend(hookServer), ""},
		{"Where of a struct", instrument.StructOf[http.Server]().Where(instrument.Generated()).Add(instrument.NewField[int]("n")), ""},
		{"Where of a variable", instrument.VarNamed("main.version").Where(instrument.Package("a/*")).Set("1"), ""},
		{"Where of a package", instrument.PackageNamed("main").Where(instrument.TestMain()).Import("a/b"), ""},
		{"a package's Where of nothing", instrument.PackageNamed("main").Where().Import("a/b"), none},    // MARK a package's Where of nothing
		{"Where of nothing", instrument.BodyOf(http.Get).Where().Before(hookNothing), none},              // MARK Where of nothing
		{"a call's Where of nothing", instrument.CallTo(time.Now).Where().Replace(now), none},            // MARK a call's Where of nothing
		{"a named call's Where of nothing", instrument.CallNamed("time.Now").Where().Replace(now), none}, // MARK a named call's Where of nothing
		{"a pattern of Where alone", instrument.BodyWhere().Where(instrument.Exported()).Before(hookNothing), ""},
		{"a zero Body with a Where", instrument.Body{}.Where(instrument.Exported()).Before(hookNothing), // MARK a zero Body with a Where
			"the join point is a Body that is zero; make it with BodyOf, BodyNamed or BodyWhere"},
		{"a bad predicate in Where", instrument.BodyOf(http.Get).
			Where(instrument.Name("[")).Before(hookNothing), // MARK a bad predicate in Where
			`Name("[") is not a valid glob; see path.Match for its syntax`},
	})
}

func TestMistakesOfTypePredicates(t *testing.T) {
	type local struct{}
	const text = ` is no type; write it as in Go, but with the full import path before each name, such as "*net/http.Request" or "[]string"`
	const item = ", which is no item of a function; write instrument.Recv, instrument.Param(i) or instrument.Result(i)"
	where := func(p instrument.Predicate) instrument.Rule { return instrument.BodyWhere(p).Before(hookNothing) }
	runMistakes(t, lines(t), []mistakeCase{
		{"types of every kind", instrument.BodyWhere(instrument.ReceiverIs[*http.Server](), instrument.TypeIs(instrument.Recv, "a.T"),
			instrument.TypeIs(instrument.Param(-1), "any"), instrument.Implements[error](instrument.Result(-1)),
			instrument.Implements[sealed](instrument.Recv)).Before(hookNothing), ""},
		{"a receiver without a name", where(instrument.ReceiverIs[struct{ A int }]()), // MARK a receiver without a name
			"the type struct { A int } has no name; declare one for it and use that"},
		{"a local receiver", where(instrument.ReceiverIs[local]()), // MARK a local receiver
			"the type instrument_test.local has one in it that is declared in a function, and that no other function can name; use one declared in a package"},
		{"a type that is none", where(instrument.TypeIs(instrument.Param(0), "http/Request")), `"http/Request"` + text}, // MARK a type that is none
		{"a type of no item", where(instrument.TypeIs(0, "string")), "TypeIs is about 0" + item},                        // MARK a type of no item
		{"an interface of no item", where(instrument.Implements[error](1)), "Implements is about 1" + item},             // MARK an interface of no item
		{"no interface", where(instrument.Implements[http.Server](instrument.Recv)), // MARK no interface
			"Implements[http.Server] is about a type that is no interface; name one, or use TypeIs"},
		{"an empty interface", where(instrument.Implements[any](instrument.Recv)), // MARK an empty interface
			"Implements of an interface without methods holds for every type; drop it"},
		{"a nameless type in an interface", where(instrument.Implements[namelessMethod](instrument.Recv)), // MARK a nameless type in an interface
			"Implements[instrument_test.namelessMethod]: the method M needs the type struct { A int }, which has no name; declare one for it and use that"},
		{"All of nothing", where(instrument.Not(instrument.All())), // MARK All of nothing
			"All without a predicate holds for every function; list one, or drop it"},
		{"an empty glob of a receiver", where(instrument.Receiver("")), // MARK an empty glob of a receiver
			`Receiver("") fits nothing; give it a glob, such as *Order* in which * is any string`},
		{"a bad glob of a receiver", where(instrument.Receiver("[")), // MARK a bad glob of a receiver
			`Receiver("[") is not a valid glob; see path.Match for its syntax`},
	})
}

func TestMistakesOfDirectives(t *testing.T) {
	good := []instrument.Predicate{
		instrument.HasDirective("span"), instrument.HasDirective("dd:span"), instrument.HasDirective("go:noinline"),
		instrument.HasDirective("a-b_C.9", "op", "Kind", "x-y"),
	}
	if got := validate(aspect("a", instrument.BodyWhere(good...).Before(hookNothing))); len(got) > 0 {
		t.Errorf("got %q", got)
	}
	const rest = ` can be the name of no directive; write "span" for //weaver:span, or "tool:span" for //tool:span, in letters, digits, '-', '_' and '.', the first one in lower case`
	for _, tt := range []struct {
		name string
		keys []string
		want string
	}{
		{"", nil, `HasDirective("")` + rest},
		{"Span", nil, `HasDirective("Span")` + rest},
		{"a b", nil, `HasDirective("a b")` + rest},
		{"//weaver:span", nil, `HasDirective("//weaver:span")` + rest},
		{"dd:", nil, `HasDirective("dd:")` + rest},
		{":span", nil, `HasDirective(":span")` + rest},
		{"DD:span", nil, `HasDirective("DD:span")` + rest},
		{"dd:span:x", nil, `HasDirective("dd:span:x")` + rest},
		{"weaver:span", nil, `HasDirective("weaver:span") names weaver itself; write "span"`},
		{"ignore", nil, `HasDirective("ignore") is about a directive that weaver itself reads; choose another name`},
		{"pin", nil, `HasDirective("pin") is about a directive that weaver itself reads; choose another name`},
		{"span", []string{"op", ""}, `HasDirective("span") has the key "", which can stand in no directive; write a word without blanks, quotes and '='`},
		{"span", []string{"op="}, `HasDirective("span") has the key "op=", which can stand in no directive; write a word without blanks, quotes and '='`},
		{"span", []string{"op", "op"}, `HasDirective("span") has the key "op" twice; list it once`},
	} {
		got := instrument.Validate(aspect("a", instrument.BodyWhere(instrument.HasDirective(tt.name, tt.keys...)).Before(hookNothing)))
		if _, text, _ := strings.Cut(fmt.Sprint(got), ": a: "); text != tt.want {
			t.Errorf("HasDirective(%q, %q)\n got %s\nwant %s", tt.name, tt.keys, text, tt.want)
		}
	}
}

func TestDescribePredicates(t *testing.T) {
	r := describeRule(t, instrument.BodyNamed("example.com/p.F").Where(instrument.ReceiverIs[*http.Server](), instrument.Receiver("S*")).
		Where(
			instrument.TypeIs(instrument.Recv, "*a/b.T"), instrument.TypeIs(instrument.Param(1), "[]byte"), instrument.TypeIs(instrument.Result(-1), "any"),
			instrument.Implements[sealed](instrument.Param(-1)),
			instrument.HasDirective("span", "op", "kind"),
			instrument.All(instrument.Generated(), instrument.Any(instrument.InTests(), instrument.TestMain())),
		).Before(hookNothing))
	want := []rule.Pred{
		{Kind: rule.PredRecv, Type: "*net/http.Server"},
		{Kind: rule.PredReceiver, Text: "S*"},
		{Kind: rule.PredRecv, Type: "*a/b.T"},
		{Kind: rule.PredParam, Index: 1, Type: "[]uint8"},
		{Kind: rule.PredResult, Index: -1, Type: rule.AnyType},
		{Kind: rule.PredImplements, Item: &rule.Item{Kind: rule.Param, Index: -1}, Type: here + ".sealed", Methods: []rule.Method{
			{Name: "Open", Type: "func(string) (io.Reader, error)"}, {Name: "seal", Pkg: here, Type: "func()"},
		}},
		{Kind: rule.PredDirective, Text: "span", Keys: []string{"op", "kind"}},
		{Kind: rule.PredAll, Of: []rule.Pred{{Kind: rule.PredGenerated}, {Kind: rule.PredAny, Of: []rule.Pred{{Kind: rule.PredInTests}, {Kind: rule.PredTestMain}}}}},
	}
	if !reflect.DeepEqual(r.Where, want) {
		t.Errorf("predicates\n got %+v\nwant %+v", r.Where, want)
	}
	if r.Target == nil || r.Scope[0] != rule.Everywhere {
		t.Errorf("target %v, scope %q of a named rule with conditions", r.Target, r.Scope)
	}
}

// A join point is a value: a Where adds to a copy.
func TestWhereIsIndependent(t *testing.T) {
	body := instrument.BodyOf(http.Get).Where(instrument.Name("A"))
	one, two := body.Where(instrument.Name("B")), body.Where(instrument.Name("C"))
	for i, tt := range []struct {
		rule instrument.Rule
		want string
	}{{body.Before(hookNothing), "A"}, {one.Before(hookNothing), "AB"}, {two.Before(hookNothing), "AC"}} {
		got := ""
		for _, p := range describeRule(t, tt.rule).Where {
			got += p.Text
		}
		if got != tt.want {
			t.Errorf("%d: %s, want %s", i, got, tt.want)
		}
	}
}
