package register

import (
	"slices"
	"strings"
	"testing"

	"github.com/goweaver/weaver/internal/rule"
)

// Import may name any package that can be linked; what an added file calls by name is held
// to what hooks are.
func TestCheckLinks(t *testing.T) {
	reader := &funcReader{byPath: map[string]*pkg{
		"example.com/hooks": {ImportPath: "example.com/hooks", Name: "hooks", Dir: "/hooks"},
		"example.com/cmd":   {ImportPath: "example.com/cmd", Name: "main", Dir: "/cmd"},
		"time/tzdata":       {ImportPath: "time/tzdata", Name: "tzdata", Dir: "/tzdata", Standard: true},
		"example.com/none":  {ImportPath: "example.com/none", Error: &struct{ Err string }{"no required module provides it"}},
	}}
	file := &rule.File{Name: "f.go"}
	for _, tt := range []struct {
		advice rule.Kind
		path   string
		err    string // a part; "" if there is none
	}{
		{rule.Import, "example.com/hooks", ""},
		{rule.Import, "time/tzdata", ""},
		{rule.Import, "example.com/cmd", "is a command"},
		{rule.Import, "example.com/none", "can not be imported: no required module provides it; add it"},
		{rule.Import, "example.com/unknown", "it is not in the module graph; add it"},
		{rule.AddFile, "example.com/hooks", ""},
		{rule.AddFile, "time/tzdata", "f.go is linked to the package time/tzdata of the standard library"},
		{rule.AddFile, "example.com/none", "f.go is linked to the package example.com/none, which can not be used"},
	} {
		err := checkLinks(&rule.Rule{Advice: tt.advice, File: file, Links: []string{tt.path}}, reader)
		if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%s of %s: %v, want %q", tt.advice, tt.path, err, tt.err)
		}
	}
}

// What is only imported is no part of what rules leave alone for the hooks' sake.
func TestCalled(t *testing.T) {
	got := called([]rule.Rule{
		{Advice: rule.Before, Hook: rule.Func{Pkg: "hooks"}},
		{Advice: rule.Import, Links: []string{"net/http/pprof"}},
		{Advice: rule.AddFile, Links: []string{"linked"}},
		{Advice: rule.Set},
	})
	if !slices.Equal(got, []string{"hooks", "linked"}) {
		t.Errorf("got %v", got)
	}
}

// Of a target that is no function the source tells whether it is there.
func TestTargetParts(t *testing.T) {
	all, err := listClosure(offline("."), nil, []string{"net/http"})
	if err != nil {
		t.Fatal(err)
	}
	reader := targetReader(all)
	for _, tt := range []struct {
		point, advice rule.Kind
		name, field   string
		want          string
	}{
		{rule.Literal, rule.Amend, "Server", "", ""},
		{rule.Literal, rule.Wrap, "Server", "Handler", ""},
		{rule.Literal, rule.Wrap, "Server", "Handlers", "wrong"},
		{rule.Literal, rule.Wrap, "http2ClientConn", "Mutex", "wrong"},
		{rule.Literal, rule.Amend, "Servers", "", "absent"},
		{rule.Literal, rule.Amend, "Header", "", "open"}, // a map, which the type checker tells
		{rule.Struct, rule.Add, "conn", "x", ""},
		{rule.Variable, rule.Wrap, "DefaultClient", "", ""},
		{rule.Variable, rule.Set, "DefaultMaxHeaderBytes", "", ""},
		{rule.Variable, rule.Wrap, "DefaultMaxHeaderBytes", "", "wrong"},
		{rule.Variable, rule.Wrap, "Server", "", "absent"},
		{rule.Package, rule.Import, "", "", ""},
	} {
		got := reader.target(&rule.Rule{Point: tt.point, Advice: tt.advice, Target: &rule.Func{Pkg: "net/http", Name: tt.name}, Field: &rule.Field{Name: tt.field}})
		is := ""
		switch {
		case got.Wrong != "":
			is = "wrong"
		case got.Absent:
			is = "absent"
		case got.Open != "":
			is = "open"
		case got.Missing != "" || got.Items != nil || got.Interface:
			is = "something else"
		}
		if is != tt.want {
			t.Errorf("%s %s.%s: %q, want %q: %+v", tt.point, tt.name, tt.field, is, tt.want, got)
		}
	}
}
