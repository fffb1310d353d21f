package rule_test

// Rules on what is no function: names, hooks that are given a value, and how messages
// have it.

import (
	"testing"

	"github.com/goweaver/weaver/internal/rule"
)

func TestParseObject(t *testing.T) {
	const (
		isType = ` does not name a type of a package; write "import/path.T"`
		isVar  = ` does not name a variable of a package; write "import/path.V"`
		isPath = ` is no import path; write one, such as net/http`
	)
	typ := func(s string) (string, error) { f, err := rule.ParseTypeName(s); return f.String(), err }
	variable := func(s string) (string, error) { f, err := rule.ParseVariable(s); return f.String(), err }
	pkg := func(s string) (string, error) { return s, rule.ParsePackage(s) }
	for _, tt := range []struct {
		parse func(string) (string, error)
		text  string
		err   string
	}{
		{typ, "net/http.Server", ""},
		{typ, "gopkg.in/yaml.v3.Node", ""},
		{typ, "example.com/p.hidden", ""},
		{typ, "*net/http.Server", `"*net/http.Server" is a pointer; name the struct type itself, "net/http.Server"`},
		{typ, "Server", `"Server"` + isType},
		{typ, "net/http.Server.Addr", `"net/http.Server.Addr"` + isType},
		{typ, "[]net/http.Server", `"[]net/http.Server"` + isType},
		{typ, "example.com/p.Pair[int]", `"example.com/p.Pair[int]"` + isType},
		{typ, "example.com/p._", `"example.com/p._"` + isType},
		{variable, "main.version", ""},
		{variable, "./p.V", `"./p.V"` + isVar},
		{variable, "", `""` + isVar},
		{pkg, "net/http", ""},
		{pkg, "main", ""},
		{pkg, "net/http/", `"net/http/"` + isPath},
		{pkg, "../p", `"../p"` + isPath},
	} {
		got, err := tt.parse(tt.text)
		text := ""
		if err != nil {
			text = err.Error()
		}
		if text != tt.err || err == nil && got != tt.text {
			t.Errorf("%q: %q, %v, want error %q", tt.text, got, err, tt.err)
		}
	}
}

func TestSymbolPackage(t *testing.T) {
	for symbol, want := range map[string]string{
		"example.com/hooks.F":       "example.com/hooks",
		"gopkg.in/yaml%2ev3.F":      "gopkg.in/yaml.v3",
		"example.com/hooks.(*T).M":  "example.com/hooks",
		"runtime.nanotime":          "runtime",
		"example.com/hooks":         "",
		"puts":                      "",
		"example.com/a.b/hooks.F.g": "example.com/a.b/hooks",
	} {
		if got := rule.SymbolPackage(symbol); got != want {
			t.Errorf("%s: %q, want %q", symbol, got, want)
		}
	}
}

func TestSubject(t *testing.T) {
	server, pair := &rule.Func{Pkg: "net/http", Name: "Server"}, &rule.Func{Pkg: "example.com/p", Name: "Pair"}
	for want, r := range map[string]rule.Rule{
		"http.Server":                   {Point: rule.Literal, Target: server},
		"the field Addr of http.Server": {Point: rule.Literal, Target: server, Field: &rule.Field{Name: "Addr"}},
		"p.Pair[*http.Server]":          {Point: rule.Literal, Target: pair, Type: "example.com/p.Pair[*net/http.Server]"},
		"p.Pair":                        {Point: rule.Struct, Target: pair, Field: &rule.Field{Name: "x"}},
		"the package net/http":          {Point: rule.Package, Target: &rule.Func{Pkg: "net/http"}},
		"http.DefaultClient":            {Point: rule.Variable, Target: &rule.Func{Pkg: "net/http", Name: "DefaultClient"}},
	} {
		if got := r.Subject(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestBindValue(t *testing.T) {
	for _, tt := range []struct {
		claim  string
		advice rule.Kind
		hook   string
		err    string
	}{
		{"the value and back", rule.Wrap, "func(*p.T) *p.T", ""},
		{"a hook.Func may stand anywhere", rule.Wrap, "func(*hook.Func, *p.T) *p.T", ""},
		{"another type", rule.Wrap, "func(p.T) p.T", "hooks.H is func(p.T) p.T, but wraps p.V, which is of type *p.T; make it func(*p.T) *p.T"},
		{"nothing back", rule.Wrap, "func(*p.T)", "hooks.H is func(*p.T), but wraps p.V, which is of type *p.T; make it func(*p.T) *p.T"},
		{"the address of the struct", rule.Amend, "func(**p.T)", ""},
		{"something back", rule.Amend, "func(**p.T) error", "hooks.H is func(**p.T) error, but amends each new p.V; make it func(**p.T)"},
	} {
		got := ""
		if err := rule.BindValue(tt.advice, "hooks.H", signature(t, tt.hook), "p.V", "*p.T"); err != nil {
			got = err.Error()
		}
		if got != tt.err {
			t.Errorf("%s:\n got %s\nwant %s", tt.claim, got, tt.err)
		}
	}
}

func TestValueHookAlone(t *testing.T) {
	const place = ", but returns what takes the place of a value; make it take the value and return one of the same type"
	const amends = ", but amends a new struct; make it take a pointer to that and return nothing"
	for _, point := range []rule.Kind{rule.Literal, rule.Variable} {
		runFits(t, point, []fitsCase{
			{claim: "a value that may fit", advice: rule.Wrap, hook: "func(any) any"},
			{claim: "two values", advice: rule.Wrap, hook: "func(int, int) int", err: "hooks.H is func(int, int) int" + place},
			{claim: "another value back", advice: rule.Wrap, hook: "func(int) any", err: "hooks.H is func(int) any" + place},
			{claim: "no value", advice: rule.Wrap, hook: "func()", err: "hooks.H is func()" + place},
		})
	}
	runFits(t, rule.Literal, []fitsCase{
		{claim: "an address that may fit", advice: rule.Amend, hook: "func(*p.T, *hook.Func)"},
		{claim: "a copy", advice: rule.Amend, hook: "func(p.T)", err: "hooks.H is func(p.T)" + amends},
		{claim: "an error back", advice: rule.Amend, hook: "func(*p.T) error", err: "hooks.H is func(*p.T) error" + amends},
		{claim: "only a hook.Func", advice: rule.Amend, hook: "func(*hook.Func)", err: "hooks.H is func(*hook.Func)" + amends},
	})
}
