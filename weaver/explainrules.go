package weaver

// What becomes of each rule at the subject of an explanation: the sites that weaving made
// there, or the refusal of a place that went furthest, or what kept the rule out of the
// package.

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/register"
)

// traced weaves the package in memory with a trace for the places. The error joins the
// mistakes that a build of the package ends with; others come second.
func (in *inspection) traced(p *register.Package, about func(*compilation, ast.Node) bool) (w *Woven, mistakes, err error) {
	w, err = in.woven(p, func(c *compilation) error {
		c.marked = false // which packages have marks follows from the rules that could match
		c.unit.Trace = &match.Trace{About: func(n ast.Node) bool { return about(c, n) }}
		mistakes = c.sitesAlone()
		return nil
	})
	if _, ok := mismatches(mistakes); mistakes != nil && !ok {
		return nil, nil, mistakes
	}
	return w, mistakes, err
}

// about reports whether the node is a place of the subject.
func (s *subject) about(c *compilation, n ast.Node) bool {
	if s.file == "" {
		return true
	}
	at := c.pkg.Fset.PositionFor(nodePlace(n), false)
	if _, whole := n.(*ast.File); whole || filepath.Base(at.Filename) != s.file {
		return false
	}
	switch {
	case s.line > 0 && strings.HasPrefix(at.Filename, c.cmd.Stage()): // made by the go command
		return c.pkg.Position(nodePlace(n)).Line == s.line
	case s.line > 0:
		return at.Line == s.line
	}
	start := c.pkg.Offset(n.Pos())
	if _, name := n.(*ast.Ident); name && (s.kind == aVariable || s.kind == aConstant) {
		return start == s.ident
	}
	return s.from <= start && start < s.to
}

// nodePlace returns where a reader sees the place; see [place].
func nodePlace(n ast.Node) token.Pos {
	if call, ok := n.(*ast.CallExpr); ok {
		return call.Lparen
	}
	return n.Pos()
}

// An explainer works out the answer for one subject.
type explainer struct {
	*subject
	in       *inspection
	w        *Woven
	mistakes map[string]string // rule ID → what a build says
	used     map[*rule.Rule][]explainedSite
	chain    *string // how a hook imports the package, once it is known
}

// explain adds what becomes of the rules.
func (in *inspection) explain(x *explanation, s *subject) error {
	if s.p.Error != nil && len(s.p.CompiledGoFiles)+len(s.p.GoFiles) == 0 {
		return errors.New(strings.TrimSpace(s.p.Error.Err))
	}
	w, mistakes, err := in.traced(s.p, s.about)
	if err != nil {
		return err
	}
	e := &explainer{subject: s, in: in, w: w, mistakes: map[string]string{}, used: map[*rule.Rule][]explainedSite{}}
	for _, m := range mismatchesIn(mistakes) {
		e.mistakes[m.Rule] = m.Text
		x.Stops = append(x.Stops, m.Error())
	}
	if err := e.uses(); err != nil {
		return err
	}
	for i := range in.tool.plan.Rules {
		x.Rules = append(x.Rules, e.rule(&in.tool.plan.Rules[i]))
	}
	return nil
}

// mismatchesIn returns what the error joins.
func mismatchesIn(err error) []*match.MismatchError {
	if m, ok := err.(*match.MismatchError); ok { //nolint:errorlint // each is looked at by itself
		return []*match.MismatchError{m}
	}
	var out []*match.MismatchError
	if joined, ok := err.(interface{ Unwrap() []error }); ok { //nolint:errorlint // likewise
		for _, each := range joined.Unwrap() {
			out = append(out, mismatchesIn(each)...)
		}
	}
	return out
}

// names reports whether the rule names the subject.
func (s *subject) names(r *rule.Rule) bool {
	t := s.target
	if t == nil || r.Target == nil || r.Target.Pkg != t.Pkg || r.Target.Recv != t.Recv || r.Target.Name != t.Name {
		return false
	}
	switch r.Point {
	case rule.Body, rule.Call, rule.Reference:
		return s.isFunction()
	case rule.Literal, rule.Struct:
		return s.kind == aType
	case rule.Variable:
		return s.kind == aVariable || s.kind == aConstant
	}
	return false
}

