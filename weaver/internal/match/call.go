package match

import (
	"errors"
	"go/ast"
	"go/types"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/source"
)

// calls finds the calls in the file that the rules are about.
func (m *matcher) calls(file *source.File, rules []*rule.Rule) {
	discarded := map[*ast.CallExpr]bool{} // calls of go and defer statements
	for _, d := range file.AST.Decls {
		decl, _ := d.(*ast.FuncDecl)
		rules := m.within(rules, file, decl)
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				discarded[n.Call] = true
			case *ast.DeferStmt:
				discarded[n.Call] = true
			case *ast.CallExpr:
				if callee, method, why := m.callee(n); callee != nil {
					for _, r := range rules {
						m.call(r, Site{Rule: r, File: file, Node: n, Decl: decl, Func: callee, Call: n, Method: method, Spread: m.spreads(n)}, discarded[n], why)
					}
				}
			}
			return true
		})
	}
}

// call adds the site if the rule is about the callee. whole is why the callee can not
// be taken out of the call, or "".
func (m *matcher) call(r *rule.Rule, s Site, discarded bool, whole string) {
	name := nameOf(s.Func)
	if r.Target.Name != name.Name || r.Target.Recv != name.Recv || r.Target.Pkg != name.Pkg {
		return
	}
	why := m.uncallable(r, s, discarded)
	if r.Advice == rule.Replace && why == "" {
		why = whole
	}
	if why != "" {
		m.find(r, s.Call.Pos(), "the call of "+name.Short()+" "+why)
		return
	}
	if err := rule.BindCall(r.Advice, r.Hook.Short(), r.HookSig, name.Short(), callSignature(s.Func.Signature())); err != nil {
		m.mismatches = append(m.mismatches, m.mismatch(r, s.Call.Pos(), err))
		return
	}
	m.sites = append(m.sites, s)
}

// OfGeneric says why calls of a generic function can not be woven.
const OfGeneric = "is of a generic function, which a hook of one type can not stand for; choose another target"

// uncallable returns why the advice can not be given to that call, or "".
func (m *matcher) uncallable(r *rule.Rule, s Site, discarded bool) string {
	sig := s.Func.Signature()
	if sig.TypeParams().Len() > 0 || sig.RecvTypeParams().Len() > 0 || sig.Recv() != nil && HasTypeParam(sig.Recv().Type()) || s.Func.Origin() != s.Func {
		return OfGeneric
	}
	switch r.Advice {
	case rule.Wrap:
		if discarded {
			return "is a go or defer statement, whose results nobody gets; nothing is wrapped there"
		}
	case rule.Replace:
		if s.Method != nil && s.Spread {
			return "passes on all results of another call, so the receiver can not go with them; assign them to variables first"
		}
	}
	return ""
}

// spreads reports whether the call is f(g()) with several results of g.
func (m *matcher) spreads(c *ast.CallExpr) bool {
	if len(c.Args) != 1 {
		return false
	}
	t, ok := m.pkg.Info.Types[c.Args[0]].Type.(*types.Tuple)
	return ok && t.Len() > 1
}

// callee returns the function or method that the call names, and for a method the
// way to its receiver. Both are nil for the call of a function value, a
// conversion, a builtin or a method of an interface. whole says why nothing can stand
// in the callee's place, or is "".
func (m *matcher) callee(c *ast.CallExpr) (f *types.Func, way *Method, whole string) {
	fun := ast.Unparen(c.Fun)
	switch x := fun.(type) { // explicit instantiation
	case *ast.IndexExpr:
		fun = ast.Unparen(x.X)
	case *ast.IndexListExpr:
		fun = ast.Unparen(x.X)
	}
	switch x := fun.(type) {
	case *ast.Ident:
		f, _ = m.pkg.Info.Uses[x].(*types.Func)
	case *ast.SelectorExpr:
		sel := m.pkg.Info.Selections[x]
		if sel == nil { // a qualified identifier
			f, _ = m.pkg.Info.Uses[x.Sel].(*types.Func)
			return f, nil, ""
		}
		method, ok := sel.Obj().(*types.Func)
		if !ok || sel.Kind() == types.FieldVal || types.IsInterface(method.Signature().Recv().Type()) {
			return nil, nil, ""
		}
		f = method
		if sel.Kind() == types.MethodVal {
			way, whole = m.receiver(x, sel, f)
		} else if !types.Identical(sel.Recv(), f.Signature().Recv().Type()) {
			whole = "is of a method expression with another type than the method's receiver; write the expression with that one"
		}
	}
	return f, way, whole
}

// receiver returns how the selection gets from its operand to the receiver, or why
// that can not be written.
func (m *matcher) receiver(x *ast.SelectorExpr, sel *types.Selection, f *types.Func) (way *Method, whole string) {
	way = &Method{Selector: x}
	t := sel.Recv()
	for _, i := range sel.Index()[:len(sel.Index())-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		field := t.Underlying().(*types.Struct).Field(i)
		if !field.Exported() && field.Pkg() != m.pkg.Types {
			return way, "reaches the method through an unexported field of another package; choose the method of the outer type"
		}
		way.Path = append(way.Path, field.Name())
		t = field.Type()
	}
	_, have := t.Underlying().(*types.Pointer)
	_, want := types.Unalias(f.Signature().Recv().Type()).(*types.Pointer)
	switch {
	case have && !want:
		way.Prefix = "*"
	case want && !have:
		way.Prefix = "&"
	}
	return way, ""
}

// joinMismatches returns one error for all, or nil.
func joinMismatches(all []*MismatchError) error {
	var errs []error
	for _, e := range all {
		errs = append(errs, e)
	}
	return errors.Join(errs...)
}
