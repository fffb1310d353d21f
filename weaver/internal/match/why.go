package match

// Why rules do not match. Nothing is decided here: the code that matches says which of its
// conditions was the first that a rule failed at a place, and what stands here puts that into
// words, with the values that were compared. It does so only where it is asked to, by the
// Trace of a unit, which no build has.

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/source"
)

// A Trace is told why rules do not match at places: functions, function literals, calls,
// references, new structs, the names of variables and constants, type definitions, and the
// first file for the package as a whole.
type Trace struct {
	About    func(ast.Node) bool // the places that are asked about
	Refusals []Refusal
}

// A Refusal is the first condition of a rule that does not hold at a place. For each place
// and each rule about things of its kind there is a refusal or a [Site].
type Refusal struct {
	Rule *rule.Rule
	Node ast.Node
	// Passed is how many conditions hold, 0 where the rule names another thing.
	Passed int
	Text   string
}

// traced reports whether somebody asks about the place.
func (m *matcher) traced(at ast.Node) bool {
	return m.unit.Trace != nil && m.unit.Trace.About(at)
}

// A refusal is what a [Refusal] says of the rule.
type refusal struct {
	passed int
	text   string
	told   bool // a build says it too, unless the source opts out there
}

func (m *matcher) refuse(r *rule.Rule, at ast.Node, why refusal) {
	if why.told && m.ignores(r.Aspect, at.Pos()) {
		why = m.optedOut(r, at)
	}
	t := m.unit.Trace
	t.Refusals = append(t.Refusals, Refusal{Rule: r, Node: at, Passed: why.passed, Text: why.text})
}

// What holds before a place is looked at more closely: the name, where the rule has one,
// and predicates. The stages behind that are the hook's, those of the place itself, what
// the source opts out of, the closure of hooks, and what weaving can not do.
func described(r *rule.Rule) int {
	if r.Target != nil {
		return 1 + len(r.Where)
	}
	return len(r.Where)
}

const (
	stagePlace = iota + 1
	stageOptOut
	stageClosure
	stageWeave
)

// apart tells of those of the rules whose predicates do not hold of the function that the
// place is in, and which were not looked at there because of that.
func (m *matcher) apart(rules []*rule.Rule, at ast.Node, f *function, about func(*rule.Rule) bool, otherwise func(*rule.Rule) refusal) {
	for _, r := range rules {
		switch miss := f.misses(r); {
		case miss == hit: // it is looked at
		case about(r):
			m.refuse(r, at, f.missed(r, miss))
		default:
			m.refuse(r, at, otherwise(r))
		}
	}
}

// missed says what keeps the rule from the function.
func (f *function) missed(r *rule.Rule, why miss) refusal {
	out := refusal{passed: described(r) - len(r.Where)}
	switch why {
	case otherName:
		out.passed, out.text = 0, "the rule is about "+r.Target.Short()
	case blank:
		out.text = "the function is called _, so nothing calls it"
	case madeByCgo:
		out.text = "cgo wrote the function, and the rule does not name it"
	case unmet:
		i := f.unmet(r)
		out.passed, out.text = out.passed+i, f.denies(&r.Where[i])
	case undirected:
		out.passed, out.text = described(r), noDirective(r)
	}
	return out
}

// noDirective says what would have to stand above a function literal.
func noDirective(r *rule.Rule) string {
	var names []string
	for _, name := range r.Wanted() {
		names = append(names, written(name))
	}
	if len(names) == 0 {
		return "a function literal is chosen only by a directive above it, and the rule asks for none"
	}
	return "a function literal is chosen only by a directive above it, and there is no " + strings.Join(names, " or ")
}

// unnamed tells of the rules on bodies that can not be about the literal, or not without a
// directive.
func (m *matcher) unnamed(lit *ast.FuncLit, rules []*rule.Rule, has []*directive) {
	for _, r := range rules {
		if r.Point == rule.Body && (has == nil || !asksForLiterals(r)) {
			m.refuse(r, lit, refusal{text: noDirective(r)})
		}
	}
}

// unfitting says that the hook, or what it is to be given, fits none of what the rule, which
// names no target, describes.
func unfitting(r *rule.Rule, err error) refusal {
	return refusal{passed: described(r), text: "the hook does not fit: " + what(err)}
}

// what returns what is wrong, without what to do about it.
func what(err error) string {
	text, _, _ := strings.Cut(err.Error(), "; ")
	return text
}

// changed says that what the rule names is not what its hook was made for.
func changed(r *rule.Rule, is *rule.Signature, name string, err error) refusal {
	want := r.Sig
	if want != nil && r.Point == rule.Body && r.Target.Recv != "" && len(want.Params) > 0 {
		method := *want // as a method expression, with the receiver first
		method.Params = want.Params[1:]
		want = &method
	}
	text := fmt.Sprintf("the signature changed: expected one that %s fits, which is %v, found %s with %v: %s", r.Hook.Short(), r.HookSig, name, is, what(err))
	switch {
	case want == nil:
	case want.Type() == is.Type(): // then the hook never fitted
		text = fmt.Sprintf("the hook does not fit: %s", what(err))
	default:
		text = fmt.Sprintf("the signature changed: expected %v, found %v: %s", want, is, what(err))
	}
	return refusal{passed: described(r), text: text, told: true}
}

