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

// reference weaves the rules on one reference; the first of several is the outermost.
func (g *generator) reference(e *edits, sites []match.Site) error {
	s := sites[0]
	c, err := g.callee(sites)
	if err != nil {
		return err
	}
	switch m := s.Method; {
	case m == nil, m.Expression && m.Own(s.Sig.Recv().Type()):
		c.enclose(e, s.Node.(ast.Expr))
		return g.instantiate(e, s.Instance)
	case m.Expression:
		return g.rebase(e, s.Node.(ast.Expr), s, c)
	}
	return g.bind(e, s, c)
}
