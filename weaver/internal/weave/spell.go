package weave

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/match"
)

// An unspellableError says that the generated file can not name a type.
type unspellableError struct{ text string }

func (e *unspellableError) Error() string { return e.text }

// spell returns the type as the generated file writes it. Packages are imported
// under names of weaver's own. Where an alias can be named it is, since the package
// of the type itself may not be in the import config.
func (g *generator) spell(t types.Type) (string, error) {
	switch t := t.(type) {
	case *types.Alias:
		// any is newer than the language of some packages.
		if t.Obj().Pkg() != nil && g.nameable(t.Obj()) && !match.HasTypeParam(t) && t.TypeArgs().Len() == 0 {
			return g.object(t.Obj())
		}
		return g.spell(t.Rhs())
	case *types.Basic:
		if t.Kind() == types.UnsafePointer {
			return g.importPkg("unsafe") + ".Pointer", nil
		}
		return t.Name(), g.predeclared(t.Name())
	case *types.Named:
		return g.spellNamed(t)
	case *types.Pointer:
		return g.prefixed("*", t.Elem())
	case *types.Slice:
		return g.prefixed("[]", t.Elem())
	case *types.Array:
		return g.prefixed(fmt.Sprintf("[%d]", t.Len()), t.Elem())
	case *types.Chan:
		elem, err := g.spell(t.Elem())
		if t.Dir() == types.SendRecv {
			return "chan (" + elem + ")", err
		}
		return map[types.ChanDir]string{types.RecvOnly: "<-chan ", types.SendOnly: "chan<- "}[t.Dir()] + elem, err
	case *types.Map:
		key, err := g.spell(t.Key())
		if err != nil {
			return "", err
		}
		return g.prefixed("map["+key+"]", t.Elem())
	case *types.Signature:
		s, err := g.spellSignature(t)
		return "func" + s, err
	case *types.Interface:
		if t.Empty() {
			return "interface{}", nil
		}
		return g.spellInterface(t)
	case *types.Struct:
		return g.spellStruct(t)
	}
	return "", &unspellableError{fmt.Sprintf("the type %v can not be named outside its declaration", t)}
}

func (g *generator) prefixed(prefix string, t types.Type) (string, error) {
	s, err := g.spell(t)
	return prefix + s, err
}

func (g *generator) spellNamed(t *types.Named) (string, error) {
	if t.Obj().Pkg() == nil { // error, comparable
		return t.Obj().Name(), g.predeclared(t.Obj().Name())
	}
	if !g.nameable(t.Obj()) {
		why := "which does not import " + t.Obj().Pkg().Path()
		switch {
		case t.Obj().Pkg() == g.pkg.Types:
			why = "since it is declared in a function"
		case !t.Obj().Exported():
			why = "where it is not exported to"
		}
		return "", &unspellableError{fmt.Sprintf("the type %v can not be named in this package, %s", t, why)}
	}
	s, err := g.object(t.Obj())
	if err != nil || t.TypeArgs().Len() == 0 {
		return s, err
	}
	var args []string
	for a := range t.TypeArgs().Types() {
		arg, err := g.spell(a)
		if err != nil {
			return "", err
		}
		args = append(args, arg)
	}
	return s + "[" + strings.Join(args, ", ") + "]", nil
}

// nameable reports whether the generated file can name the declared type.
func (g *generator) nameable(o *types.TypeName) bool {
	if o.Pkg() == nil {
		return o.Parent() == types.Universe
	}
	if o.Parent() != nil && o.Parent() != o.Pkg().Scope() {
		return false // declared in a function
	}
	if o.Pkg() == g.pkg.Types {
		return true
	}
	if !o.Exported() {
		return false
	}
	_, imported := g.pkg.Imports.Files[o.Pkg().Path()]
	return imported || o.Pkg().Path() == "unsafe"
}

func (g *generator) object(o *types.TypeName) (string, error) {
	switch {
	case o.Pkg() == nil:
		return o.Name(), g.predeclared(o.Name())
	case o.Pkg() == g.pkg.Types:
		return o.Name(), nil
	}
	return g.importPkg(o.Pkg().Path()) + "." + o.Name(), nil
}

// predeclared returns an error if the package declares the name anew.
func (g *generator) predeclared(names ...string) error {
	for _, n := range names {
		if g.pkg.Types.Scope().Lookup(n) != nil {
			return &unspellableError{fmt.Sprintf("the package declares %q anew, which the woven code needs in its predeclared meaning", n)}
		}
	}
	return nil
}

func (g *generator) spellSignature(sig *types.Signature) (string, error) {
	in, err := g.spellTuple(sig.Params(), sig.Variadic())
	if err != nil {
		return "", err
	}
	out, err := g.spellTuple(sig.Results(), false)
	if err != nil {
		return "", err
	}
	return "(" + strings.Join(in, ", ") + ")" + parens(out), nil
}

// parens returns the types as a result list with a space before it.
func parens(ts []string) string {
	switch len(ts) {
	case 0:
		return ""
	case 1:
		return " " + ts[0]
	}
	return " (" + strings.Join(ts, ", ") + ")"
}

func (g *generator) spellTuple(t *types.Tuple, variadic bool) ([]string, error) {
	var out []string
	for i := range t.Len() {
		s, err := g.spell(t.At(i).Type())
		if err != nil {
			return nil, err
		}
		if variadic && i == t.Len()-1 {
			s = "..." + strings.TrimPrefix(s, "[]")
		}
		out = append(out, s)
	}
	return out, nil
}

func (g *generator) spellInterface(t *types.Interface) (string, error) {
	if !t.IsMethodSet() {
		return "", &unspellableError{fmt.Sprintf("the type %v can not be named outside its declaration", t)}
	}
	var parts []string
	for m := range t.Methods() {
		if !m.Exported() && m.Pkg() != g.pkg.Types {
			return "", &unspellableError{fmt.Sprintf("the type %v has a method of another package", t)}
		}
		s, err := g.spellSignature(m.Signature())
		if err != nil {
			return "", err
		}
		parts = append(parts, m.Name()+s)
	}
	slices.Sort(parts)
	return "interface{ " + strings.Join(parts, "; ") + " }", nil
}

func (g *generator) spellStruct(t *types.Struct) (string, error) {
	var parts []string
	for i := range t.NumFields() {
		f := t.Field(i)
		if !f.Exported() && f.Pkg() != g.pkg.Types {
			return "", &unspellableError{fmt.Sprintf("the type %v has a field of another package", t)}
		}
		s, err := g.spell(f.Type())
		if err != nil {
			return "", err
		}
		if !f.Embedded() {
			s = f.Name() + " " + s
		} else if strings.HasSuffix(s, "."+f.Name()) || s == f.Name() || strings.HasPrefix(s, "*") {
			// spelled as it was embedded
		} else {
			return "", &unspellableError{fmt.Sprintf("the type %v embeds an alias", t)}
		}
		if tag := t.Tag(i); tag != "" {
			s += fmt.Sprintf(" %q", tag)
		}
		parts = append(parts, s)
	}
	return "struct{ " + strings.Join(parts, "; ") + " }", nil
}
