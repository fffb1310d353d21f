package match

import (
	"cmp"
	"go/ast"
	"slices"

	"github.com/goweaver/weaver/internal/rule"
)

// parts finds the sites of rules whose join point is no function. They come after those
// of the others, so that what stands around a struct is woven around it.
func (m *matcher) parts(rules []*rule.Rule) {
	of := map[rule.Kind][]*rule.Rule{}
	for _, r := range rules {
		of[r.Point] = append(of[r.Point], r)
	}
	for _, f := range m.pkg.Files {
		if rs := of[rule.Struct]; len(rs) > 0 {
			m.definitions(f, rs)
		}
		if rs := of[rule.Literal]; len(rs) > 0 {
			m.literals(f, rs)
		}
		if rs := of[rule.Variable]; len(rs) > 0 {
			m.variables(f, rs)
		}
	}
	m.wholes(of[rule.Package])
	m.inOrder(rules)
}

// inOrder puts the sites at package-level variables, which rules of two kinds may be
// about, behind the others and in the order of the rules.
func (m *matcher) inOrder(rules []*rule.Rule) {
	at := map[*rule.Rule]int{}
	for i, r := range rules {
		at[r] = i
	}
	var rest, variables []Site
	for _, s := range m.sites {
		if s.Var == nil {
			rest = append(rest, s)
		} else {
			variables = append(variables, s)
		}
	}
	slices.SortStableFunc(variables, func(x, y Site) int {
		return cmp.Or(cmp.Compare(x.Node.Pos(), y.Node.Pos()), cmp.Compare(at[x.Rule], at[y.Rule]))
	})
	m.sites = append(rest, variables...)
}

// mismatched takes down that the rule does not fit what it is about, once, unless the
// source opts out of it there.
func (m *matcher) mismatched(r *rule.Rule, at ast.Node, err error) {
	if m.traced(at) {
		m.refuse(r, at, found(r, err.Error()))
	}
	if m.ignores(r.Aspect, at.Pos()) {
		return
	}
	same := func(e *MismatchError) bool { return e.Rule == r.ID && e.Declared == r.Pos && e.Text == err.Error() }
	if !slices.ContainsFunc(m.mismatches, same) {
		m.mismatches = append(m.mismatches, m.mismatch(r, at.Pos(), err))
	}
}
