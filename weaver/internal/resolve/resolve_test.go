// Tests of resolve with the real go command, in temporary modules that need the
// standard library only.
package resolve

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

func TestClosure(t *testing.T) {
	a := Archives{"a": {Imports: []string{"b", "c"}}, "b": {Imports: []string{"c", "unsafe"}}, "c": {Imports: []string{"a"}}, "d": {}}
	for roots, want := range map[string]string{"a": "a b c", "d": "d", "b d": "a b c d", "none": "", "": ""} {
		if got := strings.Join(a.Closure(strings.Fields(roots)...), " "); got != want {
			t.Errorf("Closure(%s) = %q, want %q", roots, got, want)
		}
	}
}

// program is a module with two commands, hooks for each, and hooks of hooks.
var program = map[string]string{
	"go.mod":         "module example.com/m\n\ngo 1.25\n",
	"cmd/a/main.go":  "package main\n\nimport _ \"example.com/m/lib\"\n\nfunc main() {}\n",
	"cmd/b/main.go":  "package main\n\nfunc main() {}\n",
	"lib/lib.go":     "package lib\n\nfunc F() {}\n",
	"lib/l_test.go":  "package lib\n\nimport _ \"text/tabwriter\"\n",
	"deep/deep.go":   "package deep\n\nfunc F() {}\n",
	"hlib/hook.go":   "package hlib\n\nimport _ \"example.com/m/deep\"\n\nfunc H() {}\n",
	"hdeep/hook.go":  "package hdeep\n\nfunc H() {}\n",
	"hmain/hook.go":  "package hmain\n\nfunc H() {}\n",
	"hscope/hook.go": "package hscope\n\nfunc H() {}\n",
	"htab/hook.go":   "package htab\n\nfunc H() {}\n",
}

func newResolver(t *testing.T, patterns ...string) *Resolver {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range program {
		write(t, filepath.Join(dir, name), text)
	}
	t.Setenv("GOFLAGS", "")
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOWORK", "off")
	on := func(hook, target string) rule.Rule {
		return rule.Rule{Aspect: hook, Point: rule.Body, Target: &rule.Func{Pkg: target, Name: "F"}, Scope: []string{rule.Everywhere}, Hook: rule.Func{Pkg: "example.com/m/" + hook, Name: "H"}}
	}
	scoped := on("hscope", "")
	scoped.Target, scoped.Scope = nil, []string{"example.com/m/lib/..."}
	p := &plan.Plan{Identity: t.Name()}
	p.Rules = []rule.Rule{on("hdeep", "example.com/m/deep"), on("hlib", "example.com/m/lib"), on("hmain", "main"), scoped, on("htab", "text/tabwriter")}
	for _, r := range p.Rules {
		p.Hooks = append(p.Hooks, r.Hook.Pkg)
	}
	p.Build = plan.Build{Dir: dir, Patterns: patterns, Cache: filepath.Join(dir, ".cache")}
	return &Resolver{Plan: p, Go: "go"}
}

// A command needs the hooks whose targets are among its dependencies, and those
// whose targets come in with these hooks.
func TestNeeded(t *testing.T) {
	r := newResolver(t, "./cmd/...")
	archives, err := r.Archives("")
	if err != nil {
		t.Fatal(err)
	}
	work := t.TempDir()
	for main, want := range map[string]string{
		"example.com/m/cmd/a": "hdeep hlib hmain hscope",
		"example.com/m/cmd/b": "hmain",
		"not/listed":          "hdeep hlib hmain hscope htab", // nothing is known of it
	} {
		if got := needed(t, r, main, work, archives); got != want {
			t.Errorf("%s needs %q, want %q", main, got, want)
		}
	}
}

// The dependencies of a test program are those of the package's tests, too.
func TestNeededByTests(t *testing.T) {
	r := newResolver(t, "./lib")
	r.Plan.Build.Test = true
	archives, err := r.Archives("")
	if err != nil {
		t.Fatal(err)
	}
	if got := needed(t, r, "example.com/m/lib.test", t.TempDir(), archives); got != "hdeep hlib hmain hscope htab" {
		t.Errorf("got %q", got)
	}
}

