package match

import (
	"cmp"
	"go/ast"
	"go/types"
	"slices"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/source"
)

// Functions are used in two ways: a call names one as its callee, and a reference is
// any other expression that names one. A method of an interface is used where the
// static type of the operand is that interface, one that embeds it, or a type
// parameter that is constrained by it: what it holds at run time is never looked at.

// A use is an expression that names a function or a method.
type use struct {
	node ast.Expr // without parentheses; with the type arguments of an instance
	fn   *types.Func
	sig  *types.Signature // of the instance; a method's with its receiver
	kind useKind

	x        *ast.SelectorExpr // of a method
	path     []string          // embedded fields between the operand and the receiver
	hidden   bool              // one of them can not be named in this package
	operand  types.Type        // of x.X, or the type of a method expression
	dispatch types.Type        // the interface or type parameter whose method it is
	instance *Instance
}

type useKind int

const (
	ofFunction useKind = iota
	ofValue            // x.M
	ofType             // T.M
)

// An Instance says where the type arguments that the source leaves to inference would
// stand, and which they are.
type Instance struct {
	Given   ast.Expr // the last one that is written, or nil
	Generic ast.Expr // the function's name
	Args    []types.Type
}

// uses finds the calls and references in the file that the rules are about.
func (m *matcher) uses(file *source.File, rules []*rule.Rule) {
	var calls, refs []*rule.Rule
	for _, r := range rules {
		switch r.Point {
		case rule.Call:
			calls = append(calls, r)
		case rule.Reference:
			refs = append(refs, r)
		}
	}
	if len(calls)+len(refs) == 0 {
		return
	}
	for _, d := range file.AST.Decls {
		v := &useVisitor{m: m, file: file, all: rules, statement: map[*ast.CallExpr]Statement{}}
		v.decl, _ = d.(*ast.FuncDecl)
		v.calls, v.refs = m.within(calls, file, v.decl), m.within(refs, file, v.decl)
		ast.Inspect(d, v.visit)
	}
}

// A useVisitor walks one declaration.
type useVisitor struct {
	m           *matcher
	file        *source.File
	decl        *ast.FuncDecl
	all         []*rule.Rule
	calls, refs []*rule.Rule // those that may be about what is used in the declaration
	statement   map[*ast.CallExpr]Statement
}

func (v *useVisitor) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.GoStmt:
		v.statement[n.Call] = Go
	case *ast.DeferStmt:
		v.statement[n.Call] = Defer
	case *ast.CallExpr:
		if v.m.unevaluated(n) {
			return false // it is never evaluated
		}
		u := v.m.use(n.Fun)
		if u == nil {
			return true
		}
		v.apart(rule.Call, n, u)
		for _, r := range v.calls {
			v.m.call(r, u, Site{Rule: r, File: v.file, Node: n, Decl: v.decl, Func: u.fn, Call: n, Spread: v.m.spreads(n), Statement: v.statement[n]})
		}
		// The callee is no reference, but its operand and the arguments may have some.
		if u.kind == ofValue {
			ast.Inspect(u.x.X, v.visit)
		}
		for _, a := range n.Args {
			ast.Inspect(a, v.visit)
		}
		return false
	case ast.Expr:
		if v.m.unevaluated(n) {
			return false
		}
		return v.reference(n)
	}
	return true
}

// reference adds the sites of a use that is not called. It reports whether there may
// be others inside the expression.
func (v *useVisitor) reference(n ast.Expr) bool {
	if _, paren := n.(*ast.ParenExpr); paren {
		return true
	}
	u := v.m.use(n)
	if u == nil {
		return true
	}
	v.apart(rule.Reference, n, u)
	for _, r := range v.refs {
		v.m.reference(r, u, Site{Rule: r, File: v.file, Node: n, Decl: v.decl, Func: u.fn})
	}
	if u.kind == ofValue {
		ast.Inspect(u.x.X, v.visit)
	}
	return false
}

// apart tells of the rules on uses of that kind that leave the declaration alone.
func (v *useVisitor) apart(point rule.Kind, at ast.Node, u *use) {
	if !v.m.traced(at) {
		return
	}
	about := func(r *rule.Rule) bool {
		_, _, ok := u.named(r)
		return ok
	}
	all := slices.DeleteFunc(slices.Clone(v.all), func(r *rule.Rule) bool { return r.Point != point })
	v.m.apart(all, at, v.m.declared(v.file, v.decl), about, u.otherwise)
}

// unevaluated reports whether the expression is one of those whose operands are never
// evaluated, such as unsafe.Sizeof(f()) or len([1]func(){f}).
func (m *matcher) unevaluated(x ast.Expr) bool { return m.pkg.Info.Types[x].Value != nil }

// outerFirst sorts the sites of uses so that an expression comes before those inside it,
// which splices at the same place rely on. Those of one place keep their order.
func outerFirst(sites []Site) {
	slices.SortStableFunc(sites, func(a, b Site) int {
		return cmp.Or(cmp.Compare(a.Node.Pos(), b.Node.Pos()), cmp.Compare(b.Node.End(), a.Node.End()))
	})
}

