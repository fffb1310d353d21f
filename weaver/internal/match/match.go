// Package match finds the places in a package that rules are about. It decides on
// go/types objects, never on how the source spells them. It comes after source and
// before weave.
package match

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/source"
)

// A Site is one place at which one rule is to be woven.
type Site struct {
	Rule *rule.Rule
	File *source.File
	// Node is the place: the declaration whose body is woven, the call or the reference.
	Node ast.Node
	// Decl is the declared function that is woven, or that the place is in; nil for one
	// in the initialiser of a package variable.
	Decl *ast.FuncDecl
	// Lit is the function literal whose body is woven, or nil.
	Lit *ast.FuncLit
	// Func is the woven function itself, or the one that is called or referred to.
	Func *types.Func

	Binding *rule.Binding // of a rule on a body
	Target  *rule.Target  // likewise
	Name    string        // likewise: as package runtime has it, without the package
	// Captured is what the rule captures, in its order; likewise.
	Captured []Captured

	// What directives give the hook: constants behind those of the rule, and words.
	Options []rule.Option
	Args    []string

	// Of a use, that is a call or a reference: what it is of. The receiver of a method of
	// an interface is the interface that the rule names.
	Sig      *types.Signature
	Method   *Method   // where a method is selected: x.M or T.M
	Instance *Instance // of a generic function

	Call      *ast.CallExpr // of a rule on a call
	Spread    bool          // the arguments are all results of another call: f(g())
	Statement Statement     // go or defer, if the call is that of one
	// Open says which results have a type parameter in their declaration, where the hook
	// is one that wraps the calls of all instances.
	Open []bool

	New   *New       // of a rule on a new struct
	Var   *types.Var // a package-level variable, whose name the node is
	Const *Const     // of a rule on a constant
}

// A Method says how x.M gets from x to the receiver of M, and T.M from its first
// parameter.
type Method struct {
	Selector   *ast.SelectorExpr
	Expression bool       // T.M
	Operand    types.Type // of x, or T
	Path       []string   // embedded fields between the operand and the receiver
	Prefix     string     // "&", "*" or "": what makes the receiver of operand and path
	Interface  bool       // the method is that of an interface
}

// A Finding says why a rule is not woven at a place, or anywhere in a package. It is
// kept in archives, so nothing in it says where a file lies on this machine unless the
// archive itself does.
type Finding struct {
	Pos    string `json:"pos"` // file:line in the user's terms, or an import path
	Aspect string `json:"aspect"`
	Rule   string `json:"rule"` // ID of the rule
	Text   string `json:"text"` // what; what to do
}

// String returns the finding as one line.
func (f Finding) String() string { return fmt.Sprintf("%s: %s: %s", f.Pos, f.Aspect, f.Text) }

// Compare orders findings by place, then by aspect and text.
func (f Finding) Compare(g Finding) int {
	return cmp.Or(cmp.Compare(f.Pos, g.Pos), cmp.Compare(f.Aspect, g.Aspect), cmp.Compare(f.Text, g.Text), cmp.Compare(f.Rule, g.Rule))
}

// Sites returns where the rules match in the package, in source order and for one
// place in the order of the rules, and findings about rules that could not be
// woven where they matched. The package is parsed and type-checked. The error joins
// a [MismatchError] for each rule of the main modules that can not mean what it says.
func Sites(u *Unit, rules []*rule.Rule, p *source.Package) ([]Site, []Finding, error) {
	m := &matcher{unit: u, pkg: p}
	for _, r := range rules {
		m.asked = append(m.asked, r.Read()...)
	}
	for _, f := range p.Files {
		end := f.AST.Name.End() // of the declaration before
		for _, d := range f.AST.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				m.function(f, d, directives(f.AST, end, d.Name.Pos()), rules)
			}
			end = d.End()
		}
		m.funcLits(f, rules)
		bodies := len(m.sites)
		m.uses(f, rules)
		outerFirst(m.sites[bodies:])
	}
	m.parts(rules)
	m.wordsOfUses()
	m.dropIgnored()
	unmatched := slices.DeleteFunc(slices.Clone(rules), func(r *rule.Rule) bool { return slices.Contains(m.matched, r) })
	m.findings = append(m.findings, Absent(u, unmatched)...)
	err := m.settle()
	return m.sites, m.findings, err
}

// NeedBodies reports whether the rules need the types of what stands in bodies.
func NeedBodies(rules []*rule.Rule) bool {
	return slices.ContainsFunc(rules, func(r *rule.Rule) bool {
		return r.ByUse() || r.Point == rule.Struct || r.Advice == rule.Enclose || asksForLiterals(r) // for calls of recover
	})
}

