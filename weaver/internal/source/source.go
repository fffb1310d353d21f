// Package source reads the Go files of one compile: bytes, syntax and, where a rule
// needs them, types. It comes after toolcmd and before match.
package source

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

// A File is one Go file of a package.
type File struct {
	Name string // as the compiler is given it
	Src  []byte
	AST  *ast.File // nil until [Package.Parse]
}

// A Package is the files of one compile.
type Package struct {
	Path    string // as the compiler is given it: "main" for a command
	Files   []*File
	Fset    *token.FileSet
	Types   *types.Package // nil until [Package.Check], like Info and Sizes
	Info    *types.Info
	Sizes   types.Sizes
	Imports *toolcmd.ImportConfig

	cmd *toolcmd.Compile
}

// Read reads the files of the compile.
func Read(c *toolcmd.Compile) (*Package, error) {
	p := &Package{Path: c.Package, Fset: token.NewFileSet(), cmd: c}
	for _, name := range c.Files {
		src, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		p.Files = append(p.Files, &File{Name: name, Src: src})
	}
	return p, nil
}

// With returns a package that is compiled like p, of the files.
func (p *Package) With(files []*File) *Package {
	return &Package{Path: p.Path, Files: files, Fset: token.NewFileSet(), Imports: p.Imports, cmd: p.cmd}
}

// Contains reports whether one of the files has all of the words in it.
func (p *Package) Contains(words ...string) bool {
file:
	for _, f := range p.Files {
		for _, w := range words {
			if !bytes.Contains(f.Src, []byte(w)) {
				continue file
			}
		}
		return true
	}
	return false
}

// Parse parses the files. The error is the first one of the parser's; the compiler
// will say it in its own words.
func (p *Package) Parse() error {
	for _, f := range p.Files {
		abs, err := filepath.Abs(f.Name)
		if err != nil {
			return err
		}
		f.AST, err = parser.ParseFile(p.Fset, abs, f.Src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
	}
	return nil
}

// Check type-checks the files against the export data that the import config names;
// the bodies of functions only if they are asked for. goarch decides the sizes of
// types.
func (p *Package) Check(goarch string, bodies bool) error {
	// What a user's program may not do is the compiler's to say; what matters here is
	// whether types are known.
	return p.check(goarch, types.Config{IgnoreFuncBodies: !bodies, DisableUnusedImportCheck: true})
}

// CheckAll is Check for all that the compiler would say.
func (p *Package) CheckAll(goarch string) error { return p.check(goarch, types.Config{}) }

func (p *Package) check(goarch string, conf types.Config) error {
	sizes := types.SizesFor("gc", goarch)
	if sizes == nil {
		return fmt.Errorf("the sizes of types on GOARCH=%s are not known to the Go version that compiled this tool", goarch)
	}
	p.Sizes = sizes
	var files []*ast.File
	for _, f := range p.Files {
		files = append(files, f.AST)
	}
	conf.GoVersion, conf.Importer, conf.Sizes = p.cmd.Lang, p.importer(), sizes
	p.Info = &types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Defs:       map[*ast.Ident]types.Object{},
		Uses:       map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
		Instances:  map[*ast.Ident]types.Instance{},

		FileVersions: map[*ast.File]string{},
	}
	var err error
	p.Types, err = conf.Check(p.Path, p.Fset, files, p.Info)
	return err
}

// importer returns an importer of the archives in the import config.
func (p *Package) importer() types.Importer {
	gc := importer.ForCompiler(p.Fset, "gc", func(path string) (io.ReadCloser, error) {
		file, ok := p.Imports.Files[path]
		if !ok {
			return nil, fmt.Errorf("package %s is not in the import config", path)
		}
		return os.Open(file)
	})
	return importerFunc(func(path string) (*types.Package, error) {
		if path == "unsafe" {
			return types.Unsafe, nil
		}
		if to, ok := p.Imports.Map[path]; ok {
			path = to
		}
		return gc.Import(path)
	})
}

type importerFunc func(path string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }

// Trim returns the file name as the compiler records it.
func (p *Package) Trim(file string) string { return p.cmd.Trim(file) }

// Position returns where pos is in the user's own terms: line directives count.
func (p *Package) Position(pos token.Pos) token.Position { return p.Fset.Position(pos) }

// Place returns file:line of pos in the user's terms, with the file as the compiler
// records it: whatever is kept in an archive has no other name for it. Of the standard
// library the compiler hides where it lies.
//
// Source: WorkingDir and AbsFile in cmd/internal/objabi of go1.26.
func (p *Package) Place(pos token.Pos) string {
	at := p.Position(pos)
	file := p.Trim(at.Filename)
	if p.cmd.Std {
		if rest, ok := strings.CutPrefix(file, toolcmd.Root(p.cmd.Tool)); ok {
			file = "$GOROOT" + rest
		}
	}
	return fmt.Sprintf("%s:%d", filepath.ToSlash(file), at.Line)
}

// Offset returns the offset of pos in its file's bytes.
func (p *Package) Offset(pos token.Pos) int { return p.Fset.PositionFor(pos, false).Offset }

// PackageName returns the name in the package clause of the first of the files.
func PackageName(files []string) (string, error) {
	f, err := parser.ParseFile(token.NewFileSet(), files[0], nil, parser.PackageClauseOnly)
	if err != nil {
		return "", err
	}
	return f.Name.Name, nil
}
