package weave

import (
	"fmt"
	"go/ast"
	"go/scanner"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
)

// What takes a function's place is made of layers, one a rule: an adapter that is given
// the function and returns it, or another one, of the same type. A method is a
// function with its receiver first, so its layers are those of the method expression,
// and the receiver goes to where the form of the use has room for it.

// A callee is the function of one use, spelled in the generated file.
type callee struct {
	signature       string // "(params) results", a method's with the receiver first
	params, results []string
	recv            string // type of the receiver
	variadic        bool
	layers, ready   []string // adapters, the outermost first, and the tests of their hooks
}

// callee spells the function that the sites are about and declares its layers.
func (g *generator) callee(sites []match.Site) (*callee, error) {
	sig := sites[0].Sig
	c := &callee{variadic: sig.Variadic()}
	var err error
	if c.params, err = g.spellTuple(sig.Params(), c.variadic); err != nil {
		return nil, err
	}
	if c.results, err = g.spellTuple(sig.Results(), false); err != nil {
		return nil, err
	}
	in := c.params
	if sig.Recv() != nil {
		recv, err := g.spell(sig.Recv().Type())
		if err != nil {
			return nil, err
		}
		in = append([]string{recv}, in...)
		c.recv = recv
	}
	c.signature = "(" + join(in...) + ")" + parens(c.results)
	for _, s := range sites {
		if r := s.Sig.Recv(); r != nil && !types.Identical(r.Type(), sig.Recv().Type()) {
			return nil, &unspellableError{fmt.Sprintf("the rules name the method %s by two interfaces, %v and %v", s.Func.Name(), sig.Recv().Type(), r.Type())}
		}
		ready, err := g.isReady(s.Rule.Hook.Pkg)
		if err != nil {
			return nil, err
		}
		layer, err := g.useLayer(s, c, in, ready)
		if err != nil {
			return nil, err
		}
		c.layers = append(c.layers, layer)
		if !slices.Contains(c.ready, ready) {
			c.ready = append(c.ready, ready)
		}
	}
	return c, nil
}

// useLayer declares the adapter of one rule. in is the types of all parameters.
func (g *generator) useLayer(s match.Site, c *callee, in []string, ready string) (string, error) {
	plain := g.local + "plain"
	head := fmt.Sprintf("(%s func%s) func%s", plain, c.signature, c.signature)
	switch {
	case s.Rule.Advice == rule.Replace:
		hook := g.hook(s.Rule.Hook, c.signature)
		return g.adapter("replace", "%s {\n\tif %s {\n\t\treturn %s\n\t}\n\treturn %s\n}", head, ready, hook, plain), nil
	case s.Rule.Point == rule.Reference:
		f := []string{"func" + c.signature}
		call, err := g.wrapCall(s, f, f, []string{plain})
		return g.adapter("wrap", "%s {\n\tif %s {\n\t\treturn %s\n\t}\n\treturn %s\n}", head, ready, call, plain), err
	}
	// Wrap in a go statement.
	params, args := g.passed(in, c.variadic)
	var values []string
	for i := range c.results {
		values = append(values, fmt.Sprintf("%sr%d", g.local, i))
	}
	call, err := g.wrapCall(s, c.results, c.results, values)
	return g.adapter("wrap", "%s {\n\tif !%s {\n\t\treturn %s\n\t}\n\treturn func(%s)%s {\n\t\t%s := %s(%s)\n\t\treturn %s\n\t}\n}",
		head, ready, plain, join(params...), parens(c.results), join(values...), plain, join(args...), call), err
}

// passed returns parameters of those types with names, and the arguments that pass
// them on.
func (g *generator) passed(in []string, variadic bool) (params, args []string) {
	for i, t := range in {
		p := fmt.Sprintf("%sp%d", g.local, i)
		params = append(params, p+" "+t)
		if variadic && i == len(in)-1 {
			p += "..."
		}
		args = append(args, p)
	}
	return params, args
}

