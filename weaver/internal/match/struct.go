package match

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/source"
)

// Definitions of structs. A field may be added where neither the compiler nor the
// program can tell: not where the fields are listed in order, nor where two structs are
// the same type because they have the same fields, nor where two values are compared.

// definitions finds the struct types in the file that the rules are about. The site's
// node is the definition.
func (m *matcher) definitions(file *source.File, rules []*rule.Rule) {
	for _, d := range file.AST.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.TYPE {
			continue
		}
		for _, s := range g.Specs {
			s := s.(*ast.TypeSpec)
			for _, r := range rules {
				if r.Target.Name != s.Name.Name {
					if m.traced(s) {
						m.refuse(r, s, otherThing(r, s.Name))
					}
					continue
				}
				m.matched = append(m.matched, r)
				if !m.holds(r, s, file) {
					continue
				}
				st, ok := ast.Unparen(s.Type).(*ast.StructType)
				if !ok || s.Assign.IsValid() {
					m.find(r, s, r.Subject()+" is not defined as a struct here, but as another type; name the type that has the fields")
					continue
				}
				if why := m.closed(r, s, st); why != "" {
					m.find(r, s, fmt.Sprintf("no field can be added to %s: %s; keep what the field would hold elsewhere, such as in a map", r.Subject(), why))
					continue
				}
				m.added = append(m.added, addedField{st, r.Field.Name})
				m.sites = append(m.sites, Site{Rule: r, File: file, Node: st})
			}
		}
	}
}

// neverComparable reports whether values of type t can not be compared, whatever its type
// parameters stand for.
func neverComparable(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Slice, *types.Map, *types.Signature:
		return true
	}
	return !HasTypeParam(t) && !types.Comparable(t)
}

// An addedField is one that a rule before has added.
type addedField struct {
	to   *ast.StructType
	name string
}

// closed returns why the struct can not have one more field, or "".
func (m *matcher) closed(r *rule.Rule, s *ast.TypeSpec, st *ast.StructType) string {
	obj, ok := m.pkg.Info.Defs[s.Name].(*types.TypeName)
	if !ok {
		return "its type is not known"
	}
	fields := obj.Type().Underlying().(*types.Struct)
	hidden, incomparable := false, false
	for f := range fields.Fields() {
		hidden = hidden || !f.Exported()
		incomparable = incomparable || neverComparable(f.Type())
	}
	switch {
	case !hidden:
		return "it has no unexported field, so any package may have literals of it without field names"
	case !incomparable:
		return "its values can be compared, and the field would make equal ones differ"
	}
	for _, a := range m.added {
		if a.to == st && a.name == r.Field.Name {
			return "another rule adds a field " + a.name
		}
	}
	return m.told(r.Field.Name, obj, fields, st)
}

// told returns where the package would tell that the struct has one more field of that
// name, or "".
func (m *matcher) told(name string, obj *types.TypeName, fields *types.Struct, st *ast.StructType) string {
	for _, sel := range m.pkg.Info.Selections {
		if sel.Obj().Name() == name {
			return "the package selects something by the name " + name
		}
	}
	if o, _, _ := types.LookupFieldOrMethod(obj.Type(), true, m.pkg.Types, name); o != nil {
		return "it has a field or method " + name
	}
	why := ""
	for _, f := range m.pkg.Files {
		ast.Inspect(f.AST, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				if len(n.Elts) == 0 || !makes(m.pkg.Info.Types[n].Type, obj) {
					break
				}
				if _, keyed := n.Elts[0].(*ast.KeyValueExpr); !keyed {
					why = "a literal at " + m.pkg.Place(n.Pos()) + " lists its fields without their names"
				}
			case *ast.StructType:
				if t := m.pkg.Info.Types[n].Type; n != st && t != nil && types.IdenticalIgnoreTags(t, fields) {
					why = "the struct at " + m.pkg.Place(n.Pos()) + " has the same fields, and values of the two may be converted"
				}
			}
			return why == ""
		})
	}
	return why
}

// makes reports whether a literal of type t makes a value of the declared type.
func makes(t types.Type, obj *types.TypeName) bool {
	if t == nil {
		return false
	}
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Origin().Obj() == obj
}
