package match

// What is said of rules that do not match, one rule and one place a line.

import (
	"go/ast"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/source"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

const whySource = `package p

import (
	"context"
	"io"
	"time"
)

type Store struct{ n int }

//weaver:retry
func (s *Store) Get(key string, r io.Reader) (int, error) { return 0, nil }

func set[E any](e E) {}

//go:nosplit
func Small(ctx context.Context) {}

//weaver:ignore spans
func Left(ctx context.Context) time.Time { return time.Now() }

func Make() *Store { return &Store{} }

var Version, f = "1", func() {}
`

func TestWhy(t *testing.T) {
	p := whyPackage(t)
	is := func(kind string, i int, t rule.Type) rule.Pred { return rule.Pred{Kind: kind, Index: i, Type: t} }
	text := func(kind, glob string) rule.Pred { return rule.Pred{Kind: kind, Text: glob} }
	of := func(kind string, ps ...rule.Pred) rule.Pred { return rule.Pred{Kind: kind, Of: ps} }
	reader := rule.Pred{Kind: rule.PredImplements, Type: "io.Reader", Item: &rule.Item{Kind: rule.Param}, Methods: []rule.Method{{Name: "Read", Type: "func([]uint8) (int, error)"}}}
	body := func(ps ...rule.Pred) rule.Rule { return rule.Rule{Point: rule.Body, Advice: rule.Before, Where: ps} }
	named := func(point, advice rule.Kind, name string, sig *rule.Signature) rule.Rule {
		f, err := rule.ParseFunc(name)
		if err != nil {
			t.Fatal(err)
		}
		return rule.Rule{Point: point, Advice: advice, Target: &f, HookSig: sig}
	}
	takes := func(ts ...rule.Type) *rule.Signature { return &rule.Signature{Params: ts} }
	method := named(rule.Body, rule.Before, "example.com/p.Get", takes("int"))
	method.Target = &rule.Func{Pkg: "example.com/p", Recv: "Store", Ptr: true, Name: "Get"}
	method.Sig = takes("*example.com/p.Store", "string")
	fitting := body(text(rule.PredName, "*"))
	fitting.HookSig = takes("bool")
	for _, tt := range []struct {
		rule rule.Rule
		at   string // the line, from its start
		want string // "" for none
	}{
		{body(is(rule.PredParam, 0, "context.Context")), "func (s *Store) Get", "parameter 1 is string, the rule wants context.Context"},
		{body(is(rule.PredParam, -1, "string")), "func (s *Store) Get", "parameter 2 is io.Reader, the rule wants string"},
		{body(is(rule.PredParam, 0, rule.AnyType)), "func set", "parameter 1 is of a type with a type parameter, the rule wants any"},
		{body(is(rule.PredParam, 1, "string")), "func Small", "there is only 1 parameter, the rule wants string"},
		{body(is(rule.PredResult, 0, "string")), "func Small", "there is no result, the rule wants string"},
		{body(is(rule.PredResult, -1, "int")), "func (s *Store) Get", "result 2 is error, the rule wants int"},
		{body(is(rule.PredRecv, 0, "example.com/p.Store")), "func (s *Store) Get", "the receiver is *p.Store, the rule wants p.Store"},
		{body(reader), "func (s *Store) Get", "parameter 1 is string, the rule wants what implements io.Reader, and it has no method Read([]uint8) (int, error)"},
		{body(text(rule.PredName, "Set*")), "func (s *Store) Get", "name Get does not match Set*"},
		{body(text(rule.PredReceiver, "Cache")), "func (s *Store) Get", "receiver Store does not match Cache"},
		{body(text(rule.PredReceiver, "Cache")), "func Small", "there is no receiver, the rule wants one that matches Cache"},
		{body(text(rule.PredPackage, "example.com/q")), "func Small", "package example.com/p does not match example.com/q"},
		{body(rule.Pred{Kind: rule.PredExported}), "func set", "name set is not exported"},
		{body(rule.Pred{Kind: rule.PredGenerated}), "func set", "no tool generated src.go"},
		{body(rule.Pred{Kind: rule.PredInTests}), "func set", "src.go is no test file"},
		{body(text(rule.PredDirective, "span")), "func set", "there is no //weaver:span above it"},
		{body(text(rule.PredWithout, "retry")), "func (s *Store) Get", "//weaver:retry is above it, and what that asks for goes before the rule"},
		{body(text(rule.PredWords, "retry")), "func (s *Store) Get", "there is no //weaver:retry with a word above it"},
		{body(of(rule.PredNot, text(rule.PredName, "G*"))), "func (s *Store) Get", "name Get matches G*, which the rule leaves out"},
		{body(of(rule.PredNot, of(rule.PredAny, text(rule.PredName, "x"), rule.Pred{Kind: rule.PredExported}))), "func Small", "name Small is exported, which the rule leaves out"},
		{body(of(rule.PredAny, text(rule.PredName, "S"), text(rule.PredName, "L"))), "func Make", "none of what the rule wants one of: name Make does not match S; name Make does not match L"},
		{body(of(rule.PredAll, text(rule.PredName, "M*"), text(rule.PredName, "L"))), "func Make", "name Make does not match L"},
		{fitting, "func Make", "the hook does not fit: hooks.H: parameter 1 is bool, but p.Make takes nothing"},
		{fitting, "func Left", "the hook does not fit: hooks.H: parameter 1 is bool, which p.Left does not have"},
		{body(text(rule.PredName, "Small")), "func Small", "p.Small carries //go:nosplit, so no call may be added to it; choose the function that calls it"},
		{body(text(rule.PredName, "Left")), "func Left", "//weaver:ignore on line 19 leaves it out"},
		{body(text(rule.PredName, "Make")), "func Make", ""},
		{method, "func (s *Store) Get", "the signature changed: expected func(string), found func(string, io.Reader) (int, error): hooks.H: parameter 1 is int, which (*p.Store).Get returns and does not take"},
		{named(rule.Body, rule.Before, "example.com/p.Small", takes("int")), "func Small", "the signature changed: expected one that hooks.H fits, which is func(int), found p.Small with func(context.Context): hooks.H: parameter 1 is int, which p.Small does not have"},
		{named(rule.Body, rule.Before, "example.com/p.Small", takes("int")), "func Make", "the rule is about p.Small"},
		{named(rule.Variable, rule.Set, "example.com/p.Name", nil), "var Version", "Version is declared here, and the rule is about p.Name"},
		{named(rule.Call, rule.Replace, "time.Since", nil), "func Left", "time.Now is used here, and the rule is about time.Since"},
		{named(rule.Literal, rule.Amend, "example.com/p.Cache", nil), "func Make", "a p.Store is made here, and the rule is about p.Cache"},
		{named(rule.Struct, rule.Add, "example.com/p.Cache", nil), "type Store", "Store is declared here, and the rule is about p.Cache"},
		{body(text(rule.PredName, "*")), "var Version", "a function literal is chosen only by a directive above it, and the rule asks for none"},
		{body(text(rule.PredDirective, "span")), "var Version", "a function literal is chosen only by a directive above it, and there is no //weaver:span"},
	} {
		r := tt.rule
		r.Aspect, r.Hook = "spans", rule.Func{Pkg: "hooks", Name: "H"}
		if r.HookSig == nil {
			r.HookSig = &rule.Signature{}
		}
		if got := whyAt(p, &r, tt.at); got != tt.want && !(tt.want != "" && strings.HasPrefix(got, tt.want+", in order")) {
			t.Errorf("%s %+v at %q\n got %s\nwant %s", r.Point, r.Where, tt.at, got, tt.want)
		}
	}
}

// whyPackage returns the package on disk, so that places in it have names.
func whyPackage(t *testing.T) *source.Package {
	t.Helper()
	file := filepath.Join(t.TempDir(), "src.go")
	if err := os.WriteFile(file, []byte(whySource), 0o666); err != nil {
		t.Fatal(err)
	}
	p, err := source.Read(&toolcmd.Compile{Package: "example.com/p", Files: []string{file}})
	if err != nil {
		t.Fatal(err)
	}
	q := checked(t, "example.com/p", whySource)
	p.Files[0].AST, p.Fset, p.Types, p.Info = q.Files[0].AST, q.Fset, q.Types, q.Info
	return p
}

// whyAt returns what is said of the rule on the line that starts like that.
func whyAt(p *source.Package, r *rule.Rule, start string) string {
	line := 1 + strings.Count(whySource[:strings.Index(whySource, "\n"+start)+1], "\n")
	trace := &Trace{About: func(n ast.Node) bool { return p.Fset.Position(n.Pos()).Line == line }}
	u := &Unit{Compile: &toolcmd.Compile{Package: p.Path}, ImportPath: p.Path, Plan: &plan.Plan{}, Trace: trace}
	_, _, _ = Sites(u, []*rule.Rule{r}, p)
	if len(trace.Refusals) == 0 {
		return ""
	}
	return trace.Refusals[0].Text
}
