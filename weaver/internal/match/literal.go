package match

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/source"
)

// New structs. A struct is made by a composite literal, by new, and by a variable that
// is declared without a value. What is made without being written is no place that
// anything could be spliced into: the zero values of parameters, results and elements,
// and what is embedded in another struct.

// A New is a place where a struct is made.
type New struct {
	Form Form
	Type types.Type // the struct's, by an alias if it is written so
	// Field is the one whose value is wrapped; nil for an Amend.
	Field *types.Var
	// Later is true of a pointer in the initialiser of a package-level variable: what the
	// hook would do can still be done to the struct when the hook's package is ready.
	Later bool
}

// A Form is how a struct is made.
type Form int

// The forms. What is elided is the type of a literal inside another one.
const (
	Value         Form = iota // T{…}
	Address                   // &T{…} and new(T)
	ElidedValue               // {…} of an element of type T
	ElidedAddress             // {…} of one of type *T
	Zero                      // var a, b T in a function; the site's node is the spec
	Package                   // var a T and var a = T{…} of a package; the node is a's name
)

// literals finds the structs that the file makes and the rules are about.
func (m *matcher) literals(file *source.File, rules []*rule.Rule) {
	for _, d := range file.AST.Decls {
		w := &literalWalk{matcher: m, file: file, all: rules, done: map[ast.Expr]bool{}}
		w.decl, _ = d.(*ast.FuncDecl)
		w.rules = m.within(rules, file, w.decl)
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
			for _, s := range g.Specs {
				w.packageLevel(s.(*ast.ValueSpec))
			}
		}
		w.walk(d, w.decl == nil)
	}
}

// A literalWalk looks at one declaration.
type literalWalk struct {
	*matcher
	file  *source.File
	decl  *ast.FuncDecl // nil in the declaration of variables
	all   []*rule.Rule
	rules []*rule.Rule      // those that may be about what is made in the declaration
	done  map[ast.Expr]bool // literals that belong to a form around them
}

// packageLevel finds variables that are structs themselves. They are changed after they
// have been initialised, through their address, which also leaves their data static.
func (w *literalWalk) packageLevel(s *ast.ValueSpec) {
	for i, name := range s.Names {
		v, ok := w.pkg.Info.Defs[name].(*types.Var)
		if !ok || name.Name == "_" {
			continue
		}
		if len(s.Values) > 0 {
			if len(s.Values) != len(s.Names) {
				continue // a call makes them
			}
			lit, ok := ast.Unparen(s.Values[i]).(*ast.CompositeLit)
			if !ok || !types.Identical(w.typeOf(lit), v.Type()) {
				continue
			}
			w.done[lit] = true
		}
		w.found(name, New{Form: Package, Type: v.Type(), Later: true}, v)
	}
}

// walk finds the others. later says that what is made is part of the value of a
// package-level variable.
func (w *literalWalk) walk(n ast.Node, later bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok && w.pkg.Info.Types[e].Value != nil {
			return false // as len([...]T{{}}): nothing is made, and with a call it would be no constant
		}
		switch n := n.(type) {
		case *ast.FuncLit:
			if later { // whose body runs at another time, perhaps at the same time as others
				w.walk(n.Body, false)
				return false
			}
		case *ast.UnaryExpr:
			if lit, ok := ast.Unparen(n.X).(*ast.CompositeLit); ok && n.Op == token.AND {
				w.done[lit] = true
				w.found(n, New{Form: Address, Type: w.typeOf(lit.Type), Later: later}, nil)
			}
		case *ast.CallExpr:
			if t := w.newOf(n); t != nil {
				w.found(n, New{Form: Address, Type: t, Later: later}, nil)
			}
		case *ast.CompositeLit:
			w.literal(n, later)
		case *ast.DeclStmt:
			w.local(n.Decl.(*ast.GenDecl))
		}
		return true
	})
}

func (w *literalWalk) typeOf(e ast.Expr) types.Type { return w.pkg.Info.Types[e].Type }

