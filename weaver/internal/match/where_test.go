package match

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

// A type implements what its method set has, as the language defines that, and of exactly
// the types that were asked for.
func TestImplements(t *testing.T) {
	p := checked(t, "example.com/p", `package p

import (
	"io"
	"strings"
)

type Value struct{}

func (Value) Read(b []byte) (int, error) { return 0, nil }

type Pointer struct{ n int }

func (*Pointer) Read(b []byte) (int, error) { return 0, nil }

func (*Pointer) sealed() {}

type Embeds struct{ Pointer }

type Other struct{}

func (Other) Read(b string) (int, error) { return 0, nil }

type Box[T any] struct{ v T }

func (b *Box[T]) Read(p []T) (int, error) { return 0, nil }

type Reads interface{ io.ReadCloser }

func A(Value)           {}
func B(*Value)          {}
func C(Pointer)         {}
func D(*Pointer)        {}
func E(Embeds)          {}
func F(*Embeds)         {}
func G(Other)           {}
func H(*Box[byte])      {}
func I(*Box[string])    {}
func J(io.Reader)       {}
func K(Reads)           {}
func L(*io.Reader)      {}
func M[R io.Reader](R)  {}
func N[R any](R)        {}
func O(...io.Reader)    {}
func P(*strings.Reader) {}
func Q() (int, *Value)  { return 0, nil }
func R(struct{ Value }) {}

func (Value) S()    {}
func (*Value) T()   {}
func (Pointer) U()  {}
func (*Pointer) V() {}
`)
	reader := []rule.Method{{Name: "Read", Type: "func([]uint8) (int, error)"}}
	for _, tt := range []struct {
		item    rule.Item
		methods []rule.Method
		want    string
	}{
		{rule.Item{Kind: rule.Param}, reader, "A B D F H J K M P R"},
		{rule.Item{Kind: rule.Param, Index: -1}, reader, "A B D F H J K M P R"},
		{rule.Item{Kind: rule.Param, Index: 1}, reader, ""},
		{rule.Item{Kind: rule.Result, Index: -1}, reader, "Q"},
		{rule.Item{Kind: rule.Recv}, reader, "Read Read sealed S T V"},
		{rule.Item{Kind: rule.Param}, append(reader, rule.Method{Name: "Close", Type: "func() error"}), "K"},
		{rule.Item{Kind: rule.Param}, []rule.Method{{Name: "sealed", Pkg: "example.com/p", Type: "func()"}}, "D F"},
		{rule.Item{Kind: rule.Param}, []rule.Method{{Name: "sealed", Pkg: "example.com/q", Type: "func()"}}, ""},
		{rule.Item{Kind: rule.Param}, []rule.Method{{Name: "n", Pkg: "example.com/p", Type: "func()"}}, ""},
	} {
		where := rule.Pred{Kind: rule.PredImplements, Item: &tt.item, Methods: tt.methods}
		r := &rule.Rule{Point: rule.Body, Advice: rule.Before, Where: []rule.Pred{where}, Hook: rule.Func{Pkg: "h", Name: "H"}, HookSig: &rule.Signature{}}
		u := &Unit{Compile: &toolcmd.Compile{Package: p.Path}, ImportPath: p.Path}
		sites, found, err := Sites(u, []*rule.Rule{r}, p)
		if err != nil || len(found) > 0 {
			t.Fatalf("%+v: %v, %v", tt, found, err)
		}
		var got []string
		for _, s := range sites {
			got = append(got, s.Func.Name())
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%v %v: %q, want %q", tt.item, tt.methods, got, tt.want)
		}
	}
}

