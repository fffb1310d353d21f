package register

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"

	"github.com/goweaver/weaver/internal/rule"
)

// Targets that are no functions: struct types, variables, constants and packages.

func isPart(rl *rule.Rule) bool {
	switch rl.Point {
	case rule.Literal, rule.Struct, rule.Variable, rule.Package:
		return true
	}
	return false
}

// part reads the target of a rule whose join point is no function. Of one that is there
// nothing is known but that, unless Open says that it is not known either.
func (r *funcReader) part(rl *rule.Rule) *Target {
	f := *rl.Target
	if f.Pkg == "main" {
		if rl.Point == rule.Package {
			return &Target{}
		}
		return &Target{Open: "package main stands for every command"}
	}
	q := r.byPath[f.Pkg]
	if q == nil || q.Dir == "" || len(q.GoFiles)+len(q.CgoFiles) == 0 {
		return &Target{Missing: whyMissing(q)}
	}
	if rl.Point == rule.Package {
		return &Target{}
	}
	p, err := r.pkg(f.Pkg)
	if err != nil {
		return &Target{Open: fmt.Sprintf("its package does not parse: %v", err)}
	}
	if rl.Point == rule.Variable {
		tok, ok := p.vars[f.Name]
		if ok && tok == token.CONST && rl.Advice == rule.Wrap {
			return &Target{Wrong: fmt.Sprintf("%s is a constant, so there is nothing to wrap when the program runs; use Set", rl.Subject())}
		}
		return &Target{Absent: !ok}
	}
	t, ok := p.types[f.Name]
	if !ok {
		return &Target{Absent: true}
	}
	st, ok := t.expr.(*ast.StructType)
	if !ok { // perhaps one of a type that is a struct
		return &Target{Open: fmt.Sprintf("%s is declared by another type", f.Short())}
	}
	if rl.Advice == rule.Wrap && !slices.Contains(fieldNames(st.Fields), rl.Field.Name) && !embeds(st, rl.Field.Name) {
		return &Target{Wrong: fmt.Sprintf("%s has no field %s; name one of its fields", f.Short(), rl.Field.Name)}
	}
	return &Target{}
}

// embeds reports whether the struct embeds a type of that name.
func embeds(st *ast.StructType, name string) bool {
	return slices.ContainsFunc(st.Fields.List, func(f *ast.Field) bool {
		if len(f.Names) > 0 {
			return false
		}
		t := f.Type
		if star, ok := t.(*ast.StarExpr); ok {
			t = star.X
		}
		switch x := t.(type) {
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		}
		switch x := t.(type) {
		case *ast.Ident:
			return x.Name == name
		case *ast.SelectorExpr:
			return x.Sel.Name == name
		}
		return false
	})
}
