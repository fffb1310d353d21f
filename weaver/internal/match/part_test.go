package match

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/source"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

// A package can make a struct whose package it does not import, if what it imports has to
// do with that one; a function it can not call.
func TestReaches(t *testing.T) {
	archive := func(data string) string {
		file := filepath.Join(t.TempDir(), "p.a")
		if err := os.WriteFile(file, []byte("!<arch>\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := toolcmd.AppendMember(file, "__.PKGDEF", []byte(data)); err != nil {
			t.Fatal(err)
		}
		return file
	}
	imports := map[string]string{
		"a": archive("go object\n$$B\nuSomewithin example.com/s and more"),
		"b": archive("go object\n$$B\nu"),
	}
	for path, want := range map[string]bool{"a": true, "example.com/s": true, "example.com/t": false} {
		u := &Unit{Imports: &toolcmd.ImportConfig{Files: imports}}
		if first, again := u.reaches(path), u.reaches(path); first != want || again != want {
			t.Errorf("%s: %v, then %v", path, first, again)
		}
	}
	u := &Unit{Imports: &toolcmd.ImportConfig{Files: map[string]string{"a": "no such file"}}}
	if !u.reaches("example.com/s") {
		t.Error("an archive that can not be read rules nothing out")
	}
	u = &Unit{Compile: &toolcmd.Compile{Package: "p"}, Imports: &toolcmd.ImportConfig{Files: imports}}
	for point, want := range map[rule.Kind]bool{rule.Literal: true, rule.Call: false} {
		r := &rule.Rule{Point: point, Target: &rule.Func{Pkg: "example.com/s"}, Scope: []string{rule.Everywhere}}
		if why := u.excludes(r); (why == "") != want {
			t.Errorf("%s: excluded: %q", point, why)
		}
	}
}

// What a file is embedded in is no variable to set, whatever its declaration looks like.
func TestEmbeddedVariable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "p.go")
	src := `package p

//go:embed a.txt
var alone string

var (
	//go:embed a.txt
	grouped string

	// not go:embed
	plain string
)
`
	if err := os.WriteFile(file, []byte(src), 0o666); err != nil {
		t.Fatal(err)
	}
	p, err := source.Read(&toolcmd.Compile{Package: "example.com/p", Files: []string{file}})
	if err == nil {
		err = errors.Join(p.Parse(), p.Check("amd64", false))
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, found := range map[string]string{"alone": "//go:embed", "grouped": "//go:embed", "plain": ""} {
		r := &rule.Rule{Point: rule.Variable, Advice: rule.Set, Target: &rule.Func{Pkg: p.Path, Name: name}, Value: &rule.Option{Kind: "string", Text: `"x"`}}
		u := &Unit{Compile: &toolcmd.Compile{Package: p.Path}, ImportPath: p.Path}
		sites, findings, err := Sites(u, []*rule.Rule{r}, p)
		if err != nil || len(sites)+len(findings) != 1 || found != "" && (len(findings) == 0 || !strings.Contains(findings[0].Text, found)) {
			t.Errorf("%s: sites %v, findings %v, %v", name, sites, findings, err)
		}
	}
}

// The main package that go test makes gets no file, since it has nothing of the command's,
// but what every command imports.
func TestTestMainGetsNoFile(t *testing.T) {
	p := checked(t, "main", "package main\n\nfunc main() {}\n")
	target := &rule.Func{Pkg: "main"}
	rules := []*rule.Rule{
		{Point: rule.Package, Advice: rule.AddFile, Target: target, File: &rule.File{Name: "f.go", Source: "package main\n"}},
		{Point: rule.Package, Advice: rule.Import, Target: target, Links: []string{"time/tzdata"}},
	}
	for importPath, want := range map[string]int{"example.com/p.test": 1, "example.com/p": 2} {
		u := &Unit{Compile: &toolcmd.Compile{Package: "main"}, ImportPath: importPath}
		sites, findings, err := Sites(u, rules, p)
		if err != nil || len(findings) > 0 || len(sites) != want {
			t.Errorf("%s: %d sites, %v, %v", importPath, len(sites), findings, err)
		}
	}
}
