package register

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"

	"github.com/goweaver/weaver/internal/rule"
)

// What is given by name is not linked into the registration binary, and what is given by
// value has no names for its parameters there, so both are read from their source. What a
// build needs of that is the signatures of hooks; targets (target.go) are read to be shown.

// A funcReader reads functions in the source of packages that go list named.
type funcReader struct {
	byPath map[string]*pkg
	parsed map[string]*funcPkg

	// targets says that it reads targets, not hooks: with comments, which may forbid to
	// weave, and with types that a hook may not have; see [speller].
	targets bool
}

type funcPkg struct {
	*pkg
	funcs map[string]*ast.FuncDecl // methods as T.M
	files map[*ast.FuncDecl]*ast.File
	types map[string]declared
	vars  map[string]token.Token // variables and constants, with the keyword
	fset  *token.FileSet
}

// A declared type of a package.
type declared struct {
	expr    ast.Expr
	file    *ast.File
	alias   bool // expr is the type itself, not what the type is made of
	generic bool
}

// signature returns the signature of the hook, for that advice.
func (r *funcReader) signature(f rule.Func, advice rule.Kind) (*rule.Signature, error) {
	p, err := r.pkg(f.Pkg)
	if err != nil {
		return nil, err
	}
	d := p.funcs[f.Name]
	switch {
	case d == nil:
		return nil, fmt.Errorf("package %s has no function %s for this platform; correct the name", f.Pkg, f.Name)
	case d.Type.TypeParams != nil:
		return nil, fmt.Errorf("%s is generic; a hook is one function, so write it for the type that it needs, or with any", f.Short())
	}
	s := &speller{r: r, pkg: p, file: p.files[d]}
	sig, err := s.hookSignature(d.Type)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Short(), err)
	}
	if sig.Variadic && advice != rule.Replace {
		return nil, fmt.Errorf("%s is variadic; take the values as a slice", f.Short())
	}
	return sig, nil
}

func (r *funcReader) pkg(importPath string) (*funcPkg, error) {
	if p := r.parsed[importPath]; p != nil {
		return p, nil
	}
	p := &funcPkg{
		pkg: r.byPath[importPath], fset: token.NewFileSet(),
		funcs: map[string]*ast.FuncDecl{}, files: map[*ast.FuncDecl]*ast.File{}, types: map[string]declared{}, vars: map[string]token.Token{},
	}
	mode := parser.SkipObjectResolution
	if r.targets {
		mode |= parser.ParseComments
	}
	for _, name := range append(p.GoFiles, p.CgoFiles...) {
		file, err := parser.ParseFile(p.fset, filepath.Join(p.Dir, name), nil, mode)
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			p.declare(file, d)
		}
	}
	r.parsed[importPath] = p
	return p, nil
}

func (p *funcPkg) declare(file *ast.File, d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		name := d.Name.Name
		if d.Recv != nil {
			recv, _ := receiver(d)
			name = recv + "." + name
		}
		p.funcs[name], p.files[d] = d, file
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				p.types[s.Name.Name] = declared{s.Type, file, s.Assign.IsValid(), s.TypeParams != nil}
			case *ast.ValueSpec:
				for _, name := range s.Names {
					p.vars[name.Name] = d.Tok
				}
			}
		}
	}
}

// receiver returns the name of the method's receiver type and those of its type
// parameters.
func receiver(d *ast.FuncDecl) (name string, params []string) {
	if len(d.Recv.List) == 0 {
		return "", nil // a syntax error of a kind that the parser lets through
	}
	t := ast.Unparen(d.Recv.List[0].Type)
	if star, ok := t.(*ast.StarExpr); ok {
		t = ast.Unparen(star.X)
	}
	var args []ast.Expr
	switch x := t.(type) {
	case *ast.IndexExpr:
		t, args = x.X, []ast.Expr{x.Index}
	case *ast.IndexListExpr:
		t, args = x.X, x.Indices
	}
	for _, a := range args {
		if id, ok := a.(*ast.Ident); ok {
			params = append(params, id.Name)
		}
	}
	if id, ok := t.(*ast.Ident); ok {
		name = id.Name
	}
	return name, params
}
