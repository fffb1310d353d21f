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
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				discarded[n.Call] = true
			case *ast.DeferStmt:
				discarded[n.Call] = true
			case *ast.CallExpr:
				if callee, method := m.callee(n); callee != nil {
					for _, r := range rules {
						m.call(r, Site{Rule: r, File: file, Decl: decl, Func: callee, Call: n, Method: method}, discarded[n])
					}
				}
			}
			return true
		})
	}
}

func (m *matcher) call(r *rule.Rule, s Site, discarded bool) {
	name := nameOf(s.Func)
	if r.Target.Name != name.Name || r.Target.Recv != name.Recv || r.Target.Pkg != name.Pkg {
		return
	}
	if why := m.uncallable(r, s, discarded); why != "" {
		m.find(r, s.Call.Pos(), "the call of "+name.Short()+" "+why)
		return
	}
	if err := rule.BindCall(r.Advice, r.Hook.Short(), r.HookSig, name.Short(), callSignature(s.Func.Signature())); err != nil {
		m.mismatches = append(m.mismatches, &MismatchError{m.finding(r, s.Call.Pos(), err.Error())})
		return
	}
	m.sites = append(m.sites, s)
}

// uncallable returns why the advice can not be given to that call, or "".
func (m *matcher) uncallable(r *rule.Rule, s Site, discarded bool) string {
	sig := s.Func.Signature()
	if sig.TypeParams().Len() > 0 || sig.RecvTypeParams().Len() > 0 || sig.Recv() != nil && HasTypeParam(sig.Recv().Type()) || s.Func.Origin() != s.Func {
		return "is of a generic function, which a hook of one type can not stand for; choose another target"
	}
	switch r.Advice {
	case rule.Wrap:
		if discarded {
			return "is a go or defer statement, whose results nobody gets; nothing is wrapped there"
		}
	case rule.Append:
		if m.spreads(s.Call) {
			return "passes on all results of another call, so nothing can be appended; assign them to variables first"
		}
	case rule.Replace:
		if s.Method != nil && m.spreads(s.Call) {
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
// conversion, a builtin or a method of an interface.
func (m *matcher) callee(c *ast.CallExpr) (*types.Func, *Method) {
	fun := ast.Unparen(c.Fun)
	switch x := fun.(type) { // explicit instantiation
	case *ast.IndexExpr:
		fun = ast.Unparen(x.X)
	case *ast.IndexListExpr:
		fun = ast.Unparen(x.X)
	}
	switch x := fun.(type) {
	case *ast.Ident:
		f, _ := m.pkg.Info.Uses[x].(*types.Func)
		return f, nil
	case *ast.SelectorExpr:
		sel := m.pkg.Info.Selections[x]
		if sel == nil { // a qualified identifier
			f, _ := m.pkg.Info.Uses[x.Sel].(*types.Func)
			return f, nil
		}
		f, ok := sel.Obj().(*types.Func)
		if !ok || sel.Kind() != types.MethodVal && sel.Kind() != types.MethodExpr {
			return nil, nil
		}
		if types.IsInterface(f.Signature().Recv().Type()) {
			return nil, nil
		}
		if sel.Kind() == types.MethodExpr { // (*T).M(t): the receiver is an argument already
			return f, nil
		}
		way, err := receiver(x, sel, f)
		if err != nil {
			return nil, nil
		}
		return f, way
	}
	return nil, nil
}

// receiver returns how the selection gets from its operand to the receiver.
func receiver(x *ast.SelectorExpr, sel *types.Selection, f *types.Func) (*Method, error) {
	m := &Method{Selector: x}
	t := sel.Recv()
	for _, i := range sel.Index()[:len(sel.Index())-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		s, ok := t.Underlying().(*types.Struct)
		if !ok {
			return nil, errors.New("an embedded field of something that is no struct")
		}
		m.Path = append(m.Path, s.Field(i).Name())
		t = s.Field(i).Type()
	}
	_, have := t.Underlying().(*types.Pointer)
	_, want := types.Unalias(f.Signature().Recv().Type()).(*types.Pointer)
	switch {
	case have && !want:
		m.Prefix = "*"
	case want && !have:
		m.Prefix = "&"
	}
	return m, nil
}

// joinMismatches returns one error for all, or nil.
func joinMismatches(all []*MismatchError) error {
	var errs []error
	for _, e := range all {
		errs = append(errs, e)
	}
	return errors.Join(errs...)
}