type matcher struct {
	unit       *Unit
	pkg        *source.Package
	sites      []Site
	findings   []Finding
	mismatches []*MismatchError
	matched    []*rule.Rule // rules whose named target was found
	added      []addedField

	asked        []string // directives
	notes        map[*source.File]*notes
	literalNames map[*ast.FuncLit]string
}

// directives returns the //go: comments between two positions. The compiler takes
// those since the last declaration for the next one, wherever they stand.
func directives(f *ast.File, from, to token.Pos) []string {
	var out []string
	for _, group := range f.Comments {
		for _, c := range group.List {
			if from <= c.Pos() && c.Pos() < to && strings.HasPrefix(c.Text, "//go:") {
				out = append(out, c.Text)
			}
		}
	}
	return out
}

func (m *matcher) function(file *source.File, d *ast.FuncDecl, directives []string, rules []*rule.Rule) {
	f := m.declared(file, d)
	if f.obj == nil {
		return
	}
	m.bodies(f, rules, Site{File: file, Node: d, Decl: d, Name: FuncName(f.obj), Func: f.obj, Target: f.target}, func(advice rule.Kind) string {
		return unweavable(d, directives, advice, m.pkg.Info)
	})
}

// bodies adds a site like s for each of the rules that the function is a target of.
// unweavable says why an advice can not be given to it, or "".
func (m *matcher) bodies(f *function, rules []*rule.Rule, s Site, unweavable func(rule.Kind) string) {
	fits, misfits := map[string]bool{}, map[string]*misfit{} // by directive
	for _, r := range rules {
		if r.Point != rule.Body {
			continue
		}
		if miss := m.misses(r, f); miss != hit {
			if m.traced(s.Node) {
				m.refuse(r, s.Node, f.missed(r, miss))
			}
			continue
		}
		b, err := rule.Bind(r.Advice, r.Hook.Short(), r.HookSig, r.Take, f.target)
		var captured []Captured
		if err == nil {
			captured, err = m.captures(f.obj, f.target.Name, f.selectors(r))
		}
		for _, name := range r.Wanted() {
			if err == nil {
				fits[name] = true
			} else if words := b != nil && m.misnamed(r, f); words || misfits[name] == nil {
				misfits[name] = &misfit{r, err, words}
			}
		}
		why := cmp.Or(unweavable(r.Advice), special(f.name))
		switch {
		case err != nil && r.Target == nil: // for a pattern the hook's signature, and what is captured, are more predicates
			if m.traced(s.Node) {
				m.refuse(r, s.Node, unfitting(r, err))
			}
		case err != nil:
			e := m.mismatch(r, f.obj.Pos(), err)
			e.signatures = fmt.Sprintf("%s is %v, and %s is %v", f.target.Name, Signature(f.obj), r.Hook.Short(), r.HookSig)
			m.mismatches = append(m.mismatches, e)
			if m.traced(s.Node) {
				m.refuse(r, s.Node, changed(r, Signature(f.obj), f.target.Name, err))
			}
		case why != "":
			m.find(r, s.Node, f.target.Name+" "+why)
		default:
			s.Rule, s.Binding, s.Captured = r, b, captured
			s.Options, s.Args = m.words(r, f)
			m.sites = append(m.sites, s)
		}
	}
	m.unfit(f, rules, fits, misfits)
}

// find takes down why the rule is not woven at that place, unless the source opts out of it.
func (m *matcher) find(r *rule.Rule, at ast.Node, text string) {
	m.findAt(r, at.Pos(), text)
	if m.traced(at) {
		m.refuse(r, at, found(r, text))
	}
}

// findAt takes down what is wrong there, and may be about more or less than a place.
func (m *matcher) findAt(r *rule.Rule, pos token.Pos, text string) {
	if !m.ignores(r.Aspect, pos) {
		m.findings = append(m.findings, m.finding(r, pos, text))
	}
}

// dropIgnored leaves out what the source opts out of.
func (m *matcher) dropIgnored() {
	m.sites = slices.DeleteFunc(m.sites, func(s Site) bool {
		// A rule on a package is not about the file that stands for it.
		if s.Rule.Point == rule.Package || !m.ignores(s.Rule.Aspect, s.Node.Pos()) {
			return false
		}
		m.unit.ignored = append(m.unit.ignored, s.Rule)
		if m.traced(s.Node) {
			m.refuse(s.Rule, s.Node, m.optedOut(s.Rule, s.Node))
		}
		return true
	})
	m.mismatches = slices.DeleteFunc(m.mismatches, func(e *MismatchError) bool { return m.ignores(e.Aspect, e.at) })
}

