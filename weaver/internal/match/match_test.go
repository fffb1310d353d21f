package match

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/source"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

func TestPattern(t *testing.T) {
	for _, tt := range []struct {
		pattern string
		yes, no string
	}{
		{"example.com/a", "example.com/a", "example.com/a/b example.com/ab example.com"},
		{"example.com/a/...", "example.com/a example.com/a/b example.com/a/b/c", "example.com/ab example.com/b"},
		{"example.com/a...", "example.com/a example.com/ab example.com/a/b", "example.com/b"},
		{".../internal/...", "a/internal/b a/b/internal/c/d", "internal/b a/internals/b"},
		{"...", "a a/b", ""},
		{"a/.../z", "a/b/z a/b/c/z", "a/z a/b/zz b/a/b/z"},
		{"a...a", "aa a/a", "a"},
		{"net/http", "net/http", "net/http/httptest"},
	} {
		for _, p := range strings.Fields(tt.yes) {
			if !Pattern(tt.pattern, p) {
				t.Errorf("%s does not fit %s", p, tt.pattern)
			}
		}
		for _, p := range strings.Fields(tt.no) {
			if Pattern(tt.pattern, p) {
				t.Errorf("%s fits %s", p, tt.pattern)
			}
		}
	}
}

// As for the go command, a trailing /... is nothing too behind another wildcard.
func TestPatternOfTwo(t *testing.T) {
	if !Pattern(".../internal/...", "a/internal") {
		t.Error("a/internal does not fit .../internal/...")
	}
}