// The main package of a test is in no module by its place. With the default scope only
// rules that know of tests look there, and only if the tested package is the user's own.
func TestCandidatesInTestMains(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"app", "app/sub", "app/nested/deep", "app/vendor/v"} {
		if err := os.MkdirAll(filepath.Join(root, filepath.FromSlash(dir)), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "app", "nested", "go.mod"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	pattern := func(scope string, preds ...rule.Pred) rule.Rule {
		return rule.Rule{Point: rule.Body, Where: preds, Scope: []string{scope}, Hook: rule.Func{Pkg: "h"}}
	}
	testMain, inTests, name := rule.Pred{Kind: rule.PredTestMain}, rule.Pred{Kind: rule.PredInTests}, rule.Pred{Kind: rule.PredName, Text: "main"}
	named := rule.Rule{Point: rule.Body, Target: &rule.Func{Pkg: "main", Name: "main"}, Scope: []string{rule.Everywhere}, Hook: rule.Func{Pkg: "h"}}
	for _, tt := range []struct {
		what string
		rule rule.Rule
		path string
		file string
		want bool
	}{
		{"TestMain", pattern(rule.MainModules, testMain), "example.com/app/sub.test", "_testmain.go", true},
		{"TestMain of the root", pattern(rule.MainModules, testMain), "example.com/app.test", "_testmain.go", true},
		{"InTests within Not", pattern(rule.MainModules, rule.Pred{Kind: rule.PredNot, Of: []rule.Pred{inTests}}), "example.com/app/sub.test", "_testmain.go", true},
		{"files that are named", pattern(rule.MainModules, testMain), "command-line-arguments.test", "_testmain.go", true},
		{"a rule that knows of no tests", pattern(rule.MainModules, name), "example.com/app/sub.test", "_testmain.go", false},
		{"such a rule everywhere", pattern(rule.Everywhere, name), "example.com/app/sub.test", "_testmain.go", true},
		{"a rule that names main", named, "example.com/app/sub.test", "_testmain.go", true},
		{"a test of a dependency", pattern(rule.MainModules, testMain), "example.com/lib.test", "_testmain.go", false},
		{"a path that starts alike", pattern(rule.MainModules, testMain), "example.com/app2.test", "_testmain.go", false},
		{"a package that is not there", pattern(rule.MainModules, testMain), "example.com/app/gone.test", "_testmain.go", false},
		{"a nested module", pattern(rule.MainModules, testMain), "example.com/app/nested/deep.test", "_testmain.go", false},
		{"a vendored package", pattern(rule.MainModules, testMain), "example.com/app/vendor/v.test", "_testmain.go", false},
		{"a command whose folder ends in .test", pattern(rule.MainModules, testMain), "example.com/app/sub.test", "main.go", false},
		{"another scope", pattern("example.com/app/...", name), "example.com/app/sub.test", "_testmain.go", true},
	} {
		u := &Unit{
			Compile:    &toolcmd.Compile{Package: "main", Files: []string{filepath.Join(t.TempDir(), tt.file)}},
			ImportPath: tt.path, Imports: &toolcmd.ImportConfig{Files: map[string]string{}},
			Plan: &plan.Plan{Rules: []rule.Rule{tt.rule}, MainModules: []string{filepath.Join(root, "app")}, MainPaths: []string{"example.com/app"}},
		}
		rules, _ := u.Candidates()
		if got := len(rules) == 1; got != tt.want {
			t.Errorf("%s: a candidate: %v, want %v", tt.what, got, tt.want)
		}
	}
}

// What is about tests is told by the name of the file, or by the package being the one
// that go test makes; a generated file by its comment.
func TestFilePredicates(t *testing.T) {
	for _, tt := range []struct {
		file, src, path, pkg string
		want                 string // kinds that hold
	}{
		{"a.go", "package p\nfunc F() {}\n", "p", "p", ""},
		{"a_test.go", "package p\nfunc F() {}\n", "p", "p", "tests"},
		{"a.go", "// Code generated by x. DO NOT EDIT.\n\npackage p\nfunc F() {}\n", "p", "p", "generated"},
		{"a.go", "package p\n// Code generated by x. DO NOT EDIT.\nfunc F() {}\n", "p", "p", ""},
		{"_testmain.go", "package main\nfunc F() {}\n", "p.test", "main", "tests testmain"},
		{"_testmain.cover.go", "package main\nfunc F() {}\n", "p.test", "main", "tests testmain"},
		{"a_test.go", "package p_test\nfunc F() {}\n", "p_test", "p_test", "tests"},
	} {
		p := checked(t, tt.pkg, tt.src)
		p.Files[0].Name = tt.file
		var got []string
		for _, kind := range []string{rule.PredGenerated, rule.PredInTests, rule.PredTestMain} {
			r := &rule.Rule{Point: rule.Body, Advice: rule.Before, Where: []rule.Pred{{Kind: kind}}, Hook: rule.Func{Pkg: "h", Name: "H"}, HookSig: &rule.Signature{}}
			u := &Unit{Compile: &toolcmd.Compile{Package: tt.pkg, Files: []string{tt.file}}, ImportPath: tt.path}
			sites, _, err := Sites(u, []*rule.Rule{r}, p)
			if err != nil {
				t.Fatal(err)
			}
			if len(sites) > 0 {
				got = append(got, kind)
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s in %s: %q, want %q", tt.file, tt.path, got, tt.want)
		}
	}
}
