package register

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
)

// A hook that is given by name is not linked into the registration binary, so its
// signature is read from its source. Types are spelled from the syntax alone: names
// of other packages by what the module graph says a package is called, names of the
// hook's own package through its aliases. An alias of another package is taken for
// a type of that name; a hook names the type itself instead.

// A hookReader reads signatures from the source of packages that go list named.
type hookReader struct {
	byPath map[string]*pkg
	parsed map[string]*hookPkg
}

type hookPkg struct {
	*pkg
	funcs map[string]*ast.FuncDecl
	files map[*ast.FuncDecl]*ast.File
	types map[string]declared
}

// A declared type of the hook's package.
type declared struct {
	expr  ast.Expr
	file  *ast.File
	alias bool // expr is the type itself, not what the type is made of
}

// signature returns the signature of the function.
func (r *hookReader) signature(f rule.Func) (*rule.Signature, error) {
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
	sig, err := s.signature(d.Type)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Short(), err)
	}
	if sig.Variadic {
		return nil, fmt.Errorf("%s is variadic; take the values as a slice", f.Short())
	}
	return sig, nil
}

func (r *hookReader) pkg(importPath string) (*hookPkg, error) {
	if p := r.parsed[importPath]; p != nil {
		return p, nil
	}
	p := &hookPkg{pkg: r.byPath[importPath], funcs: map[string]*ast.FuncDecl{}, files: map[*ast.FuncDecl]*ast.File{}, types: map[string]declared{}}
	for _, name := range append(p.GoFiles, p.CgoFiles...) {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
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

func (p *hookPkg) declare(file *ast.File, d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			p.funcs[d.Name.Name], p.files[d] = d, file
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			if t, ok := s.(*ast.TypeSpec); ok {
				p.types[t.Name.Name] = declared{t.Type, file, t.Assign.IsValid()}
			}
		}
	}
}

// A speller spells the types in one file.
type speller struct {
	r    *hookReader
	pkg  *hookPkg
	file *ast.File
}

func (s *speller) signature(t *ast.FuncType) (*rule.Signature, error) {
	sig := &rule.Signature{}
	add := func(list *ast.FieldList, to *[]rule.Type, last **rule.Signature) error {
		if list == nil {
			return nil
		}
		for _, f := range list.List {
			expr := f.Type
			if e, ok := expr.(*ast.Ellipsis); ok {
				sig.Variadic = true
				expr = &ast.ArrayType{Elt: e.Elt}
			}
			spelled, err := s.spell(expr)
			if err != nil {
				return err
			}
			for range max(len(f.Names), 1) {
				*to = append(*to, spelled)
			}
			*last = s.function(expr)
		}
		return nil
	}
	if err := add(t.Params, &sig.Params, &sig.LastParam); err != nil {
		return nil, err
	}
	return sig, add(t.Results, &sig.Results, &sig.LastResult)
}

// function returns the signature of a func type that is written out, or that the
// hook's package declares, or nil. Whether a type of another package is a func type
// can not be told from here.
func (s *speller) function(e ast.Expr) *rule.Signature {
	for range len(s.pkg.types) + 1 { // as many names as there are may lead to one
		e = ast.Unparen(e)
		name, ok := e.(*ast.Ident)
		if !ok {
			break
		}
		t, ok := s.pkg.types[name.Name]
		if !ok {
			return nil
		}
		s, e = &speller{s.r, s.pkg, t.file}, t.expr
	}
	fn, ok := e.(*ast.FuncType)
	if !ok {
		return nil
	}
	sig, err := s.signature(fn)
	if err != nil {
		return nil // of a named type: one that is written out has been spelled before
	}
	return sig
}

func (s *speller) spell(e ast.Expr) (rule.Type, error) {
	with := func(prefix string, e ast.Expr) (rule.Type, error) {
		t, err := s.spell(e)
		return rule.Type(prefix) + t, err
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return s.spell(e.X)
	case *ast.Ident:
		return s.ident(e.Name)
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok {
			p, err := s.imported(x.Name)
			return rule.Type(p + "." + e.Sel.Name), err
		}
	case *ast.StarExpr:
		return with("*", e.X)
	case *ast.ArrayType:
		if e.Len == nil {
			return with("[]", e.Elt)
		}
		n, ok := e.Len.(*ast.BasicLit)
		if !ok || n.Kind != token.INT {
			return "", fmt.Errorf("the length of an array in its signature is not a number; write the number")
		}
		length, err := strconv.ParseInt(n.Value, 0, 64)
		if err != nil {
			return "", err
		}
		return with(fmt.Sprintf("[%d]", length), e.Elt)
	case *ast.MapType:
		k, err := s.spell(e.Key)
		if err != nil {
			return "", err
		}
		return with("map["+string(k)+"]", e.Value)
	case *ast.ChanType:
		elem, err := s.spell(e.Value)
		return rule.Chan(map[ast.ChanDir]string{ast.SEND | ast.RECV: "chan ", ast.RECV: "<-chan ", ast.SEND: "chan<- "}[e.Dir], elem), err
	case *ast.FuncType:
		sig, err := s.signature(e)
		if err != nil {
			return "", err
		}
		return sig.Type(), nil
	case *ast.InterfaceType:
		if e.Methods.NumFields() == 0 {
			return rule.AnyType, nil
		}
	case *ast.StructType:
		if e.Fields.NumFields() == 0 {
			return "struct{}", nil
		}
	case *ast.IndexExpr:
		return s.instance(e.X, e.Index)
	case *ast.IndexListExpr:
		return s.instance(e.X, e.Indices...)
	}
	return "", fmt.Errorf("a type in its signature has no name; declare one for it and use that")
}

func (s *speller) instance(x ast.Expr, args ...ast.Expr) (rule.Type, error) {
	t, err := s.spell(x)
	if err != nil {
		return "", err
	}
	var of []string
	for _, a := range args {
		spelled, err := s.spell(a)
		if err != nil {
			return "", err
		}
		of = append(of, string(spelled))
	}
	return t + rule.Type("["+strings.Join(of, ",")+"]"), nil
}

// ident spells a name without a package: one of the hook's own, or a predeclared one.
func (s *speller) ident(name string) (rule.Type, error) {
	if t, ok := s.pkg.types[name]; ok {
		if !t.alias {
			return rule.Type(s.pkg.ImportPath + "." + name), nil
		}
		return (&speller{s.r, s.pkg, t.file}).spell(t.expr)
	}
	switch name {
	case "any":
		return rule.AnyType, nil
	case "byte":
		return "uint8", nil
	case "rune":
		return "int32", nil
	}
	if types.Universe.Lookup(name) == nil {
		return "", fmt.Errorf("the type %s comes from a dot import; write it with its package's name", name)
	}
	return rule.Type(name), nil
}

// imported returns the path of the package that the file knows by that name.
func (s *speller) imported(name string) (string, error) {
	for _, spec := range s.file.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return "", err
		}
		if to, ok := s.pkg.ImportMap[p]; ok {
			p = to
		}
		known := path.Base(p)
		if dep := s.r.byPath[p]; dep != nil {
			known = dep.Name
		}
		if spec.Name != nil {
			known = spec.Name.Name
		}
		if known == name {
			return p, nil
		}
	}
	return "", fmt.Errorf("nothing is imported under the name %s", name)
}
