package register

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A hook package in a temporary module, with a file of each kind that a build could
// use and some that none does.
var hookModule = map[string]string{
	"go.mod":                "module example.com/m\n\ngo 1.25\n\ngodebug panicnil=1\n",
	"hooks/hooks.go":        "package hooks\n\nimport (\n\t_ \"embed\"\n\n\t_ \"example.com/m/dep\"\n)\n\n//go:embed data/x.txt\nvar x string\n",
	"hooks/hooks_other.go":  "//go:build plan9\n\npackage hooks\n",
	"hooks/hooks_solaris.s": "// assembly\n",
	"hooks/data/x.txt":      "embedded",
	"hooks/data/y.txt":      "not embedded",
	"hooks/hooks_test.go":   "package hooks\n",
	"hooks/README.md":       "read me",
	"hooks/.hidden.go":      "package hidden\n",
	"hooks/_x.go":           "package x\n",
	"dep/dep.go":            "package dep\n",
	"other/other.go":        "package other\n",
}

func TestDigestClosure(t *testing.T) {
	for _, tt := range []struct {
		file, old, new string
		follows        bool
	}{
		{"hooks/hooks.go", "var x", "var y", true},
		{"hooks/hooks_other.go", "plan9", "plan9 && arm", true},
		{"hooks/hooks_solaris.s", "assembly", "other", true},
		{"hooks/data/x.txt", "embedded", "changed", true},
		{"dep/dep.go", "\n", "\nvar A int\n", true},
		{"go.mod", "go 1.25", "go 1.24", true},
		{"go.mod", "module", "// a comment\nmodule", false},
		{"hooks/data/y.txt", "not", "still not", false},
		{"hooks/hooks_test.go", "\n", "\nvar a int\n", false},
		{"hooks/.hidden.go", "hidden", "hid", false},
		{"hooks/_x.go", "package x", "package y", false},
		{"other/other.go", "\n", "\nvar a int\n", false},
	} {
		dir := newModule(t, hookModule)
		before := digest(t, dir)
		file := filepath.Join(dir, tt.file)
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		write(t, file, strings.Replace(string(data), tt.old, tt.new, 1))
		if changed := digest(t, dir) != before; changed != tt.follows {
			t.Errorf("%s edited (%q): digest changed: %v, want %v", tt.file, tt.new, changed, tt.follows)
		}
	}
}

// A godebug line is one of those that change how a module is compiled.
func TestDigestFollowsGodebug(t *testing.T) {
	dir := newModule(t, hookModule)
	before := digest(t, dir)
	write(t, filepath.Join(dir, "go.mod"), strings.Replace(hookModule["go.mod"], "panicnil=1", "panicnil=0", 1))
	if digest(t, dir) == before {
		t.Error("the digest does not follow it")
	}
}

// A file that no build can use is no reason to compile anything anew.
func TestDigestLeavesOutProse(t *testing.T) {
	dir := newModule(t, hookModule)
	before := digest(t, dir)
	write(t, filepath.Join(dir, "hooks", "README.md"), "other words")
	if digest(t, dir) != before {
		t.Error("the digest follows README.md")
	}
}

// The folder that a module lies in is in no key.
func TestDigestElsewhere(t *testing.T) {
	if here, there := digest(t, newModule(t, hookModule)), digest(t, newModule(t, hookModule)); here != there {
		t.Error("equal modules in two folders have two digests")
	}
}

// Of the standard library nothing is in the digest, but all of it is in the closure.
func TestClosureOf(t *testing.T) {
	dir := newModule(t, hookModule)
	all := closure(t, dir, "example.com/m/hooks", "example.com/m/other")
	got := closureOf(all, []string{"example.com/m/hooks"})
	for _, want := range []string{"example.com/m/hooks", "example.com/m/dep", "embed", "runtime"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is not in the closure", want)
		}
	}
	if slices.Contains(got, "example.com/m/other") || !slices.IsSorted(got) {
		t.Errorf("got %q", got)
	}
}

// The order in which the go command lists packages follows from what else it lists, which
// says nothing of these.
func TestDigestOrder(t *testing.T) {
	all := closure(t, newModule(t, hookModule), "example.com/m/hooks")
	want, err := digestClosure(all, nil)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(all)
	if got, err := digestClosure(all, nil); got != want || err != nil {
		t.Errorf("the same packages in another order: %s, want %s; error %v", got, want, err)
	}
}

