package weave

import (
	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
)

// A function literal has no name to take, so what encloses it stands around the
// expression and makes a function of the same type from it:
//
//	f := func(n int) error {…}      f := weaver_enclose1(func(n int) error {…})
//
//	func weaver_enclose1(plain func(int) error) func(int) error {
//		return func(p0 int) (r0 error) {
//			«the rules before this Enclose»
//			if !weaver_ready2() {
//				return plain(p0)
//			}
//			return weaver_hook3(p0, func(q0 int) error { return plain(q0) })
//		}
//	}
//
// The literal is evaluated where and when it was, so what it captures is the same, in a
// loop and in a go or defer statement too.

// encloseLiteral weaves the sites, the last of which is an Enclose.
func (g *generator) encloseLiteral(e *edits, sites []match.Site) error {
	lit := sites[0].Lit
	typ, err := g.spell(sites[0].Func.Signature())
	if err != nil {
		return err
	}
	for len(sites) > 0 {
		k := 0 // the first Enclose: the layer that is made now
		for sites[k].Rule.Advice != rule.Enclose {
			k++
		}
		n := &layerNames{g: g}
		_, params, results, err := g.layerSignature(sites[k], n)
		if err != nil {
			return err
		}
		plain := g.local + "plain"
		body, err := g.layerBody(sites[k], sites[:k], n, plain)
		if err != nil {
			return err
		}
		name := g.adapter("enclose", "(%s %s) %s {\n\treturn func(%s)%s {\n%s\t}\n}", plain, typ, typ,
			join(params...), resultList(results), indented(body, 2))
		e.insert(lit.Pos(), name+"(")
		e.attach(lit.End(), ")")
		sites = sites[k+1:]
	}
	return nil
}