func (w *literalWalk) literal(lit *ast.CompositeLit, later bool) {
	if w.done[lit] {
		return
	}
	if lit.Type != nil {
		w.found(lit, New{Form: Value, Type: w.typeOf(lit.Type)}, nil)
		return
	}
	t := w.typeOf(lit)
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		w.found(lit, New{Form: ElidedAddress, Type: p.Elem(), Later: later}, nil)
	} else {
		w.found(lit, New{Form: ElidedValue, Type: t}, nil)
	}
}

// newOf returns the type of which the call makes a zero value, or nil.
func (w *literalWalk) newOf(c *ast.CallExpr) types.Type {
	id, ok := ast.Unparen(c.Fun).(*ast.Ident)
	if !ok || len(c.Args) != 1 || !w.pkg.Info.Types[c.Args[0]].IsType() {
		return nil
	}
	if b, ok := w.pkg.Info.Uses[id].(*types.Builtin); !ok || b.Name() != "new" {
		return nil
	}
	return w.typeOf(c.Args[0])
}

// local finds variables of a function that are declared without a value.
func (w *literalWalk) local(d *ast.GenDecl) {
	if d.Tok != token.VAR {
		return
	}
	for _, s := range d.Specs {
		s := s.(*ast.ValueSpec)
		if s.Type == nil || len(s.Values) > 0 {
			continue
		}
		for _, name := range s.Names {
			if name.Name != "_" {
				w.found(s, New{Form: Zero, Type: w.typeOf(s.Type)}, nil)
				break
			}
		}
	}
}

// found adds a site for each rule that is about the struct.
func (w *literalWalk) found(at ast.Node, n New, v *types.Var) {
	if w.traced(at) {
		is := func(r *rule.Rule) bool { return isStruct(r, n.Type) }
		w.apart(w.all, at, w.declared(w.file, w.decl), is, n.otherwise)
	}
	for _, r := range w.rules {
		if !isStruct(r, n.Type) {
			if w.traced(at) {
				w.refuse(r, at, n.otherwise(r))
			}
			continue
		}
		made := n
		if w.fits(r, at, &made) {
			w.sites = append(w.sites, Site{Rule: r, File: w.file, Node: at, Decl: w.decl, New: &made, Var: v})
		}
	}
}

// isStruct reports whether t is the struct type that the rule is about.
func isStruct(r *rule.Rule, t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Name() != r.Target.Name || n.Obj().Pkg() == nil || n.Obj().Pkg().Path() != r.Target.Pkg {
		return false
	}
	if _, ok := n.Underlying().(*types.Struct); !ok || n.Obj().Parent() != n.Obj().Pkg().Scope() || HasTypeParam(n) {
		return false
	}
	return r.Type == "" || typeString(n) == r.Type
}

// fits reports whether the rule's hook fits the struct, after it has set the field.
func (w *literalWalk) fits(r *rule.Rule, at ast.Node, n *New) bool {
	named := types.Unalias(n.Type).(*types.Named)
	t := typeString(named)
	if r.Advice == rule.Wrap {
		n.Field = fieldOf(named, r.Field.Name)
		switch {
		case n.Field == nil:
			w.mismatched(r, at, fmt.Errorf("%s has no field %s; name one of its fields", rule.Pretty(t), r.Field.Name))
			return false
		case !n.Field.Exported() && n.Field.Pkg() != w.pkg.Types:
			w.find(r, at, fmt.Sprintf("%s is not exported, so it can not be set in this package; choose another field, or narrow the scope", r.Subject()))
			return false
		}
		t = typeString(n.Field.Type())
	}
	err := rule.BindValue(r.Advice, r.Hook.Short(), r.HookSig, r.Subject(), t)
	if err == nil {
		return true
	}
	// By its name a generic type is all its instances, and the hook is for some of them.
	if r.Type != "" || named.TypeArgs().Len() == 0 {
		w.mismatched(r, at, err)
	} else if w.traced(at) {
		w.refuse(r, at, otherInstance(r, err))
	}
	return false
}

func fieldOf(t *types.Named, name string) *types.Var {
	for f := range t.Underlying().(*types.Struct).Fields() {
		if f.Name() == name {
			return f
		}
	}
	return nil
}
