package match

import (
	"github.com/goweaver/weaver/internal/rule"
)

// reference adds the site if the rule is about the function that is used as a value.
func (m *matcher) reference(r *rule.Rule, u *use, s Site) {
	name, sig, ok := u.named(r)
	if !ok {
		if m.traced(s.Node) {
			m.refuse(r, s.Node, u.otherwise(r))
		}
		return
	}
	s.Sig, s.Instance = sig, u.instance
	is := callSignature(sig)
	if err := rule.BindRef(r.Advice, r.Hook.Short(), r.HookSig, name.Short(), is); err != nil {
		if !u.generic() {
			m.mismatches = append(m.mismatches, m.mismatch(r, s.Node.Pos(), err))
		}
		if m.traced(s.Node) {
			m.refuse(r, s.Node, u.unfit(r, is, name, err))
		}
		return
	}
	if u.kind != ofFunction {
		s.Method = u.way(sig.Recv().Type())
		if u.hidden {
			m.find(r, s.Node, "the reference to "+name.Short()+" reaches the method through an unexported field of another package, so that no hook can be given its receiver; refer to the method of a value that can be named")
			return
		}
	}
	m.sites = append(m.sites, s)
}
