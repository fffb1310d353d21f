package match

import (
	"go/types"

	"github.com/goweaver/weaver/internal/rule"
)

// A Statement says of a call whether it is that of a go or defer statement.
type Statement string

// The statements.
const (
	Go    Statement = "go"
	Defer Statement = "defer"
)

// call adds the site if the rule is about the callee.
func (m *matcher) call(r *rule.Rule, u *use, s Site) {
	name, sig, ok := u.named(r)
	if !ok {
		if m.traced(s.Node) {
			m.refuse(r, s.Node, u.otherwise(r))
		}
		return
	}
	s.Sig, s.Instance = sig, u.instance
	hook, is := r.Hook.Short(), callSignature(sig)
	err := rule.BindCall(r.Advice, hook, r.HookSig, name.Short(), is)
	if err != nil && u.generic() {
		// A rule is about those instances that its hook fits, and leaves the others alone.
		if s.Open = openResults(u.fn); r.Advice != rule.Wrap || !rule.WrapsAll(r.HookSig, is.Results, s.Open) {
			if m.traced(s.Node) {
				m.refuse(r, s.Node, u.unfit(r, is, name, err))
			}
			return
		}
		err = nil
	}
	why := u.uncallable(r, &s)
	switch {
	case why != "":
		m.find(r, s.Call, "the call of "+name.Short()+" "+why)
	case err != nil:
		m.mismatches = append(m.mismatches, m.mismatch(r, s.Call.Pos(), err))
		if m.traced(s.Node) {
			m.refuse(r, s.Node, u.unfit(r, is, name, err))
		}
	default:
		m.sites = append(m.sites, s)
	}
}

// uncallable completes the site. It returns why the advice can not be given to that
// call, or "".
func (u *use) uncallable(r *rule.Rule, s *Site) string {
	why := ""
	if u.kind != ofFunction {
		s.Method = u.way(s.Sig.Recv().Type())
		if u.hidden {
			why = "reaches the method through an unexported field of another package, so that no hook can be given its receiver; use Wrap or Append, which need none"
		}
	}
	switch r.Advice {
	case rule.Wrap:
		switch {
		case s.Statement == Defer:
			return "is a defer statement, and one that recovers must be called by it and by nothing between; use Replace, whose hook calls it"
		case s.Statement == Go && s.Open != nil:
			return "is a go statement, and its hook is for all instances; use one that takes and returns the results of this instance"
		case s.Statement == "":
			return "" // its callee stays as it is
		}
	case rule.Append:
		return ""
	}
	return why
}

// Own reports whether the method is selected on a value of the receiver's own type.
func (w *Method) Own(recv types.Type) bool { return types.Identical(w.Operand, recv) }

// openResults returns which results of the declared function have a type parameter in
// their types.
func openResults(f *types.Func) []bool {
	out := []bool{}
	for v := range f.Origin().Signature().Results().Variables() {
		out = append(out, HasTypeParam(v.Type()))
	}
	return out
}