func (s *subject) isFunction() bool {
	return s.kind == aFunction || s.kind == aMethod || s.kind == anAbstract
}

// uses finds the sites of rules that are about uses of the subject, in all packages.
func (e *explainer) uses() error {
	var rules []*rule.Rule
	for i := range e.in.tool.plan.Rules {
		if r := &e.in.tool.plan.Rules[i]; r.ByUse() && e.names(r) {
			rules = append(rules, r)
		}
	}
	if len(rules) == 0 {
		return nil
	}
	for _, p := range e.in.built() {
		c, _, err := e.in.compilation(p)
		if err != nil {
			continue // it does not compile, and so has no sites
		}
		candidates, spared := c.unit.Candidates()
		if !slices.ContainsFunc(slices.Concat(candidates, spared), func(r *rule.Rule) bool { return slices.Contains(rules, r) }) {
			continue
		}
		w, _, err := e.in.traced(p, func(*compilation, ast.Node) bool { return false })
		if err != nil {
			return err
		}
		if w.c.result == nil {
			continue
		}
		for _, s := range w.c.result.Woven {
			if slices.Contains(rules, s.Rule) {
				e.used[s.Rule] = append(e.used[s.Rule], siteOf(w, s.Node, s))
			}
		}
	}
	return nil
}

func siteOf(w *Woven, n ast.Node, s match.Site) explainedSite {
	out := explainedSite{Package: w.ImportPath}
	if _, whole := n.(*ast.File); whole {
		return out
	}
	var at Site
	w.locate(&at, nodePlace(n))
	out.File, out.Line = at.File, at.Line
	if s.Decl != nil {
		out.Func = enclosing(s)
	}
	return out
}

// rule explains one rule.
func (e *explainer) rule(r *rule.Rule) explainedRule {
	shown := listedRule{Point: r.Point, Advice: r.Advice, where: r.Where, Needs: r.Links}
	if r.Hook.Pkg != "" {
		shown.Hook = r.Hook.String()
	}
	shown.listPart(r)
	out := explainedRule{Aspect: r.Aspect, Declared: position(r.Pos), Point: r.Point, Target: shown.Target, Advice: r.Advice, Hook: shown.Hook, shown: shown}
	for _, p := range r.Where {
		out.Where = append(out.Where, predicate(p, func(t rule.Type) string { return string(t) }))
	}
	mistake := e.mistakes[r.ID]
	if res := e.w.c.result; res != nil && mistake == "" {
		for _, s := range res.Woven {
			if s.Rule == r && e.about(e.w.c, s.Node) {
				out.Sites = append(out.Sites, siteOf(e.w, s.Node, s))
			}
		}
	}
	for _, s := range e.used[r] {
		if !slices.Contains(out.Sites, s) { // a function may call itself
			out.Sites = append(out.Sites, s)
		}
	}
	switch out.Woven = len(out.Sites) > 0; {
	case out.Woven, e.refused(r, &out):
	case mistake != "":
		out.Why = mistake
	default:
		e.kept(r, &out)
	}
	return out
}

// refused sets the refusal that went furthest, and reports whether there is one.
func (e *explainer) refused(r *rule.Rule, out *explainedRule) bool {
	var best *match.Refusal
	places := 0
	for i := range e.w.c.unit.Trace.Refusals {
		f := &e.w.c.unit.Trace.Refusals[i]
		if f.Rule != r || e.inside(f) {
			continue
		}
		places++
		if best == nil || f.Passed > best.Passed {
			best = f
		}
	}
	if best == nil || best.Passed == 0 && r.Target != nil && (places > 1 || e.names(r)) {
		return false // what there is instead says nothing where it is several things
	}
	out.Why, out.Passed = best.Text, best.Passed
	// A rule that names another thing is not about this one, and neither is one that looks
	// for uses of another thing. What a pattern describes may be any function, but a literal
	// only one that asks for a directive.
	_, lit := best.Node.(*ast.FuncLit)
	out.Unrelated = best.Passed == 0 && (r.Target != nil || lit && len(r.Wanted()) == 0)
	if places > 1 || e.file == "" {
		at := siteOf(e.w, best.Node, match.Site{Decl: e.around(best.Node)})
		out.Nearest = &at
	}
	if out.Why == match.Reached {
		out.Why += e.because()
	}
	return true
}

