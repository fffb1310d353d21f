package weave

import (
	"fmt"
	"go/ast"
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
// same in go and defer statements, with f(g()) and with f(xs...). Some calls leave no
// room for such a form, and a function does come between:
//
//	f(g())           weaver_5(f)(g())                 Append
//	c.Do(g())        weaver_6(c)(g())                 Replace of a method
//	T.Do(x, a)       weaver_8(T.Do)(x, a)             likewise, where T is not the receiver's type
//	go f(a)          go weaver_7(f)(a)                Wrap

// call weaves the rules on one call; the first of several is the outermost.
func (g *generator) call(e *edits, sites []match.Site) error {
	c := sites[0].Call
	var wraps, replaces, appends []match.Site
	for _, s := range sites {
		switch s.Rule.Advice {
		case rule.Wrap:
			if s.Statement == match.Go {
				wraps = append(wraps, s)
				break
			}
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
	if layers := append(wraps, replaces...); len(layers) > 0 {
		return g.replace(e, c, layers)
	}
	if len(appends) > 0 && appends[0].Spread {
		return g.instantiate(e, appends[0].Instance)
	}
	return nil
}

// append adds the hooks' values to the variadic arguments, in the order of the
// rules. The adapter copies: it has to leave the caller's backing array alone.
func (g *generator) append(e *edits, c *ast.CallExpr, sites []match.Site) error {
	sig := sites[0].Sig
	fixed := sig.Params().Len() - 1
	if m := sites[0].Method; m != nil && m.Expression {
		fixed++ // the receiver
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
		return g.spread(e, c, sites[0], open, closing)
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
// results of g, so one comes between the caller and f. open and closing enclose the
// variadic arguments.
func (g *generator) spread(e *edits, c *ast.CallExpr, s match.Site, open, closing string) error {
	sig := s.Sig
	in, err := g.spellTuple(sig.Params(), true)
	if err != nil {
		return err
	}
	if s.Method != nil && s.Method.Expression {
		recv, err := g.spell(s.Method.Operand)
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
	sig := match.SignatureOf(s.Sig)
	return sig.Params[len(sig.Params)-1]
}
