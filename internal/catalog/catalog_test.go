package catalog_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goweaver/weaver/internal/catalog"
)

// The catalog has each package of the folder builtin that declares an aspect, as it is
// there, and README.md's tables of them say the same of the default list, or the library.
func TestBuiltIns(t *testing.T) {
	root := filepath.Join("..", "..")
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, b := range catalog.BuiltIns() {
		names = append(names, b.Name)
		dir, ok := strings.CutPrefix(b.Path, catalog.Module+"/")
		if !ok {
			t.Errorf("%s is not below %s", b.Path, catalog.Module)
		}
		pkg, vars := declared(t, filepath.Join(root, filepath.FromSlash(dir)))
		if pkg != b.Name || !slices.Contains(vars, b.Var) {
			t.Errorf("%s is package %s with %v, and not %s.%s", dir, pkg, vars, b.Name, b.Var)
		}
		last := map[bool]string{true: "| yes |", false: "| no, "}[b.Default]
		if b.Library != "" {
			last = "`" + b.Library + "`"
		}
		if !slices.ContainsFunc(strings.Split(string(readme), "\n"), func(line string) bool {
			return strings.HasPrefix(line, "| `"+dir+"` |") && strings.Contains(line, last)
		}) {
			t.Errorf("README.md has no line on %s with %q", dir, last)
		}
	}
	dirs, err := filepath.Glob(filepath.Join(root, "builtin", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range dirs {
		if pkg, vars := declared(t, dir); slices.Contains(vars, "Aspect") && !slices.Contains(names, pkg) {
			t.Errorf("the catalog has no %s", pkg)
		}
	}
	slices.Sort(names)
	if len(slices.Compact(names)) != len(catalog.BuiltIns()) {
		t.Errorf("a name is there twice: %v", names)
	}
}

// declared returns the name of the package in the folder, and its variables.
func declared(t *testing.T, dir string) (pkg string, vars []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") { // of another package
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		pkg = f.Name.Name
		for _, d := range f.Decls {
			if decl, ok := d.(*ast.GenDecl); ok && decl.Tok == token.VAR {
				for _, spec := range decl.Specs {
					for _, name := range spec.(*ast.ValueSpec).Names {
						vars = append(vars, name.Name)
					}
				}
			}
		}
	}
	return pkg, vars
}

// A built-in for a library is wanted where the module graph has the library, and what
// is not in the default list never is.
func TestWanted(t *testing.T) {
	all := []catalog.BuiltIn{
		{Name: "std", Default: true},
		{Name: "gin", Default: true, Library: "example.com/gin"},
		{Name: "chi", Default: true, Library: "example.com/chi"},
		{Name: "extra", Library: "example.com/gin"},
	}
	for _, tt := range []struct {
		graph map[string]bool
		want  []string
	}{
		{nil, []string{"std"}},
		{map[string]bool{"example.com/gin": true, "example.com/other": true}, []string{"std", "gin"}},
	} {
		if got := catalog.Names(catalog.Wanted(all, tt.graph)); !slices.Equal(got, tt.want) {
			t.Errorf("got %v, want %v", got, tt.want)
		}
	}
}

// A library is unpinned unless the registration file imports its aspect or was offered it.
func TestUnpinned(t *testing.T) {
	packages := map[string]bool{"github.com/gin-gonic/gin": true}
	for src, want := range map[string]int{
		"package main\n": 1,
		"import \"" + catalog.Module + "/builtin/gin\"\n":      0,
		"//weaver:pin otelsdk gin nethttp\nvar x int\n":        0,
		"//weaver:pin otelsdk ginger\n// see gin\nvar x int\n": 1,
	} {
		if got := catalog.Unpinned([]byte(src), packages); len(got) != want {
			t.Errorf("%q: %v", src, got)
		}
	}
	if got := catalog.Unpinned(nil, nil); len(got) != 0 {
		t.Errorf("a build without the library: %v", got)
	}
}
