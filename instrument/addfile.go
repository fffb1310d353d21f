package instrument

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
)

// addFile sets the file that a rule adds to a package, and the packages that it is linked
// to. Mistakes in it are told with the file's own line.
func (d *description) addFile(f *rule.File, at position) {
	d.rule.File = f
	if !strings.HasSuffix(f.Name, ".go") || f.Name != filepath.Base(f.Name) || strings.ContainsAny(f.Name, `/\:`) || strings.HasPrefix(f.Name, ".") || strings.HasPrefix(f.Name, "_") {
		d.mistaken(at, fmt.Errorf("%q is no name of a Go file; give one without a folder, ending in .go", f.Name))
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, f.Name, f.Source, parser.ParseComments|parser.SkipObjectResolution)
	var list scanner.ErrorList
	if errors.As(err, &list) {
		list.RemoveMultiples()
		for _, e := range list {
			d.mistaken(at, fmt.Errorf("%s:%d: %s; correct the file", e.Pos.Filename, e.Pos.Line, e.Msg))
		}
		return
	}
	wrong := func(pos token.Pos, format string, args ...any) {
		p := fset.PositionFor(pos, false)
		d.mistaken(at, fmt.Errorf("%s:%d: %w", p.Filename, p.Line, fmt.Errorf(format, args...)))
	}
	for _, i := range file.Imports {
		if i.Path.Value == `"C"` {
			wrong(i.Pos(), `import "C" needs cgo, which has run before files are added; call C from a package of its own`)
		}
	}
	linked := map[string]string{}
	unsafe := slices.ContainsFunc(file.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"unsafe"` })
	for _, group := range file.Comments {
		for _, c := range group.List {
			word, rest, _ := strings.Cut(c.Text, " ")
			switch word {
			case "//go:build", "//+build":
				if c.Pos() < file.Package {
					wrong(c.Pos(), "the file has a build constraint, which nothing looks at; drop it, and add the file where it is needed")
				}
			case "//go:embed":
				wrong(c.Pos(), "the file has a go:embed directive, which the go command does not see; embed in a package of its own")
			case "//go:linkname":
				if args := strings.Fields(rest); len(args) > 0 {
					linked[args[0]] = strings.Join(args[1:], " ")
				}
				if !unsafe {
					wrong(c.Pos(), "a go:linkname directive needs the file to import %q; add import _ %[1]q", "unsafe")
				}
			}
		}
	}
	d.links(file, linked, wrong)
}

// links sets the packages whose functions are linked to those without a body.
func (d *description) links(file *ast.File, linked map[string]string, wrong func(token.Pos, string, ...any)) {
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Body != nil {
			continue
		}
		if _, ok := linked[f.Name.Name]; !ok || f.Recv != nil {
			wrong(f.Pos(), "%s has no body; write one, or link it to a function with go:linkname", f.Name.Name)
			continue
		}
		path := rule.SymbolPackage(linked[f.Name.Name])
		if path != "" && path != d.rule.Target.Pkg && !slices.Contains(d.rule.Links, path) {
			d.rule.Links = append(d.rule.Links, path)
		}
	}
}

func isExported(name string) bool { return token.IsExported(name) }