// around returns the layers around the expression.
func (c *callee) around(plain string) string {
	for i := len(c.layers) - 1; i >= 0; i-- {
		plain = c.layers[i] + "(" + plain + ")"
	}
	return plain
}

// method returns the layers around the method expression.
func (c *callee) method(name string) string {
	recv := c.recv
	if strings.HasPrefix(recv, "*") {
		recv = "(" + recv + ")"
	}
	return c.around(recv + "." + name)
}

// unready returns the test that no layer would do anything.
func (c *callee) unready() string { return "!" + strings.Join(c.ready, " && !") }

// enclose puts the layers around the expression in the source.
func (c *callee) enclose(e *edits, x ast.Expr) {
	for _, a := range c.layers {
		e.insert(x.Pos(), a+"(")
		e.attach(x.End(), ")")
	}
}

// instantiate writes out the type arguments that the source leaves to inference, which
// does not reach through an adapter in every version of the language. They have names
// in the generated file, so that nothing in the user's can shadow them.
func (g *generator) instantiate(e *edits, i *match.Instance) error {
	if i == nil || len(i.Args) == 0 {
		return nil
	}
	var args []string
	for _, t := range i.Args {
		spelled, err := g.spell(t)
		if err != nil {
			return err
		}
		name, ok := g.shared["type "+spelled]
		if !ok {
			name = g.name("type")
			g.shared["type "+spelled] = name
			g.declare("type %s = %s\n", name, spelled)
		}
		args = append(args, name)
	}
	if i.Given != nil {
		e.attach(i.Given.End(), ", "+join(args...))
	} else {
		e.attach(i.Generic.End(), "["+join(args...)+"]")
	}
	return nil
}

// replace puts the sites' layers in the place of the call's function, as in that of a
// reference; but x.M stays the callee of a call, where nothing comes between.
func (g *generator) replace(e *edits, call *ast.CallExpr, sites []match.Site) error {
	s := sites[0]
	m := s.Method
	if m == nil || m.Expression || s.Spread {
		return g.reference(e, call.Fun, sites)
	}
	c, err := g.callee(sites)
	if err != nil {
		return err
	}
	getter := g.adapter("replace", "() func%s { return %s }", c.signature, c.method(s.Func.Name()))
	open, closing := m.Prefix, ""
	if m.Interface && s.Statement != "" {
		// The statement, not what it starts, panics if the receiver is nil.
		open, closing = g.notNil(s, c)+"(", ")"
	}
	g.replaceMethod(e, call, m, getter, open, closing)
	return nil
}

// notNil declares the function that returns a receiver, or panics as a call does
// if it is a nil interface.
func (g *generator) notNil(s match.Site, c *callee) string {
	recv := g.local + "recv"
	return g.adapter("recv", "(%s %s) %s {\n\t_ = %s.%s\n\treturn %s\n}", recv, c.recv, c.recv, recv, s.Func.Name(), recv)
}

// rebase encloses a method expression T.M where the receiver of M is not a T: what the
// layers make of the method is called with what the T has for a receiver, at the time
// at which the call looks for it.
func (g *generator) rebase(e *edits, x ast.Expr, s match.Site, c *callee) error {
	t, err := g.spell(s.Method.Operand)
	if err != nil {
		return err
	}
	in := append([]string{t}, c.params...)
	params, args := g.passed(in, c.variadic)
	all, bound, plain, ret := join(args...), g.local+"bound", g.local+"plain", ""
	if len(c.results) > 0 {
		ret = "return "
	}
	own := ""
	if s.Method.Prefix == "*" && len(s.Method.Path) == 0 {
		if err := g.predeclared("nil"); err != nil {
			return err
		}
		own = fmt.Sprintf("\t\tif %s == nil {\n\t\t\t%s(%s) // panics in words of its own\n\t\t}\n", args[0], bound, all)
	}
	args[0] = s.Method.Prefix + args[0] + selectors(s.Method.Path)
	typ := "func(" + join(in...) + ")" + parens(c.results)
	adapter := g.adapter("bind", "(%s %s) %s {\n\tif %s {\n\t\treturn %s\n\t}\n\t%s := %s\n\treturn func(%s)%s {\n%s\t\t%s%s(%s)\n\t}\n}",
		bound, typ, typ, c.unready(), bound, plain, c.method(s.Func.Name()), join(params...), parens(c.results), own, ret, plain, join(args...))
	e.insert(x.Pos(), adapter+"(")
	e.attach(x.End(), ")")
	return nil
}

