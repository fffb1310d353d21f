package weave

import (
	"go/ast"

	"github.com/goweaver/weaver/weaver/internal/match"
)

// A reference stays an expression of the type it has, and what it names is evaluated
// when it was:
//
//	time.Now         weaver_1(time.Now)
//	sort[int]        weaver_2(sort[int])
//	c.Do             weaver_3(c)                      the receiver is evaluated, and panics, as before
//	(*T).Do          weaver_4((*T).Do)

// reference weaves the rules on one use of a function, which names it by fun; the first of
// several is the outermost.
func (g *generator) reference(e *edits, fun ast.Expr, sites []match.Site) error {
	s := sites[0]
	c, err := g.callee(sites)
	if err != nil {
		return err
	}
	switch m := s.Method; {
	case m == nil, m.Expression && m.Own(s.Sig.Recv().Type()):
		c.enclose(e, fun)
		return g.instantiate(e, s.Instance)
	case m.Expression:
		return g.rebase(e, fun, s, c)
	}
	return g.bind(e, s, c)
}
