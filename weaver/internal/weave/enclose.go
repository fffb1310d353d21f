package weave

import (
	"fmt"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
)

// Enclose moves no code. The original declaration gets another name, by one token,
// and the generated file declares a function with the old one that calls the hook.
// The hook is given a function that calls the original, so every statement of the
// user's stays where it was, in a function with its own parameters and results.
//
//	func (t *T) M(p0 A, p1 B) (r0 R) {
//		«the rules before this Enclose»
//		if !weaver_ready1() {
//			return t.weaver_body1(p0, p1)
//		}
//		return weaver_hook2(p0, func(q0 A) R { return t.weaver_body1(q0, p1) })
//	}

// enclose weaves the sites, the last of which is an Enclose.
func (g *generator) enclose(e *edits, sites []match.Site) error {
	d := sites[0].Decl
	outer := d.Name.Name
	for len(sites) > 0 {
		k := 0 // the first Enclose: the layer that is made now
		for sites[k].Rule.Advice != rule.Enclose {
			k++
		}
		inner := g.name("body") + "_" + d.Name.Name
		if err := g.layer(sites[k], sites[:k], outer, inner); err != nil {
			return err
		}
		outer, sites = inner, sites[k+1:]
	}
	e.replace(d.Name.Pos(), len(d.Name.Name), outer)
	return nil
}

// layer declares the function outer, with the original's signature, which runs the
// rules in before and then the hook around inner.
func (g *generator) layer(s match.Site, before []match.Site, outer, inner string) error {
	n := &layerNames{g: g}
	recv, params, results, err := g.layerSignature(s, n)
	if err != nil {
		return err
	}
	if recv != "" {
		inner = n.of(rule.Item{Kind: rule.Recv}) + "." + inner
		recv = "(" + recv + ") "
	}
	body, err := g.layerBody(s, before, n, inner)
	if err != nil {
		return err
	}
	g.declare("func %s%s(%s)%s {\n%s}\n", recv, outer, join(params...), resultList(results), body)
	return nil
}

func resultList(results []string) string {
	if len(results) == 0 {
		return ""
	}
	return " (" + join(results...) + ")"
}

// layerBody returns the statements of a layer: it runs the rules in before and then the
// hook around what inner calls.
func (g *generator) layerBody(s match.Site, before []match.Site, n *layerNames, inner string) (string, error) {
	pro, err := g.prologue(before, n)
	if err != nil {
		return "", err
	}
	h, err := g.bodyHook(s, n)
	if err != nil {
		return "", err
	}
	body, err := g.bodyLiteral(s, n, inner)
	if err != nil {
		return "", err
	}
	plain := inner + "(" + join(g.passOn(s, n, nil)...) + ")"
	call := h.name + "(" + join(append(h.args, body)...) + ")"
	if results := n.results(s); len(results) > 0 {
		all := join(results...)
		plain = "return " + plain
		if set := n.items(s.Binding.Rets); join(set...) == all {
			call = "return " + call
		} else if len(set) > 0 {
			call = join(set...) + " = " + call + "\n\treturn"
		} else {
			call += "\n\treturn"
		}
	} else {
		plain += "\n\t\treturn"
	}
	if pro != "" {
		pro = "\t" + strings.TrimSpace(pro) + "\n"
	}
	return fmt.Sprintf("%s\tif !%s {\n\t\t%s\n\t}\n%s\t%s\n", pro, h.ready, plain, indented(h.first, 1), call), nil
}

// layerSignature returns the receiver, parameters and results of the site's
// function with the names that a layer has for them.
func (g *generator) layerSignature(s match.Site, n names) (recv string, params, results []string, err error) {
	typed := func(i rule.Item) string {
		t, e := g.spell(match.ItemVar(s.Func, i).Type())
		if e != nil && err == nil {
			err = e
		}
		return n.of(i) + " " + t
	}
	sig := s.Func.Signature()
	if sig.Recv() != nil {
		recv = typed(rule.Item{Kind: rule.Recv})
	}
	for i := range sig.Params().Len() {
		p := typed(rule.Item{Kind: rule.Param, Index: i})
		if sig.Variadic() && i == sig.Params().Len()-1 {
			p = strings.Replace(p, " []", " ...", 1)
		}
		params = append(params, p)
	}
	for i := range sig.Results().Len() {
		results = append(results, typed(rule.Item{Kind: rule.Result, Index: i}))
	}
	return recv, params, results, err
}

// bodyLiteral returns the function literal that the hook is given as the body.
func (g *generator) bodyLiteral(s match.Site, n *layerNames, inner string) (string, error) {
	b := s.Binding.Body
	replaced := map[rule.Item]string{}
	var params, results []string
	for i, a := range b.Args {
		t, err := g.itemType(s, a)
		if err != nil {
			return "", err
		}
		q := fmt.Sprintf("%sq%d", g.local, i)
		params, replaced[a.Item] = append(params, q+" "+t), q
	}
	for _, r := range b.Rets {
		t, err := g.itemType(s, rule.Arg{Item: r})
		if err != nil {
			return "", err
		}
		results = append(results, t)
	}
	if q, ok := replaced[rule.Item{Kind: rule.Recv}]; ok {
		inner = q + inner[strings.IndexByte(inner, '.'):]
	}
	call := inner + "(" + join(g.passOn(s, n, replaced)...) + ")"
	all, set := n.results(s), n.items(b.Rets)
	switch {
	case len(all) == 0:
	case join(set...) == join(all...):
		call = "return " + call
	case len(set) == 0:
		call = join(all...) + " = " + call
	default:
		call = join(all...) + " = " + call + "; return " + join(set...)
	}
	return "func(" + join(params...) + ")" + parens(results) + " { " + call + " }", nil
}

// passOn returns the arguments that hand a layer's parameters, or what replaces
// them, to the function inside.
func (g *generator) passOn(s match.Site, n names, replaced map[rule.Item]string) []string {
	var out []string
	sig := s.Func.Signature()
	for i := range sig.Params().Len() {
		it := rule.Item{Kind: rule.Param, Index: i}
		a, ok := replaced[it]
		if !ok {
			a = n.of(it)
		}
		if sig.Variadic() && i == sig.Params().Len()-1 {
			a += "..."
		}
		out = append(out, a)
	}
	return out
}

// layerNames are the names of the items in a generated function.
type layerNames struct{ g *generator }

func (n *layerNames) of(i rule.Item) string {
	switch i.Kind {
	case rule.Recv:
		return n.g.local + "recv"
	case rule.Param:
		return fmt.Sprintf("%sp%d", n.g.local, i.Index)
	}
	return fmt.Sprintf("%sr%d", n.g.local, i.Index)
}

func (n *layerNames) items(of []rule.Item) []string {
	var out []string
	for _, i := range of {
		out = append(out, n.of(i))
	}
	return out
}

func (n *layerNames) results(s match.Site) []string {
	var out []string
	for i := range s.Func.Signature().Results().Len() {
		out = append(out, n.of(rule.Item{Kind: rule.Result, Index: i}))
	}
	return out
}