func selectors(path []string) string {
	if len(path) == 0 {
		return ""
	}
	return "." + strings.Join(path, ".")
}

// bind turns x.M into bound(x), a function that has the receiver in it.
func (g *generator) bind(e *edits, s match.Site, c *callee) error {
	params, args := g.passed(c.params, c.variadic)
	recv, plain, method := g.local+"recv", g.local+"plain", s.Func.Name()
	pick := fmt.Sprintf("if %s {\n\t\treturn %s.%s\n\t}\n\t%s := %s", c.unready(), recv, method, plain, c.method(method))
	if s.Method.Interface { // which panics now if it is nil
		pick = fmt.Sprintf("%s := %s.%s\n\tif %[4]s {\n\t\treturn %[1]s\n\t}\n\t%[5]s := %[6]s", g.local+"bound", recv, method, c.unready(), plain, c.method(method))
	}
	ret := "return "
	if len(c.results) == 0 {
		ret = ""
	}
	adapter := g.adapter("bind", "(%s %s) func(%s)%s {\n\t%s\n\treturn func(%s)%s { %s%s(%s) }\n}",
		recv, c.recv, join(c.params...), parens(c.results), pick, join(params...), parens(c.results), ret, plain, join(append([]string{recv}, args...)...))
	m := s.Method
	x := m.Selector.X
	e.insert(x.Pos(), adapter+"("+m.Prefix)
	if len(m.Path) > 0 {
		e.attach(x.End(), selectors(m.Path))
	}
	e.replace(g.period(e, x.End(), m.Selector.Sel.Pos()), 1, ",") // a line may end there
	e.replace(m.Selector.Sel.Pos(), len(m.Selector.Sel.Name), ")")
	return nil
}

// replaceMethod turns x.M(a) into getter()(x, a): the dot becomes the comma, which
// may stand at the end of a line, and the name and the parenthesis go. open and
// closing enclose the receiver.
func (g *generator) replaceMethod(e *edits, c *ast.CallExpr, m *match.Method, getter, open, closing string) {
	for fun := c.Fun; fun != m.Selector; {
		p := fun.(*ast.ParenExpr)
		e.replace(p.Lparen, 1, "")
		e.replace(p.Rparen, 1, "")
		fun = p.X
	}
	x := m.Selector.X
	// A call has the position of its parenthesis, which moves to the receiver.
	e.insert(x.Pos(), getter+"()"+e.sameLine(x.Pos(), c.Lparen)+"("+e.sameLine(c.Lparen, x.Pos())+open)
	if behind := selectors(m.Path) + closing; behind != "" {
		e.attach(x.End(), behind)
	}
	e.replace(g.period(e, x.End(), m.Selector.Sel.Pos()), 1, ",")
	e.replace(m.Selector.Sel.Pos(), len(m.Selector.Sel.Name), "")
	e.replace(c.Lparen, 1, "")
}

// period returns the position of the dot between from and to, where comments may
// stand too.
func (g *generator) period(e *edits, from, to token.Pos) token.Pos {
	var s scanner.Scanner
	start := g.pkg.Offset(from)
	src := e.file.Src[start:g.pkg.Offset(to)]
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(src))
	s.Init(file, src, nil, 0)
	for {
		pos, tok, _ := s.Scan()
		switch tok {
		case token.PERIOD:
			return from + token.Pos(file.Offset(pos))
		case token.EOF:
			panic(fmt.Sprintf("weave: no dot in selector %q", src))
		}
	}
}
