package weaver

// What the explain command is asked about and no build of the packages has: it may be there
// all the same, and then why the build lacks it is the answer.

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/register"
)

// outside answers for what is in no package of the build.
func (e *explainCall) outside(in *inspection, read []symbol) (*subject, error) {
	var paths []string
	for _, s := range read {
		if s.path != "" && !slices.Contains(paths, s.path) {
			paths = append(paths, s.path)
		}
	}
	there, err := in.g.Find(in.tool.plan.Build.Flags, paths)
	if err != nil {
		return nil, err
	}
	for _, p := range there {
		if s := e.absent(in, p); s != nil {
			return s, nil
		}
	}
	var names []string
	for _, p := range in.built() {
		names = append(names, p.Path())
	}
	return nil, &notFoundError{fmt.Sprintf("there is no %s, in the build or outside; %s", e.asked, nearPath(paths, names))}
}

// absent returns a package that is there, and not in the build, or nil.
func (e *explainCall) absent(in *inspection, p *register.Package) *subject {
	s := &subject{kind: aPackage, name: p.ImportPath, p: p}
	switch {
	case p.Dir == "":
		return nil
	case len(p.IgnoredGoFiles) > 0 && len(p.GoFiles)+len(p.CgoFiles) == 0:
		s.notBuilt = fmt.Sprintf("build constraints exclude all files of package %s on %s", p.ImportPath, in.platform())
	case len(p.GoFiles)+len(p.CgoFiles)+len(p.TestGoFiles)+len(p.XTestGoFiles) == 0:
		return nil
	default:
		s.notBuilt = fmt.Sprintf("package %s is not among %s and what they import", p.ImportPath, strings.Join(e.packages, ", "))
	}
	return s
}

func (in *inspection) platform() string {
	t := in.tool.plan.Build.Target
	out := t["GOOS"] + "/" + t["GOARCH"]
	if tags := in.tool.given("tags"); tags != "" {
		out += " with the tags " + tags
	}
	return out
}

// unbuilt returns what the package declares in a file that the build leaves out, or nil.
func (in *inspection) unbuilt(f *finder, s symbol) (*subject, error) {
	there, err := in.g.Find(in.tool.plan.Build.Flags, []string{f.p.Dir})
	if err != nil || len(there) == 0 {
		return nil, err
	}
	p := there[0]
	for _, name := range slices.Concat(p.IgnoredGoFiles, p.TestGoFiles, p.XTestGoFiles) {
		file := filepath.Join(p.Dir, name)
		g := &finder{p: f.p, path: f.path, src: sources{{name: file, users: file}}, fset: token.NewFileSet()}
		parsed, err := parser.ParseFile(g.fset, file, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		g.files = []*ast.File{parsed}
		if found := g.declared(s.recv, s.name); found != nil {
			found.notBuilt = in.leftOut(p, name)
			return found, nil
		}
	}
	return nil, nil
}

// leftOut says why the build has no such file of the package.
func (in *inspection) leftOut(p *register.Package, name string) string {
	if !slices.Contains(p.IgnoredGoFiles, name) {
		return fmt.Sprintf("%s is compiled only for the tests of package %s; ask with -test", name, p.ImportPath)
	}
	why := "its name"
	if expr := constraintOf(filepath.Join(p.Dir, name)); expr != "" {
		why = "//go:build " + expr
	}
	return fmt.Sprintf("build constraints exclude %s on %s: %s", name, in.platform(), why)
}

// constraintOf returns the file's build constraint, or "".
func constraintOf(file string) string {
	src, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	for line := range bytes.Lines(src) {
		text := strings.TrimSpace(string(line))
		if constraint.IsGoBuild(text) {
			if x, err := constraint.Parse(text); err == nil {
				return x.String()
			}
		}
		if strings.HasPrefix(text, "package ") {
			break
		}
	}
	return ""
}