func digest(t *testing.T, dir string) string {
	t.Helper()
	d, err := digestClosure(closure(t, dir, "example.com/m/hooks"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func closure(t *testing.T, dir string, paths ...string) []*pkg {
	t.Helper()
	all, err := listClosure(offline(dir), nil, paths)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// offline returns a go command that asks no network, in the folder.
func offline(dir string) *Go {
	return &Go{Program: "go", Dir: dir, Env: append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=", "GOTOOLCHAIN=local", "PWD="+dir)}
}

// newModule writes the files to a new folder.
func newModule(t *testing.T, files map[string]string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		write(t, filepath.Join(dir, name), text)
	}
	return dir
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

// The names that a registration binary knows its files by, as -trimpath leaves them,
// lead to the files on disk.
func TestOnDisk(t *testing.T) {
	cache := newModule(t, map[string]string{
		"example.com/!dep@v1.2.3/sub/a.go": "package sub\n",
	})
	dir := newModule(t, map[string]string{
		"app/go.mod":                      "module example.com/app\n\ngo 1.25\n\nrequire example.com/rep v0.0.0\n\nreplace example.com/rep => ../rep\n",
		"app/aspects/a.go":                "package aspects\n",
		"app/orchestrion.tool.go":         "package main\n",
		"app/vendor/example.com/v/x/v.go": "package x\n",
		"rep/r/r.go":                      "package r\n",
	})
	m := &modules{modCache: cache}
	if err := m.add(filepath.Join(dir, "app"), filepath.Join(dir, "app", "go.mod")); err != nil {
		t.Fatal(err)
	}
	registration := filepath.Join(dir, "app", FileName)
	for trimmed, want := range map[string]string{
		"example.com/Dep@v1.2.3/sub/a.go":            filepath.Join(cache, "example.com/!dep@v1.2.3/sub/a.go"),
		"example.com/app/aspects/a.go":               filepath.Join(dir, "app/aspects/a.go"),
		"example.com/v@v1.0.0/x/v.go":                filepath.Join(dir, "app/vendor/example.com/v/x/v.go"),
		"example.com/v/x/v.go":                       filepath.Join(dir, "app/vendor/example.com/v/x/v.go"),
		"command-line-arguments/orchestrion.tool.go": registration,
		"./orchestrion.tool.go":                      registration,
		"example.com/none@v1.0.0/x.go":               "example.com/none@v1.0.0/x.go",
	} {
		if got := m.onDisk(trimmed, registration); got != want {
			t.Errorf("%s is %s, want %s", trimmed, got, want)
		}
	}
}

// What replaces a module goes before that module itself in the cache; go.work may do it too,
// and have the vendor folder.
func TestOnDiskReplaced(t *testing.T) {
	cache := newModule(t, map[string]string{
		"example.com/rep@v0.0.0/r/r.go":     "package r\n",
		"example.com/fork@v1.0.0/f.go":      "package fork\n",
		"example.com/pinned@v1.0.0/p.go":    "package pinned\n",
		"example.com/workfork@v1.0.0/wf.go": "package fork\n",
	})
	dir := newModule(t, map[string]string{
		"app/go.mod": "module example.com/app\n\ngo 1.25\n\nreplace (\n\texample.com/rep => ../rep\n" +
			"\texample.com/forked => example.com/fork v1.0.0\n\texample.com/pinned v1.1.0 => example.com/fork v1.0.0\n)\n",
		"rep/r/r.go": "package r\n",
		"go.work": "go 1.25\n\nuse ./app\n\nreplace example.com/work => ./work\n\n" +
			"replace example.com/workforked => example.com/workfork v1.0.0\n",
		"work/w.go":                   "package work\n",
		"vendor/example.com/v/x/v.go": "package x\n",
	})
	m, err := readModules(map[string]string{"GOWORK": filepath.Join(dir, "go.work"), "GOMODCACHE": cache})
	if err != nil {
		t.Fatal(err)
	}
	for trimmed, want := range map[string]string{
		"example.com/rep/r/r.go":              filepath.Join(dir, "rep/r/r.go"),
		"example.com/rep@v0.0.0/r/r.go":       filepath.Join(dir, "rep/r/r.go"),
		"example.com/forked@v0.1.0/f.go":      filepath.Join(cache, "example.com/fork@v1.0.0/f.go"),
		"example.com/pinned@v1.0.0/p.go":      filepath.Join(cache, "example.com/pinned@v1.0.0/p.go"),
		"example.com/work/w.go":               filepath.Join(dir, "work/w.go"),
		"example.com/workforked@v0.1.0/wf.go": filepath.Join(cache, "example.com/workfork@v1.0.0/wf.go"),
		"example.com/v@v1.0.0/x/v.go":         filepath.Join(dir, "vendor/example.com/v/x/v.go"),
	} {
		if got := m.onDisk(trimmed, ""); got != want {
			t.Errorf("%s is %s, want %s", trimmed, got, want)
		}
	}
}

// A folder of a main module that another module takes its place in is told by a replace
// line, and nothing that lies elsewhere is.
func TestNested(t *testing.T) {
	dir := newModule(t, map[string]string{
		"app/go.mod": "module example.com/app\n\ngo 1.25\n\nreplace (\n\texample.com/app/in => ./in\n" +
			"\texample.com/out => ../out\n\texample.com/fork => example.com/other v1.0.0\n)\n",
	})
	m, err := readModules(map[string]string{"GOMOD": filepath.Join(dir, "app", "go.mod")})
	if err != nil {
		t.Fatal(err)
	}
	if got := m.nested(); !slices.Equal(got, []string{"example.com/app/in"}) {
		t.Errorf("got %q", got)
	}
}

func TestShort(t *testing.T) {
	dir := filepath.FromSlash("/src")
	m := &modules{modCache: filepath.Join(dir, "cache"), mains: []mainModule{
		{Path: "example.com/app", Dir: filepath.Join(dir, "app")},
		{Path: "example.com/app/part", Dir: filepath.Join(dir, "app", "part")},
	}}
	for file, want := range map[string]string{
		"/src/cache/example.com/lib@v1.2.0/l/l.go": "example.com/lib@v1.2.0/l/l.go",
		"/src/app/main.go":                         "example.com/app/main.go",
		"/src/app/part/p.go":                       "example.com/app/part/p.go",
		"/src/app/partner/p.go":                    "example.com/app/partner/p.go",
		"/src/other/o.go":                          filepath.FromSlash("/src/other/o.go"),
	} {
		if got := m.short(filepath.FromSlash(file)); got != want {
			t.Errorf("%s is %s, want %s", file, got, want)
		}
	}
}
