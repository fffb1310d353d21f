package match

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/source"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

func TestParseDirective(t *testing.T) {
	for _, tt := range []struct {
		comment string
		want    string // name, words, keys; "" for no directive
		err     string
	}{
		{"//weaver:span", "span [] []", ""},
		{"//weaver:span ", "span [] []", ""},
		{"//weaver:span a\tb", "span [a b] []", ""},
		{"//weaver:span op=x a op=y", "span [a] [{op x} {op y}]", ""},
		{`//weaver:span op="a b" "c d" op=` + "`e f`", "span [c d] [{op a b} {op e f}]", ""},
		{`//weaver:span "a=b" 'c' d='e`, "span [a=b 'c'] [{d 'e}]", ""},
		{"//weaver:span op= x=a=b", "span [] [{op } {x a=b}]", ""},
		{"//dd:span service:web", "dd:span [service:web] []", ""},
		{"//weaver:dd:span", "weaver:dd:span [] []", ""},
		{"//weaver:", " [] []", ""},
		{"//go:noinline", "go:noinline [] []", ""},
		{"// weaver:span", "", ""},
		{"//Weaver:span", "", ""},
		{"//:span", "", ""},
		{"//weaver", "", ""},
		{"//https://example.com", "https://example.com [] []", ""},
		{"/*weaver:span*/", "", ""},
		{`//weaver:span a "b`, "span [a] []", `has "b, where quotes do not stand around a whole string`},
		{`//weaver:span a"b" c`, "span [] []", `has a"b" c, where quotes do not stand around a whole string`},
		{`//weaver:span op="b"c`, "span [] []", `has op="b"c, where a quoted string does not end a word`},
		{"//weaver:span =b", "span [] []", "has =b without a key"},
		{`//weaver:span "0123456789012345678901234567890`, "span [] []", `has "01234567890123456789012345678…, where quotes do not stand around a whole string`},
	} {
		d := parseDirective(tt.comment)
		got, err := "", ""
		if d != nil {
			got = fmt.Sprintf("%s %v %v", d.name, d.args, d.keys)
			if d.err != nil {
				err = d.err.Error()
			}
		}
		if got != tt.want || err != tt.err {
			t.Errorf("%s\n got %s, %q\nwant %s, %q", tt.comment, got, err, tt.want, tt.err)
		}
	}
}

// FuzzParseDirective parses any comment. What it makes of one is parsed from what it
// writes down itself, in quotes, and no word has a quote in it that was not.
func FuzzParseDirective(f *testing.F) {
	for _, s := range []string{"//weaver:span", "//weaver:span a op=x \"b c\" k=`d`", "//a:b =", "//a:b \"", "//a:b x=\"\\xff\" \u00a0 y", "//x:y\xff k=\"a\"b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, comment string) {
		d := parseDirective(comment)
		if d == nil {
			return
		}
		var b strings.Builder
		b.WriteString(d.text())
		for _, a := range d.args {
			b.WriteString(" " + strconv.Quote(a))
		}
		for _, k := range d.keys {
			if k.key == "" || strings.ContainsAny(k.key, "=\"`") || strings.ContainsFunc(k.key, unicode.IsSpace) {
				t.Errorf("%q: the key %q", comment, k.key)
			}
			b.WriteString(" " + k.key + "=" + strconv.Quote(k.value))
		}
		again := parseDirective(b.String())
		if again == nil || again.err != nil || again.name != d.name || !slices.Equal(again.args, d.args) || !slices.Equal(again.keys, d.keys) {
			t.Errorf("%q is parsed as %+v, and that as %+v", comment, d, again)
		}
	})
}

// Directives are looked at in a package of the main modules, whatever rules there are,
// and in others only those that a rule asks for there.
func TestDirectedPackages(t *testing.T) {
	main, other := t.TempDir(), t.TempDir()
	span := rule.Rule{Aspect: "spans", Point: rule.Body, Where: []rule.Pred{{Kind: rule.PredDirective, Text: "span", Keys: []string{"op"}}}, Scope: []string{rule.MainModules}, Hook: rule.Func{Pkg: "h"}}
	span.HookSig = &rule.Signature{Params: []rule.Type{rule.HookFuncType}}
	deaf := rule.Rule{Point: rule.Call, Target: &rule.Func{Pkg: "example.com/p", Name: "F"}, Where: []rule.Pred{{Kind: rule.PredDirective, Text: "span"}}, Scope: []string{rule.MainModules}, Hook: rule.Func{Pkg: "h"}, HookSig: &rule.Signature{}}
	open := deaf
	open.HookSig = span.HookSig
	everywhere := span
	everywhere.Scope = []string{rule.Everywhere}
	const key, typo, pin = "//weaver:span opp=x\nfunc F() {}\n", "//weaver:spam\nfunc F() {}\n", "//weaver:pin a\nvar v = 1\n"
	for _, tt := range []struct {
		what  string
		rules []rule.Rule
		dir   string
		std   bool
		src   string
		want  int
	}{
		{"a typo without any rule", nil, main, false, typo, 1},
		{"a typo beside a rule", []rule.Rule{span}, main, false, typo, 1},
		{"a typo in a dependency", []rule.Rule{everywhere}, other, false, typo, 0},
		{"a typo in the standard library", nil, main, true, typo, 0},
		{"an unknown key", []rule.Rule{span}, main, false, key, 1},
		{"a key that another rule may know", []rule.Rule{span, open}, main, false, key, 0},
		{"a key that another rule has no use for", []rule.Rule{span, deaf}, main, false, key, 1},
		{"words that no rule has a use for", []rule.Rule{deaf}, main, false, key, 1},
		{"an unknown key in a dependency", []rule.Rule{everywhere}, other, false, key, 1},
		{"a key where no rule of that scope asks for it", []rule.Rule{span}, other, false, key, 0},
		{"pin is no rule's", nil, main, false, pin, 0},
		{"none", []rule.Rule{span}, main, false, "func F() {}\n", 0},
	} {
		file := filepath.Join(tt.dir, "src.go")
		if err := os.WriteFile(file, []byte("package p\n\n"+tt.src), 0o666); err != nil {
			t.Fatal(err)
		}
		cmd := &toolcmd.Compile{Package: "example.com/p", Std: tt.std, Files: []string{file}}
		p, err := source.Read(cmd)
		if err != nil || p.Parse() != nil {
			t.Fatal(err)
		}
		u := &Unit{Compile: cmd, ImportPath: p.Path, Imports: &toolcmd.ImportConfig{}, Plan: &plan.Plan{Rules: tt.rules, MainModules: []string{main}, MainPaths: []string{"example.com"}}}
		n := 0
		if u.Directed(p) {
			n = len(CheckDirectives(u, p))
		}
		if n != tt.want {
			t.Errorf("%s: %d findings, want %d", tt.what, n, tt.want)
		}
	}
}