// unfit says that the hook does not fit what is used.
func (u *use) unfit(r *rule.Rule, is *rule.Signature, name rule.Func, err error) refusal {
	if u.generic() {
		return otherInstance(r, err)
	}
	return changed(r, is, name.Short(), err)
}

// otherInstance says that what is generic is not of the instance that the hook is for.
func otherInstance(r *rule.Rule, err error) refusal {
	return refusal{passed: described(r), text: "the hook is for another instance: " + what(err)}
}

// found says what a finding says.
func found(r *rule.Rule, text string) refusal {
	return refusal{passed: described(r) + stagePlace, text: text, told: true}
}

// optedOut says where the source opts out of the rule's aspect at the place.
func (m *matcher) optedOut(r *rule.Rule, at ast.Node) refusal {
	out := refusal{passed: described(r) + stageOptOut, text: "//weaver:ignore leaves it out"}
	for _, f := range m.pkg.Files {
		for _, i := range m.notesOf(f).ignored {
			if i.from <= at.Pos() && at.Pos() < i.to && i.by(r.Aspect) {
				p := m.pkg.Position(i.at)
				out.text = fmt.Sprintf("//weaver:ignore on line %d leaves it out", p.Line)
				return out
			}
		}
	}
	return out
}

// spared says that the site is left alone because a hook could get there.
func (t *Trace) spared(s Site) {
	if t.About(s.Node) {
		t.Refusals = append(t.Refusals, Refusal{Rule: s.Rule, Node: s.Node, Passed: described(s.Rule) + stageClosure, Text: Reached})
	}
}

// Unwoven is told which of the sites were not woven, and what was found about them.
func (t *Trace) Unwoven(p *source.Package, sites, woven []Site, found []Finding) {
	for _, s := range sites {
		same := func(w Site) bool { return w.Rule == s.Rule && w.Node == s.Node }
		if !t.About(s.Node) || slices.ContainsFunc(woven, same) {
			continue
		}
		out := Refusal{Rule: s.Rule, Node: s.Node, Passed: described(s.Rule) + stageWeave, Text: "it could not be woven"}
		for _, f := range found {
			if f.Rule == s.Rule.ID && (f.Pos == p.Place(s.Node.Pos()) || f.Pos == p.Path) {
				out.Text = f.Text
			}
		}
		t.Refusals = append(t.Refusals, out)
	}
}

// ofPackage says why the rule, which is about the package as a whole, is not woven.
func ofPackage(r *rule.Rule, text string) refusal {
	return refusal{passed: described(r) + stagePlace, text: text}
}

// otherwise says what is used, of a rule that is about the use of something else.
func (u *use) otherwise(r *rule.Rule) refusal {
	return refusal{text: fmt.Sprintf("%s is used here, and the rule is about %s", nameOf(u.fn).Short(), r.Target.Short())}
}

// otherwise says what is made, of a rule that is about another struct.
func (n *New) otherwise(r *rule.Rule) refusal {
	return refusal{text: fmt.Sprintf("a %s is made here, and the rule is about %s", rule.Pretty(typeString(n.Type)), r.TypeName())}
}

// otherThing says what is declared, of a rule that names something else.
func otherThing(r *rule.Rule, name *ast.Ident) refusal {
	return refusal{text: fmt.Sprintf("%s is declared here, and the rule is about %s", name.Name, r.Target.Short())}
}

// Unmentioned says what no file of a package has in it, of a rule that is not among those
// which [Mentioned] returns first.
func Unmentioned(r *rule.Rule) string {
	if r.Target != nil && !r.ByUse() {
		return NoTarget(*r.Target)
	}
	var words []string
	if r.Target != nil {
		words = append(words, r.Target.Name)
	}
	for _, name := range r.Required() {
		words = append(words, written(name))
	}
	return "no file of the package has " + strings.Join(words, " and ") + " in it"
}

// beyond says which packages the rule is for, of a unit that is none of them.
func (u *Unit) beyond(r *rule.Rule) string {
	if slices.Equal(r.Scope, []string{rule.MainModules}) {
		return fmt.Sprintf("package %s is outside the main modules", u.ImportPath)
	}
	var scope []string
	for _, s := range r.Scope {
		if s == rule.MainModules {
			s = "the main modules"
		}
		scope = append(scope, s)
	}
	return fmt.Sprintf("package %s is not in the rule's scope, %s", u.ImportPath, strings.Join(scope, ", "))
}