// use returns what the expression names, or nil if that is no declared function or
// method: for a function value, a conversion, a builtin.
func (m *matcher) use(x ast.Expr) *use {
	u := &use{node: ast.Unparen(x)}
	fun := u.node
	var given []ast.Expr
	switch x := fun.(type) {
	case *ast.IndexExpr:
		fun, given = ast.Unparen(x.X), []ast.Expr{x.Index}
	case *ast.IndexListExpr:
		fun, given = ast.Unparen(x.X), x.Indices
	}
	var id *ast.Ident
	switch x := fun.(type) {
	case *ast.Ident:
		id = x
	case *ast.SelectorExpr:
		if sel := m.pkg.Info.Selections[x]; sel != nil {
			if len(given) > 0 || !m.method(u, x, sel) {
				return nil // an element of what a field holds, or a field
			}
			return u
		}
		id = x.Sel // qualified
	default:
		return nil
	}
	fn, ok := m.pkg.Info.Uses[id].(*types.Func)
	if !ok || fn.Signature().Recv() != nil {
		return nil
	}
	u.fn, u.sig = fn, fn.Signature()
	if inst, ok := m.pkg.Info.Instances[id]; ok {
		u.sig, _ = inst.Type.(*types.Signature)
		u.instance = &Instance{Generic: fun}
		for i := len(given); i < inst.TypeArgs.Len(); i++ {
			u.instance.Args = append(u.instance.Args, inst.TypeArgs.At(i))
		}
		if len(given) > 0 {
			u.instance.Given = given[len(given)-1]
		}
	}
	return u
}

// method completes the use of a selected method. It reports false for a field.
func (m *matcher) method(u *use, x *ast.SelectorExpr, sel *types.Selection) bool {
	fn, ok := sel.Obj().(*types.Func)
	if !ok || sel.Kind() == types.FieldVal {
		return false
	}
	u.fn, u.sig, u.x, u.operand, u.kind = fn, fn.Signature(), x, sel.Recv(), ofValue
	if sel.Kind() == types.MethodExpr {
		u.kind = ofType
	}
	t := sel.Recv()
	for _, i := range sel.Index()[:len(sel.Index())-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		field := t.Underlying().(*types.Struct).Field(i)
		u.hidden = u.hidden || !field.Exported() && field.Pkg() != m.pkg.Types
		u.path = append(u.path, field.Name())
		t = field.Type()
	}
	if types.IsInterface(fn.Signature().Recv().Type()) {
		u.dispatch = t
	}
	return true
}

// generic reports whether the use is of an instance of something generic.
func (u *use) generic() bool {
	sig := u.fn.Origin().Signature()
	return u.instance != nil || u.fn.Origin() != u.fn || sig.TypeParams().Len() > 0 || HasTypeParam(sig) || sig.Recv() != nil && isGenericType(sig.Recv().Type())
}

func isGenericType(t types.Type) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.TypeParams().Len() > 0
}

// named returns the use under the rule's name for it, and false if the rule is about
// something else. A method of an interface has a name for each interface that it can be
// called through.
func (u *use) named(r *rule.Rule) (name rule.Func, sig *types.Signature, ok bool) {
	if r.Target.Name != u.fn.Name() {
		return name, nil, false
	}
	if u.dispatch == nil {
		name = nameOf(u.fn)
		return name, u.sig, r.Target.Recv == name.Recv && r.Target.Pkg == name.Pkg
	}
	t := through(u.dispatch, r.Target, map[types.Type]bool{})
	if t == nil {
		return name, nil, false
	}
	recv := types.NewVar(0, nil, "", t)
	sig = types.NewSignatureType(recv, nil, nil, u.sig.Params(), u.sig.Results(), u.sig.Variadic())
	return rule.Func{Pkg: r.Target.Pkg, Recv: r.Target.Recv, Name: r.Target.Name}, sig, true
}

// through returns the interface that the target is a method of: t itself, one that t
// embeds, or one in the constraint of the type parameter t. It is nil if there is none.
func through(t types.Type, target *rule.Func, seen map[types.Type]bool) types.Type {
	t = types.Unalias(t)
	if seen[t] {
		return nil
	}
	seen[t] = true
	if p, ok := t.(*types.TypeParam); ok {
		return through(p.Constraint(), target, seen)
	}
	iface, ok := t.Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	if n, ok := t.(*types.Named); ok && n.Obj().Name() == target.Recv && pathOf(n.Obj()) == target.Pkg && !isLocal(n.Obj()) {
		if has(iface, target.Name) && iface.IsMethodSet() {
			return t
		}
		return nil
	}
	for e := range iface.EmbeddedTypes() {
		if found := through(e, target, seen); found != nil {
			return found
		}
	}
	return nil
}

func has(t *types.Interface, method string) bool {
	for f := range t.Methods() {
		if f.Name() == method {
			return true
		}
	}
	return false
}

// isLocal reports whether the type is declared in a function, where no rule can name it.
func isLocal(o *types.TypeName) bool {
	return o.Pkg() != nil && o.Parent() != nil && o.Parent() != o.Pkg().Scope()
}

func pathOf(o types.Object) string {
	if o.Pkg() == nil {
		return ""
	}
	return o.Pkg().Path()
}

// way returns how the use gets from its operand to the receiver, which is of that type.
func (u *use) way(recv types.Type) *Method {
	w := &Method{Selector: u.x, Path: u.path, Interface: u.dispatch != nil, Expression: u.kind == ofType, Operand: u.operand}
	if w.Interface {
		return w
	}
	last := u.operand
	for _, name := range u.path {
		last = fieldType(last, name)
	}
	_, have := last.Underlying().(*types.Pointer)
	_, want := types.Unalias(recv).(*types.Pointer)
	switch {
	case have && !want:
		w.Prefix = "*"
	case want && !have:
		w.Prefix = "&"
	}
	return w
}

func fieldType(t types.Type, name string) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	for f := range t.Underlying().(*types.Struct).Fields() {
		if f.Name() == name {
			return f.Type()
		}
	}
	panic("match: no field " + name)
}

// spreads reports whether the call is f(g()) with several results of g.
func (m *matcher) spreads(c *ast.CallExpr) bool {
	if len(c.Args) != 1 {
		return false
	}
	t, ok := m.pkg.Info.Types[c.Args[0]].Type.(*types.Tuple)
	return ok && t.Len() > 1
}
