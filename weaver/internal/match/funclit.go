package match

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/source"
)

// Function literals, which only a directive can name.

// funcLits finds the function literals in the file that rules ask for by a directive.
func (m *matcher) funcLits(file *source.File, rules []*rule.Rule) {
	all := rules
	rules = slices.DeleteFunc(slices.Clone(rules), func(r *rule.Rule) bool { return !asksForLiterals(r) })
	of := m.notesOf(file).of
	if m.unit.Trace == nil && (len(rules) == 0 || len(of) == 0) {
		return
	}
	for _, d := range file.AST.Decls {
		decl, _ := d.(*ast.FuncDecl)
		ast.Inspect(d, func(n ast.Node) bool {
			lit, ok := n.(*ast.FuncLit)
			if ok && of[lit] != nil {
				m.literal(file, decl, lit, rules)
			}
			if ok && m.traced(lit) {
				m.unnamed(lit, all, of[lit])
			}
			return true
		})
	}
}

// asksForLiterals reports whether function literals can be what the rule is about.
func asksForLiterals(r *rule.Rule) bool {
	return r.Point == rule.Body && r.Target == nil && len(r.Wanted()) > 0
}

func (m *matcher) literal(file *source.File, decl *ast.FuncDecl, lit *ast.FuncLit, rules []*rule.Rule) {
	sig, ok := m.pkg.Info.Types[lit].Type.(*types.Signature)
	if !ok {
		return
	}
	if m.literalNames == nil {
		m.literalNames = literalNames(m.pkg)
	}
	full := m.literalNames[lit]
	last := full[strings.LastIndex(full, ".func")+1:]
	f := &function{
		unit: m.unit, file: file, literal: true, directives: m.notesOf(file).of[lit],
		obj:  types.NewFunc(lit.Pos(), m.pkg.Types, last, sig),
		name: rule.Func{Pkg: m.pkg.Types.Path(), Name: last},
	}
	f.target = target(f.obj, rule.Func{Pkg: f.name.Pkg, Name: full}.Short())
	m.bodies(f, rules, Site{File: file, Node: lit, Decl: decl, Lit: lit, Name: full, Func: f.obj, Target: f.target}, func(advice rule.Kind) string {
		if why := m.inherited(file, decl); why != "" {
			return why
		}
		return unenclosable(lit, sig, advice, m.pkg.Info)
	})
}

// inherited returns why the function around the literal lets nothing be woven there, or "".
func (m *matcher) inherited(file *source.File, decl *ast.FuncDecl) string {
	if decl == nil {
		return ""
	}
	name := rule.Func{Name: decl.Name.Name}
	if f, ok := m.pkg.Info.Defs[decl.Name].(*types.Func); ok {
		name = nameOf(f)
	}
	why := Unweavable(name, file.AST, decl, rule.Before)
	if why == "" {
		return ""
	}
	return "is in " + decl.Name.Name + ", which " + why
}

// unenclosable returns why no such advice can be given to the literal, or "".
func unenclosable(lit *ast.FuncLit, sig *types.Signature, advice rule.Kind, info *types.Info) string {
	if advice != rule.Enclose {
		return ""
	}
	if HasTypeParam(sig) {
		return "has a type parameter in its signature and can not be enclosed; use Before or Around"
	}
	return framed(lit.Body, info)
}

// literalNames returns the names of all function literals in the package as package
// runtime has them, without the package. They are numbered in the order of the source
// within the function that they stand in, and those at package level together; what
// inlining makes of that is left out.
//
// Source: closureName in cmd/compile/internal/ir/func.go of go1.26.
func literalNames(p *source.Package) map[*ast.FuncLit]string {
	names := map[*ast.FuncLit]string{}
	inits, initialised := 0, 0 // init functions, and literals at package level
	for _, f := range p.Files {
		for _, d := range f.AST.Decls {
			decl, ok := d.(*ast.FuncDecl)
			if !ok {
				nameLiterals(d, "init.func", &initialised, names)
				continue
			}
			outer, n := decl.Name.Name, 0
			if obj, ok := p.Info.Defs[decl.Name].(*types.Func); ok {
				outer = FuncName(obj)
			}
			if decl.Recv == nil && decl.Name.Name == "init" {
				outer = fmt.Sprintf("init.%d", inits)
				inits++
			}
			nameLiterals(decl, outer+".func", &n, names)
		}
	}
	return names
}

// nameLiterals names the literals in n, and then those in each of them.
func nameLiterals(n ast.Node, prefix string, count *int, names map[*ast.FuncLit]string) {
	ast.Inspect(n, func(n ast.Node) bool {
		lit, ok := n.(*ast.FuncLit)
		if !ok {
			return true
		}
		*count++
		names[lit] = fmt.Sprintf("%s%d", prefix, *count)
		inner := 0
		nameLiterals(lit.Body, names[lit]+".", &inner, names)
		return false
	})
}

// FuncName returns the function's name as package runtime spells it, without package.
func FuncName(f *types.Func) string {
	recv := f.Signature().Recv()
	if recv == nil {
		return f.Name()
	}
	t, ptr := types.Unalias(recv.Type()), false
	if p, ok := t.(*types.Pointer); ok {
		t, ptr = types.Unalias(p.Elem()), true
	}
	n, ok := t.(*types.Named)
	switch {
	case !ok:
		return f.Name()
	case ptr:
		return "(*" + n.Obj().Name() + ")." + f.Name()
	}
	return n.Obj().Name() + "." + f.Name()
}
