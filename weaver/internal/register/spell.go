package register

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"strconv"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
)

// A speller spells the types in one file, from the syntax alone: names of other packages
// by what the module graph says a package is called, names of the function's own package
// through its aliases.
//
// In a hook an alias of another package is taken for a type of that name, so that a build
// need not parse that package: a hook names the type itself instead, or where it can not, since
// that is in an internal package, an alias of its own package that leads there. And a type
// without a name is an error. The author of a target knows nothing of weaver: there such
// aliases are followed, and a type that no hook could have is spelled as it is written.
type speller struct {
	r      *funcReader
	pkg    *funcPkg
	file   *ast.File
	follow bool // aliases of other packages too
}

// hookSignature is signature with those of the last parameter and result, where they
// are functions.
func (s *speller) hookSignature(t *ast.FuncType) (*rule.Signature, error) {
	sig, err := s.signature(t)
	if err != nil {
		return nil, err
	}
	last := func(list *ast.FieldList) *rule.Signature {
		if list.NumFields() == 0 {
			return nil
		}
		return s.function(list.List[len(list.List)-1].Type)
	}
	sig.LastParam, sig.LastResult = last(t.Params), last(t.Results)
	return sig, nil
}

func (s *speller) signature(t *ast.FuncType) (*rule.Signature, error) {
	sig := &rule.Signature{}
	add := func(list *ast.FieldList, to *[]rule.Type) error {
		if list == nil {
			return nil
		}
		for _, f := range list.List {
			spelled, err := s.spell(valueType(f.Type))
			if err != nil {
				return err
			}
			for range max(len(f.Names), 1) {
				*to = append(*to, spelled)
			}
		}
		return nil
	}
	if err := add(t.Params, &sig.Params); err != nil {
		return nil, err
	}
	sig.Variadic = isVariadic(t)
	return sig, add(t.Results, &sig.Results)
}

// valueType returns the type of a parameter's value, which is []T for one of ...T.
func valueType(e ast.Expr) ast.Expr {
	if variadic, ok := e.(*ast.Ellipsis); ok {
		return &ast.ArrayType{Elt: variadic.Elt}
	}
	return e
}

func isVariadic(t *ast.FuncType) bool {
	if t.Params.NumFields() == 0 {
		return false
	}
	_, ok := t.Params.List[len(t.Params.List)-1].Type.(*ast.Ellipsis)
	return ok
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
		s, e = &speller{s.r, s.pkg, t.file, s.follow || t.alias}, t.expr
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
			return s.qualified(x.Name, e.Sel.Name)
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
	if s.r.targets {
		return rule.Type(types.ExprString(e)), nil
	}
	return "", fmt.Errorf("a type in its signature has no name; declare one for it and use that")
}

// qualified spells a type of another package, which the file knows by the name pkg.
func (s *speller) qualified(pkg, name string) (rule.Type, error) {
	p, err := s.imported(pkg)
	if err != nil {
		return "", err
	}
	if (s.r.targets || s.follow) && s.r.byPath[p] != nil {
		if from, err := s.r.pkg(p); err == nil && from.types[name].alias {
			return (&speller{r: s.r, pkg: from, follow: s.follow}).ident(name)
		}
	}
	return rule.Type(p + "." + name), nil
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

// ident spells a name without a package: one of the file's own package, or a predeclared one.
func (s *speller) ident(name string) (rule.Type, error) {
	if t, ok := s.pkg.types[name]; ok {
		switch {
		case !t.alias:
			return rule.Type(s.pkg.ImportPath + "." + name), nil
		case t.generic:
			return "", fmt.Errorf("the type %s is a generic alias; use the type that it stands for", name)
		}
		return (&speller{s.r, s.pkg, t.file, true}).spell(t.expr)
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
