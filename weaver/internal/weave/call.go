package weave

import (
	"fmt"
	"go/ast"
	"go/scanner"
	"go/token"
	"go/types"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
)

// A call stays a call in the function where it is written: no frame comes between
// the caller and what it calls, so that code which looks at its caller (a logger,
// say) sees the same one.
//
//	time.Now()       weaver_1(time.Now)()             Replace of a function
//	c.Do(req)        weaver_2()(c, req)               Replace of a method
//	db.Open(n)       weaver_3(db.Open(n))             Wrap
//	grpc.Dial(a, o)  grpc.Dial(a, weaver_4(o)...)     Append
//
// The form of Replace is an expression of the target's own type, and so means the
// same in go and defer statements, with f(g()) and with f(xs...).

// call weaves the rules on one call; the first of several is the outermost.
func (g *generator) call(e *edits, sites []match.Site) error {
	c := sites[0].Call
	var replaces, appends []match.Site
	for _, s := range sites {
		switch s.Rule.Advice {
		case rule.Wrap:
			adapter, err := g.wrapAdapter(s)
			if err != nil {
				return err
			}
			e.insert(c.Pos(), adapter+"(")
			e.attach(c.End(), ")")
		case rule.Replace:
			replaces = append(replaces, s)
		case rule.Append:
			appends = append(appends, s)
		}
	}
	// What an Append adds goes to whatever a Replace calls, so it comes first.
	if len(appends) > 0 {
		if err := g.append(e, c, appends); err != nil {
			return err
		}
	}
	if len(replaces) > 0 {
		return g.replace(e, c, replaces)
	}
	return nil
}

// calleeType spells the signature of the callee as a function, a method's receiver first.
func (g *generator) calleeType(s match.Site) (string, error) {
	sig := s.Func.Signature()
	in, err := g.spellTuple(sig.Params(), sig.Variadic())
	if err != nil {
		return "", err
	}
	if sig.Recv() != nil {
		recv, err := g.spell(sig.Recv().Type())
		if err != nil {
			return "", err
		}
		in = append([]string{recv}, in...)
	}
	out, err := g.spellTuple(sig.Results(), false)
	return "(" + join(in...) + ")" + parens(out), err
}

func (g *generator) replace(e *edits, c *ast.CallExpr, sites []match.Site) error {
	s := sites[0]
	signature, err := g.calleeType(s)
	if err != nil {
		return err
	}
	var adapters []string
	for _, s := range sites {
		ready, err := g.isReady(s.Rule.Hook.Pkg)
		if err != nil {
			return err
		}
		hook := g.hook(s.Rule.Hook, signature)
		plain := g.local + "plain"
		adapters = append(adapters, g.adapter("replace", "(%s func%s) func%s {\n\tif %s {\n\t\treturn %s\n\t}\n\treturn %s\n}", plain, signature, signature, ready, hook, plain))
	}
	if s.Method == nil {
		for _, a := range adapters {
			e.insert(c.Fun.Pos(), a+"(")
			e.attach(c.Fun.End(), ")")
		}
		return nil
	}
	recv, err := g.spell(s.Func.Signature().Recv().Type())
	if err != nil {
		return err
	}
	if strings.HasPrefix(recv, "*") {
		recv = "(" + recv + ")"
	}
	callee := recv + "." + s.Func.Name()
	for i := len(adapters) - 1; i >= 0; i-- {
		callee = adapters[i] + "(" + callee + ")"
	}
	g.replaceMethod(e, c, s.Method, g.adapter("replace", "() func%s { return %s }", signature, callee))
	return nil
}