func needed(t *testing.T, r *Resolver, main, work string, archives Archives) string {
	t.Helper()
	got, err := r.Needed(main, work, archives)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range got {
		got[i] = filepath.Base(p)
	}
	return strings.Join(got, " ")
}

// The second main of a build does not list again, and archives are listed again only
// when one is gone.
func TestRemembered(t *testing.T) {
	r := newResolver(t, "./cmd/...")
	archives, err := r.Archives("")
	if err != nil {
		t.Fatal(err)
	}
	if archives["example.com/m/deep"].File == "" {
		t.Errorf("the closure is not whole: %v", archives)
	}
	work := t.TempDir()
	want := needed(t, r, "example.com/m/cmd/a", work, archives)
	r.Go = filepath.Join(t.TempDir(), "no-go-command")
	if got := needed(t, r, "example.com/m/cmd/a", work, archives); got != want {
		t.Errorf("the second main needs %q, the first %q", got, want)
	}
	if _, err := r.Archives(""); err != nil {
		t.Errorf("what is remembered is listed again: %v", err)
	}
	if _, err := r.Archives("other.pgo"); err == nil {
		t.Error("another profile is answered from memory")
	}
	files, err := filepath.Glob(filepath.Join(r.Plan.Build.Cache, "resolve", "*.json"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	write(t, files[0], strings.ReplaceAll(string(data), archives["example.com/m/deep"].File, "/gone-d"))
	if _, err := r.Archives(""); err == nil {
		t.Error("an archive is gone, and is not asked for again")
	}
}

func TestArchivesErrors(t *testing.T) {
	r := newResolver(t, "./...")
	write(t, filepath.Join(r.Plan.Build.Dir, "hlib", "hook.go"), "package hlib\n\nvar x int = \"\"\n")
	if _, err := r.Archives(""); err == nil || !strings.Contains(err.Error(), "the hook packages do not build") || !strings.Contains(err.Error(), "hook.go:3") {
		t.Errorf("got %v", err)
	}
}

func TestLinkDeps(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.a")
	write(t, file, "!<arch>\n")
	if err := (&LinkDeps{}).Write(file); err != nil {
		t.Fatal(err)
	}
	if data, err := toolcmd.ReadMember(file, member); err != nil || data != nil {
		t.Errorf("an archive that needs nothing carries %q, %v", data, err)
	}
	d := &LinkDeps{Calls: map[string][]string{"h": {"a", "b"}}}
	if err := d.Write(file); err != nil {
		t.Fatal(err)
	}
	got, err := readLinkDeps(file)
	if err != nil || !slices.Equal(got.Calls["h"], []string{"a", "b"}) {
		t.Errorf("read %+v, %v", got, err)
	}
}

// A hook that is called and not linked is an error that names the packages that call
// it and the aspects that asked for it.
func TestLinkMissing(t *testing.T) {
	r := newResolver(t)
	dir := t.TempDir()
	cfg := &toolcmd.ImportConfig{Files: map[string]string{}}
	for name, aspects := range map[string][]string{"p": {"one", "two"}, "q": {"two"}, "main": nil} {
		file := filepath.Join(dir, name+".a")
		write(t, file, "!<arch>\n")
		cfg.Files[name] = file
		if err := (&LinkDeps{Calls: map[string][]string{"example.com/h": aspects}}).Write(file); aspects != nil && err != nil {
			t.Fatal(err)
		}
	}
	delete(cfg.Files, "main")
	write(t, filepath.Join(dir, "main.a"), "!<arch>\n")
	err := r.Link("example.com/m", dir, &toolcmd.Link{Main: filepath.Join(dir, "main.a")}, cfg)
	if err == nil || !strings.Contains(err.Error(), "example.com/h of one, two is called by p, q but is not linked") {
		t.Errorf("got %v", err)
	}
	cfg.Files["example.com/h"] = filepath.Join(dir, "main.a")
	if err := r.Link("example.com/m", dir, &toolcmd.Link{Main: filepath.Join(dir, "main.a")}, cfg); err != nil {
		t.Errorf("linked, and still %v", err)
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
