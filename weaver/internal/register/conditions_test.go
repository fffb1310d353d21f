package register

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What the archives of hook packages follow beside their sources is in the identity, and
// the folder that the whole project lies in is not.
func TestConditions(t *testing.T) {
	local := &pkg{ImportPath: "example.com/hooks", Dir: filepath.FromSlash("/project/kit/hooks"), Module: &mod{Path: "example.com/hooks", Main: true}}
	cached := &pkg{ImportPath: "example.com/dep", Dir: filepath.FromSlash("/cache/dep@v1"), Module: &mod{Path: "example.com/dep", Version: "v1", Sum: "h1:"}}
	usesC := &pkg{ImportPath: "net", Standard: true, CgoFiles: []string{"cgo_unix.go"}}
	conditions := func(root, args, goflags string, packages ...*pkg) []string {
		line, err := ParseCommandLine("build", strings.Fields(args), "")
		if err != nil {
			t.Fatal(err)
		}
		reg := &Registration{byPath: map[string]*pkg{}}
		for _, q := range packages {
			reg.byPath[q.ImportPath], reg.linked = q, append(reg.linked, q.ImportPath)
		}
		return (&preparation{
			Options: Options{Line: line}, reg: reg,
			env:  map[string]string{"GOFLAGS": goflags, "GOMODCACHE": "/cache", "CC": "gcc"},
			mods: &modules{mains: []mainModule{{Dir: filepath.FromSlash(root)}}},
		}).conditions()
	}
	for _, tt := range []struct {
		args, goflags string
		packages      []*pkg
		want          string // a part of a line; "" for no lines
	}{
		{"", "", []*pkg{local}, "example.com/hooks in ../kit/hooks"},
		{"", "", []*pkg{cached}, "modules in /cache"},
		{"-trimpath", "", []*pkg{local, cached}, ""},
		{"", "-trimpath", []*pkg{local, cached}, ""},
		{"-trimpath=false", "-trimpath", []*pkg{local}, "example.com/hooks in ../kit/hooks"},
		{"-trimpath", "", []*pkg{usesC}, `CC="gcc"`},
		{"-trimpath -gcflags=example.com/hooks=-N", "", []*pkg{local}, `gcflags="example.com/hooks=-N"`},
		{"-trimpath", "-asmflags=./...=-S", []*pkg{local}, `asmflags="./...=-S"`},
		{"-trimpath -gcflags=-N", "-gcflags=all=-l", []*pkg{local}, ""},
	} {
		got := conditions("/project/app", tt.args, tt.goflags, tt.packages...)
		has := slices.ContainsFunc(got, func(line string) bool { return strings.Contains(line, tt.want) })
		if tt.want == "" && len(got) > 0 || tt.want != "" && !has {
			t.Errorf("%q, GOFLAGS=%s: %q, want %q", tt.args, tt.goflags, got, tt.want)
		}
	}
	there := &pkg{ImportPath: local.ImportPath, Dir: filepath.FromSlash("/elsewhere/kit/hooks"), Module: local.Module}
	if here, elsewhere := conditions("/project/app", "", "", local), conditions("/elsewhere/app", "", "", there); !slices.Equal(here, elsewhere) {
		t.Errorf("%q in one folder, %q in another", here, elsewhere)
	}
}

// The folder of files that are named in the place of packages.
func TestFiles(t *testing.T) {
	dir := filepath.FromSlash("/project")
	for args, want := range map[string]string{
		"":                     "",
		"./...":                "",
		"main.go":              "/project",
		"cmd/a.go cmd/b.go":    "/project/cmd",
		"-o x.go ./cmd":        "",
		"-race ../other/x.go":  "/other",
		"-trimpath example.go": "/project",
	} {
		line, err := ParseCommandLine("build", strings.Fields(args), "")
		if err != nil {
			t.Fatal(err)
		}
		if got := line.Files(dir); got != filepath.FromSlash(want) {
			t.Errorf("go build %s: %q, want %q", args, got, want)
		}
	}
}