// replaceMethod turns x.M(a) into getter()(x, a): the dot becomes the comma, which
// may stand at the end of a line, and the name and the parenthesis go.
func (g *generator) replaceMethod(e *edits, c *ast.CallExpr, m *match.Method, getter string) {
	for fun := c.Fun; fun != m.Selector; {
		p := fun.(*ast.ParenExpr)
		e.replace(p.Lparen, 1, "")
		e.replace(p.Rparen, 1, "")
		fun = p.X
	}
	x := m.Selector.X
	// A call has the position of its parenthesis, which moves to the receiver.
	e.insert(x.Pos(), getter+"()"+e.directive(c.Lparen)+"("+e.directive(x.Pos())+m.Prefix)
	if len(m.Path) > 0 {
		e.attach(x.End(), "."+strings.Join(m.Path, "."))
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

// wrapAdapter declares the function that a wrapped call's results are handed to.
func (g *generator) wrapAdapter(s match.Site) (string, error) {
	results, err := g.spellTuple(s.Func.Signature().Results(), false)
	if err != nil {
		return "", err
	}
	var params, args, types, values []string
	for i, t := range results {
		p := fmt.Sprintf("%sp%d", g.local, i)
		params, values = append(params, p+" "+t), append(values, p)
	}
	at := 0
	for _, t := range s.Rule.HookSig.Params {
		if t != rule.HookFuncType {
			args, types = append(args, values[at]), append(types, results[at])
			at++
			continue
		}
		f, err := g.hookFunc(s)
		if err != nil {
			return "", err
		}
		args, types = append(args, f), append(types, "*"+g.prefix+"Func")
	}
	ready, err := g.isReady(s.Rule.Hook.Pkg)
	if err != nil {
		return "", err
	}
	hook := g.hook(s.Rule.Hook, "("+join(types...)+")"+parens(results))
	return g.adapter("wrap", "(%s)%s {\n\tif %s {\n\t\treturn %s(%s)\n\t}\n\treturn %s\n}",
		join(params...), parens(results), ready, hook, join(args...), join(values...)), nil
}

// append adds the hooks' values to the variadic arguments, in the order of the
// rules. The adapter copies: it has to leave the caller's backing array alone.
func (g *generator) append(e *edits, c *ast.CallExpr, sites []match.Site) error {
	sig := sites[0].Func.Signature()
	fixed := sig.Params().Len() - 1
	if s := sites[0]; s.Method == nil && sig.Recv() != nil {
		fixed++ // the receiver of a method expression
	}
	open, closing := "", ""
	for _, s := range sites {
		adapter, err := g.appendAdapter(s, sig.Params().At(sig.Params().Len()-1).Type())
		if err != nil {
			return err
		}
		open, closing = adapter+"("+open, closing+")..."
	}
	if sites[0].Spread {
		return g.spread(e, c, sig, sites[0].Method == nil && sig.Recv() != nil, open, closing)
	}
	switch {
	case len(c.Args) > fixed:
		last := c.Args[len(c.Args)-1].End()
		if c.Ellipsis.IsValid() {
			last = c.Ellipsis + token.Pos(len("..."))
		}
		e.insert(c.Args[fixed].Pos(), open)
		e.attach(last, closing)
	case fixed > 0:
		e.attach(c.Args[fixed-1].End(), ", "+open+closing)
	default:
		e.insert(c.Lparen+1, open+closing)
	}
	return nil
}

// spread weaves an Append where the call is f(g()): only a function can take all
// results of g, so one comes between the caller and f. recvFirst says that the callee
// is a method expression; open and closing enclose the variadic arguments.
func (g *generator) spread(e *edits, c *ast.CallExpr, sig *types.Signature, recvFirst bool, open, closing string) error {
	in, err := g.spellTuple(sig.Params(), true)
	if err != nil {
		return err
	}
	if recvFirst {
		recv, err := g.spell(sig.Recv().Type())
		if err != nil {
			return err
		}
		in = append([]string{recv}, in...)
	}
	out, err := g.spellTuple(sig.Results(), false)
	if err != nil {
		return err
	}
	var params, args []string
	for i, t := range in {
		p := fmt.Sprintf("%sp%d", g.local, i)
		params, args = append(params, p+" "+t), append(args, p)
	}
	last := len(args) - 1
	args[last] = open + args[last] + "..." + closing
	call := g.local + "plain(" + join(args...) + ")"
	if len(out) > 0 {
		call = "return " + call
	}
	adapter := g.adapter("spread", "(%splain func(%s)%s) func(%s)%s {\n\treturn func(%s)%s {\n\t\t%s\n\t}\n}",
		g.local, join(in...), parens(out), join(in...), parens(out), join(params...), parens(out), call)
	e.insert(c.Fun.Pos(), adapter+"(")
	e.attach(c.Fun.End(), ")")
	return nil
}

func (g *generator) appendAdapter(s match.Site, slice types.Type) (string, error) {
	if err := g.predeclared("append", "len"); err != nil {
		return "", err
	}
	t, err := g.spell(slice)
	if err != nil {
		return "", err
	}
	elem := strings.TrimPrefix(t, "[]")
	var args, types []string
	for range s.Rule.HookSig.Params { // only a *hook.Func can be among them
		f, err := g.hookFunc(s)
		if err != nil {
			return "", err
		}
		args, types = append(args, f), append(types, "*"+g.prefix+"Func")
	}
	result, spread := elem, ""
	if rule.Type("[]")+s.Rule.HookSig.Results[0] != typeOf(s) {
		result, spread = t, "..."
	}
	ready, err := g.isReady(s.Rule.Hook.Pkg)
	if err != nil {
		return "", err
	}
	hook := g.hook(s.Rule.Hook, "("+join(types...)+") "+result)
	more := g.local + "more"
	return g.adapter("append", "(%s ...%s) %s {\n\tif %s {\n\t\treturn append(%s[:len(%s):len(%s)], %s(%s)%s)\n\t}\n\treturn %s\n}",
		more, elem, t, ready, more, more, more, hook, join(args...), spread, more), nil
}

// typeOf returns the type of the variadic parameter as the plan spells it.
func typeOf(s match.Site) rule.Type {
	sig := match.Signature(s.Func)
	return sig.Params[len(sig.Params)-1]
}