func (m *matcher) finding(r *rule.Rule, pos token.Pos, text string) Finding {
	return Finding{Pos: m.pkg.Place(pos), Aspect: r.Aspect, Rule: r.ID, Text: text}
}

// Unweavable returns why no such advice can be given to the body, as far as its syntax
// tells, or "". What the body calls takes types to tell.
func Unweavable(name rule.Func, f *ast.File, d *ast.FuncDecl, advice rule.Kind) string {
	end := f.Name.End()
	for _, before := range f.Decls {
		if before == d {
			break
		}
		end = before.End()
	}
	return cmp.Or(unweavable(d, directives(f, end, d.Name.Pos()), advice, &types.Info{}), special(name))
}

// unweavable returns why no such advice can be given to the body, or "".
func unweavable(d *ast.FuncDecl, directives []string, advice rule.Kind, info *types.Info) string {
	if d.Body == nil {
		return "has no body in Go, so there is nothing to weave; choose the function that calls it"
	}
	for _, text := range directives {
		word, rest, _ := strings.Cut(text, " ")
		switch word {
		case "//go:nosplit", "//go:systemstack", "//go:nowritebarrier", "//go:nowritebarrierrec", "//go:yeswritebarrierrec", "//go:uintptrescapes", "//go:uintptrkeepalive":
			return "carries " + word + ", so no call may be added to it; choose the function that calls it"
		case "//go:linkname":
			// The directive is about the function that it names, wherever it stands.
			if local, _, _ := strings.Cut(rest, " "); advice == rule.Enclose && local == d.Name.Name {
				return "carries " + word + ", which would follow the enclosed body; use Before or Around"
			}
		case "//go:wasmexport":
			if advice == rule.Enclose {
				return "carries " + word + ", which would follow the enclosed body; use Before or Around"
			}
		}
	}
	if advice != rule.Enclose {
		return ""
	}
	switch {
	case d.Name.Name == "init" && d.Recv == nil, d.Name.Name == "main" && d.Recv == nil:
		return "is called by the runtime under its name and can not be enclosed; use Before or Around"
	case isGeneric(d):
		return "is generic and can not be enclosed; use Before or Around"
	}
	return framed(d.Body, info)
}

// framed returns why the body can not be called by another function in its place, or "".
func framed(body *ast.BlockStmt, info *types.Info) string {
	switch by := callsSpecial(body, info); by {
	case "":
		return ""
	case "recover":
		return "calls recover itself, which works only in the deferred function, not in one that it calls; use Before or Around"
	default:
		return "looks at its caller by package " + by + ", and would see the hook there; use Before or Around"
	}
}

func isGeneric(d *ast.FuncDecl) bool {
	if d.Type.TypeParams != nil {
		return true
	}
	if d.Recv == nil {
		return false
	}
	t := ast.Unparen(d.Recv.List[0].Type)
	if star, ok := t.(*ast.StarExpr); ok {
		t = ast.Unparen(star.X)
	}
	switch t.(type) {
	case *ast.IndexExpr, *ast.IndexListExpr:
		return true
	}
	return false
}

// callsSpecial returns "recover" or the package of a function in use in the body, function
// literals aside, to which it matters which function calls it, or "".
func callsSpecial(body *ast.BlockStmt, info *types.Info) string {
	found := ""
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.Ident:
			switch o := info.Uses[n].(type) {
			case *types.Builtin:
				if o.Name() == "recover" {
					found = o.Name()
				}
			case *types.Func:
				if o.Pkg() != nil && looksUp(o.Pkg().Path(), o.Name()) {
					found = o.Pkg().Path()
				}
			}
		}
		return found == ""
	})
	return found
}

// looksUp reports whether the function, or method, tells who called the one that calls it.
func looksUp(pkg, name string) bool {
	switch pkg {
	case "runtime":
		return name == "Caller" || name == "Callers"
	case "testing":
		return name == "Helper"
	case "log":
		return name == "Output"
	}
	return false
}

// nameOf returns the function's name in the plan's terms.
func nameOf(f *types.Func) rule.Func {
	f = f.Origin()
	out := rule.Func{Name: f.Name()}
	if f.Pkg() != nil {
		out.Pkg = f.Pkg().Path()
	}
	recv := f.Signature().Recv()
	if recv == nil {
		return out
	}
	t := types.Unalias(recv.Type())
	if p, ok := t.(*types.Pointer); ok {
		out.Ptr, t = true, types.Unalias(p.Elem())
	}
	if n, ok := t.(*types.Named); ok {
		out.Recv = n.Obj().Name()
	}
	return out
}

func isExported(name string) bool { return token.IsExported(name) }