// checked returns a package of one file that imports the standard library only.
func checked(t *testing.T, path, src string) *source.Package {
	t.Helper()
	p := &source.Package{Path: path, Fset: token.NewFileSet()}
	file, err := parser.ParseFile(p.Fset, "src.go", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	p.Files = []*source.File{{Name: "src.go", Src: []byte(src), AST: file}}
	p.Info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{},
		Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	conf := types.Config{Importer: importer.ForCompiler(p.Fset, "source", nil)}
	if p.Types, err = conf.Check(path, p.Fset, []*ast.File{file}, p.Info); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestCandidates(t *testing.T) {
	main := t.TempDir()
	body := rule.Rule{Point: rule.Body, Target: &rule.Func{Pkg: "net/http", Name: "Get"}, Scope: []string{rule.Everywhere}, Hook: rule.Func{Pkg: "h"}}
	call := rule.Rule{Point: rule.Call, Target: &rule.Func{Pkg: "time", Name: "Now"}, Scope: []string{rule.MainModules}, Hook: rule.Func{Pkg: "h"}}
	method, ref, failed := call, call, call
	method.Target = &rule.Func{Pkg: "io", Recv: "Writer", Name: "Write"}
	ref.Point = rule.Reference
	failed.Target = &rule.Func{Recv: "error", Name: "Error"}
	crash := rule.Rule{Point: rule.Body, Advice: rule.Before, Target: &rule.Func{Pkg: "runtime", Name: "preprintpanics"}, Scope: []string{rule.Everywhere}, Hook: rule.Func{Pkg: "h"}}
	around, other := crash, crash
	around.Advice = rule.Around
	other.Target = &rule.Func{Pkg: "runtime", Name: "gopanic"}
	pattern := rule.Rule{Point: rule.Body, Where: []rule.Pred{{Kind: "exported"}}, Scope: []string{rule.Everywhere}, Hook: rule.Func{Pkg: "h"}}
	scoped := rule.Rule{Point: rule.Body, Where: []rule.Pred{{Kind: "exported"}}, Scope: []string{"example.com/a/..."}, Hook: rule.Func{Pkg: "h"}}
	for _, tt := range []struct {
		what    string
		rule    rule.Rule
		path    string // import path
		compile toolcmd.Compile
		imports string
		want    bool
	}{
		{"a named body in its package", body, "net/http", toolcmd.Compile{Package: "net/http", Std: true}, "", true},
		{"a named body in a caller", body, "a", toolcmd.Compile{Package: "a"}, "net/http", false},
		{"a named body in a package of the closure", body, "net/http", toolcmd.Compile{Package: "net/http"}, "", true},
		{"a call in a main module that imports it", call, "a", toolcmd.Compile{Package: "a", Files: []string{main + "/a.go"}}, "time", true},
		{"a call in a main module that does not import it", call, "a", toolcmd.Compile{Package: "a", Files: []string{main + "/a.go"}}, "fmt", false},
		{"a call of a method whose package it does not import", method, "a", toolcmd.Compile{Package: "a", Files: []string{main + "/a.go"}}, "fmt", true},
		{"a reference where the package is not imported", ref, "a", toolcmd.Compile{Package: "a", Files: []string{main + "/a.go"}}, "fmt", false},
		{"a call of a method of the language", failed, "a", toolcmd.Compile{Package: "a", Files: []string{main + "/a.go"}}, "", true},
		{"a call in a dependency", call, "a", toolcmd.Compile{Package: "a", Files: []string{"/else/a.go"}}, "time", false},
		{"a call in std below a main module", call, "a", toolcmd.Compile{Package: "a", Std: true, Files: []string{main + "/a.go"}}, "time", false},
		{"a pattern anywhere", pattern, "x/y", toolcmd.Compile{Package: "x/y"}, "", true},
		{"a pattern in the closure of a hook", pattern, "closed", toolcmd.Compile{Package: "closed"}, "", false},
		{"a pattern in a hook package", pattern, "h", toolcmd.Compile{Package: "h"}, "", false},
		{"a pattern in the runtime", pattern, "runtime", toolcmd.Compile{Package: "runtime", Std: true}, "", false},
		{"before a crash", crash, "runtime", toolcmd.Compile{Package: "runtime", Std: true}, "", true},
		{"around a crash", around, "runtime", toolcmd.Compile{Package: "runtime", Std: true}, "", false},
		{"before another function of the runtime", other, "runtime", toolcmd.Compile{Package: "runtime", Std: true}, "", false},
		{"a pattern in the runtime's own", pattern, "internal/runtime/maps", toolcmd.Compile{Package: "internal/runtime/maps", Std: true}, "", false},
		{"a pattern in weaver", pattern, own + "/builtin/x", toolcmd.Compile{Package: own + "/builtin/x"}, "", false},
		{"a pattern beside weaver", pattern, own + "x", toolcmd.Compile{Package: own + "x"}, "", true},
		{"a pattern in its scope", scoped, "example.com/a/b", toolcmd.Compile{Package: "example.com/a/b"}, "", true},
		{"a command by its import path", scoped, "example.com/a/cmd", toolcmd.Compile{Package: "main"}, "", true},
		{"a pattern outside its scope", scoped, "example.com/ab", toolcmd.Compile{Package: "example.com/ab"}, "", false},
	} {
		u := &Unit{Compile: &tt.compile, ImportPath: tt.path, Imports: &toolcmd.ImportConfig{Files: map[string]string{}}}
		u.Plan = &plan.Plan{Rules: []rule.Rule{tt.rule}, Closure: []string{"closed", "h", "net/http"}, MainModules: []string{main}}
		for _, i := range strings.Fields(tt.imports) {
			u.Imports.Files[i] = "archive"
		}
		rules, _ := u.Candidates()
		if got := len(rules) == 1; got != tt.want {
			t.Errorf("%s: a candidate: %v, want %v", tt.what, got, tt.want)
		}
	}
}

func TestPredicates(t *testing.T) {
	all := []rule.Pred{{Kind: "exported"}, {Kind: "name", Text: "A"}}
	p := checked(t, "example.com/p", `package p

import "context"

type t struct{}

type T struct{}

//dd:span
func A(ctx context.Context, a, b string) (int, error) { return 0, nil }

func b[E any](e E) {}

func (t) C() {}

// D is the last.
//
//weaver:span now
func (T) D(ctx context.Context) {}

func _() {}

func init() {}
`)
	is := func(kind string, i int, t rule.Type) rule.Pred { return rule.Pred{Kind: kind, Index: i, Type: t} }
	text := func(kind, glob string) rule.Pred { return rule.Pred{Kind: kind, Text: glob} }
	of := func(kind string, ps ...rule.Pred) rule.Pred { return rule.Pred{Kind: kind, Of: ps} }
	for _, tt := range []struct {
		where []rule.Pred
		want  string
	}{
		{[]rule.Pred{is("param", 0, "context.Context")}, "A D"},
		{[]rule.Pred{is("param", 2, "string")}, "A"},
		{[]rule.Pred{is("param", -1, "string")}, "A"},
		{[]rule.Pred{is("param", -1, "context.Context")}, "D"},
		{[]rule.Pred{is("param", 3, "string")}, ""},
		{[]rule.Pred{is("param", 0, rule.AnyType)}, ""}, // a type parameter is no any
		{[]rule.Pred{is("result", -1, "error")}, "A"},
		{[]rule.Pred{is("result", 0, "error")}, ""},
		{[]rule.Pred{text("name", "[A-C]")}, "A C"},
		{[]rule.Pred{text("name", "*")}, "A b C D init"},
		{[]rule.Pred{text("package", "example.com/*"), text("name", "b")}, "b"},
		{[]rule.Pred{text("package", "example.*")}, ""},
		{[]rule.Pred{{Kind: "exported"}}, "A D"},
		{[]rule.Pred{of("not", rule.Pred{Kind: "exported"})}, "b C init"},
		{[]rule.Pred{of("any", text("name", "b"), text("name", "D"))}, "b D"},
		{[]rule.Pred{of("all", all...)}, "A"},
		{[]rule.Pred{of("not", of("all", all...)), {Kind: "exported"}}, "D"},
		{[]rule.Pred{{Kind: "recv", Type: "example.com/p.T"}}, "D"},
		{[]rule.Pred{{Kind: "recv", Type: "*example.com/p.T"}}, ""},
		{[]rule.Pred{text("receiver", "*")}, "C D"},
		{[]rule.Pred{text("receiver", "[A-Z]")}, "D"},
		{[]rule.Pred{{Kind: "generated"}}, ""},
		{[]rule.Pred{{Kind: "tests"}}, ""},
		{[]rule.Pred{of("not", rule.Pred{Kind: "testmain"}), text("name", "A")}, "A"},
		{[]rule.Pred{text("directive", "span")}, "D"},
		{[]rule.Pred{text("directive", "dd:span")}, "A"},
		{[]rule.Pred{of("any", text("directive", "span"), text("directive", "dd:span"))}, "A D"},
		{[]rule.Pred{of("not", text("directive", "span")), {Kind: "exported"}}, "A"},
		{[]rule.Pred{text("without", "span"), {Kind: "exported"}}, "A"},
		{[]rule.Pred{text("words", "span")}, "D"},
		{[]rule.Pred{of("not", text("words", "dd:span")), {Kind: "exported"}}, "A D"},
	} {
		hook := &rule.Signature{}
		r := &rule.Rule{Point: rule.Body, Advice: rule.Before, Where: tt.where, Hook: rule.Func{Pkg: "h", Name: "H"}, HookSig: hook}
		u := &Unit{Compile: &toolcmd.Compile{Package: p.Path}, ImportPath: p.Path}
		sites, found, err := Sites(u, []*rule.Rule{r}, p)
		if err != nil || len(found) > 0 {
			t.Fatalf("%+v: %v, %v", tt.where, found, err)
		}
		var got []string
		for _, s := range sites {
			got = append(got, s.Func.Name())
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%+v: %q, want %q", tt.where, got, tt.want)
		}
	}
}

// For a pattern the hook's signature is one more predicate, so what it does not fit
// is no finding either, whatever else would speak against weaving it.
func TestPatternFindings(t *testing.T) {
	p := checked(t, "example.com/p", "package p\n\n//go:nosplit\nfunc F(n int) {}\n\nfunc G(n int)\n")
	r := &rule.Rule{Point: rule.Body, Advice: rule.Before, Where: []rule.Pred{{Kind: "name", Text: "*"}}, Hook: rule.Func{Pkg: "h", Name: "H"}, HookSig: &rule.Signature{Params: []rule.Type{"string"}}}
	u := &Unit{Compile: &toolcmd.Compile{Package: p.Path}, ImportPath: p.Path}
	if _, found, err := Sites(u, []*rule.Rule{r}, p); err != nil || len(found) > 0 {
		t.Errorf("got %v, %v", found, err)
	}
}

// A named body that its package does not have is a finding, also where the name is
// not even mentioned.
func TestMissingTarget(t *testing.T) {
	p := checked(t, "example.com/p", "package p\n\nfunc F() {}\n")
	rules := []*rule.Rule{{Point: rule.Body, Advice: rule.Before, Target: &rule.Func{Pkg: p.Path, Name: "Typo"}, Hook: rule.Func{Pkg: "h", Name: "H"}, HookSig: &rule.Signature{}}}
	u := &Unit{Compile: &toolcmd.Compile{Package: p.Path}, ImportPath: p.Path}
	rules, absent := Mentioned(rules, p)
	if found := Absent(u, absent); len(rules) != 0 || len(found) != 1 {
		t.Errorf("got %v, %v", found, rules)
	}
}