// inside reports whether the refusal is of a function literal in the function that is asked
// about.
func (e *explainer) inside(f *match.Refusal) bool {
	return f.Rule.Point == rule.Body && e.isFunction() && e.w.c.pkg.Offset(f.Node.Pos()) != e.from
}

// around returns the declared function that the node is in, or nil.
func (e *explainer) around(n ast.Node) *ast.FuncDecl {
	for _, f := range e.w.c.pkg.Files {
		for _, d := range f.AST.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Pos() <= n.Pos() && n.Pos() < fn.End() {
				return fn
			}
		}
	}
	return nil
}

// kept says what kept the rule from all places of the subject.
func (e *explainer) kept(r *rule.Rule, out *explainedRule) {
	c := e.w.c
	why := c.unit.Excludes(r)
	out.Unrelated = !e.names(r) && (r.Target != nil || !e.mayBeAbout(r))
	switch {
	case e.names(r) && r.ByUse():
		out.Passed = 1
		out.Why = fmt.Sprintf("nothing that the rule is for makes such a %s (scope: %s)", r.Point, scopeText(r.Scope))
	case why != "":
		if out.Why = why; why == match.InClosure {
			out.Why += e.because()
		}
	case c.absent[r]:
		out.Why = match.Unmentioned(r)
	default:
		out.Why = e.none(r)
	}
}

// mayBeAbout reports whether the subject is a thing, or has places, of the kind that the rule
// is about.
func (s *subject) mayBeAbout(r *rule.Rule) bool {
	return s.kind == aPackage || r.Point == rule.Body && (s.isFunction() || s.kind == aLiteral)
}

// none says that there is no place of the rule's kind, or what is wrong with the package.
func (e *explainer) none(r *rule.Rule) string {
	for _, f := range e.w.c.rec.Found {
		if f.Rule == r.ID && f.Pos == e.w.c.unit.ImportPath {
			return f.Text
		}
	}
	switch {
	case r.Point == rule.Body && e.kind == anAbstract:
		return "it is a method of an interface, which has no body"
	case r.Target == nil || r.ByUse():
		return "the rule is about " + kindText(r) + ", and there are none here"
	}
	return "the rule is about " + kindText(r) + ", which is not here"
}

// kindText says what the rule is about.
func kindText(r *rule.Rule) string {
	switch r.Point {
	case rule.Call:
		return "calls of " + r.Target.Short()
	case rule.Reference:
		return "references to " + r.Target.Short()
	case rule.Literal:
		return "new structs " + r.TypeName()
	case rule.Package:
		return "the package " + r.Target.Pkg
	}
	if r.Target == nil {
		return "functions"
	}
	return r.Target.Short()
}

// because says how a hook comes to import the package.
func (e *explainer) because() string {
	if e.chain != nil {
		return *e.chain
	}
	text := ""
	e.chain = &text
	plan := e.in.tool.plan
	chain, err := e.in.g.ImportChain(plan.Build.Flags, plan.Hooks, e.p.Path())
	if err != nil || len(chain) == 0 {
		return text // it is true without
	}
	for i := range plan.Rules {
		if plan.Rules[i].Hook.Pkg == chain[0] {
			text = fmt.Sprintf(": %s, of aspect %s", strings.Join(chain, " imports "), plan.Rules[i].Aspect)
			break
		}
	}
	return text
}
