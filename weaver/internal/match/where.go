package match

import (
	"go/ast"
	"go/types"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/source"
)

// A function is a function as predicates see it, or a place that is in none.
type function struct {
	unit       *Unit
	file       *source.File
	obj        *types.Func // nil for a place in no function, and so are the next two
	name       rule.Func
	target     *rule.Target
	directives []*directive // that are about it
	literal    bool
}

// function returns the declared function as predicates see it; d may be nil.
func (m *matcher) declared(file *source.File, d *ast.FuncDecl) *function {
	f := &function{unit: m.unit, file: file}
	if d == nil {
		return f
	}
	obj, ok := m.pkg.Info.Defs[d.Name].(*types.Func)
	if !ok {
		return f
	}
	f.obj, f.name = obj, nameOf(obj)
	f.target = target(obj, f.name.Short())
	f.directives = m.notesOf(file).of[d]
	return f
}

// within returns those of the rules whose predicates hold for the function, or for a
// place in that file which is in none where d is nil.
func (m *matcher) within(rules []*rule.Rule, file *source.File, d *ast.FuncDecl) []*rule.Rule {
	if !slices.ContainsFunc(rules, func(r *rule.Rule) bool { return len(r.Where) > 0 }) {
		return rules
	}
	f := m.declared(file, d)
	return slices.DeleteFunc(slices.Clone(rules), func(r *rule.Rule) bool { return !f.fits(r) })
}

// holds reports whether all of the rule's predicates hold of the place in the file, which is
// in no function.
func (m *matcher) holds(r *rule.Rule, at ast.Node, file *source.File) bool {
	f := m.declared(file, nil)
	if f.fits(r) {
		return true
	}
	if m.traced(at) {
		m.refuse(r, at, f.missed(r, unmet))
	}
	return false
}

// A miss is what keeps a rule on bodies from a function.
type miss int

// The first thing that does, in the order in which they are looked at.
const (
	hit        miss = iota // nothing
	otherName              // the rule names another one
	blank                  // it is called _
	madeByCgo              // and the rule does not name it
	unmet                  // a predicate of the rule's
	undirected             // it is a literal, and has no directive that the rule asks for
)

// misses returns what keeps the rule from the function.
func (m *matcher) misses(r *rule.Rule, f *function) miss {
	if r.Target != nil {
		// One type has one method of a name, so whether the receiver was written as a
		// pointer does not matter for finding it.
		if f.literal || r.Target.Name != f.name.Name || r.Target.Recv != f.name.Recv {
			return otherName
		}
		m.matched = append(m.matched, r)
	}
	switch {
	case f.name.Name == "_":
		return blank
	case r.Target == nil && isCgos(f.file):
		return madeByCgo
	}
	return f.misses(r)
}

// fits reports whether nothing of what the rule describes keeps it from the function.
func (f *function) fits(r *rule.Rule) bool { return f.misses(r) == hit }

// misses returns what of the rule's description keeps it from the function. All of its
// predicates have to hold, and for a function literal one has to be about a directive that
// it has.
func (f *function) misses(r *rule.Rule) miss {
	switch {
	case f.unmet(r) >= 0:
		return unmet
	case f.literal && !slices.ContainsFunc(r.Wanted(), f.has):
		return undirected
	}
	return hit
}

// unmet returns the index of the first of the rule's predicates that does not hold, or -1.
func (f *function) unmet(r *rule.Rule) int {
	return slices.IndexFunc(r.Where, func(p rule.Pred) bool { return !f.holds(&p) })
}

func (f *function) has(name string) bool {
	return slices.ContainsFunc(f.directives, func(d *directive) bool { return d.name == name })
}

// holds reports whether the predicate is true of the function.
func (f *function) holds(p *rule.Pred) bool {
	every := func(q rule.Pred) bool { return f.holds(&q) }
	switch p.Kind {
	case rule.PredPackage:
		ok, _ := path.Match(p.Text, f.unit.ImportPath)
		return ok
	case rule.PredGenerated:
		return isGenerated(f.file)
	case rule.PredInTests:
		return strings.HasSuffix(f.file.Name, "_test.go") || f.unit.isTestMain()
	case rule.PredTestMain:
		return f.unit.isTestMain()
	case rule.PredNot:
		return !f.holds(&p.Of[0])
	case rule.PredAny:
		return slices.ContainsFunc(p.Of, every)
	case rule.PredAll:
		return !slices.ContainsFunc(p.Of, func(q rule.Pred) bool { return !f.holds(&q) })
	}
	return f.obj != nil && f.holdsOf(p)
}

// holdsOf is holds of a predicate about a function, which there is.
func (f *function) holdsOf(p *rule.Pred) bool {
	switch p.Kind {
	case rule.PredParam:
		return isType(f.target, rule.Item{Kind: rule.Param, Index: p.Index}, p.Type)
	case rule.PredResult:
		return isType(f.target, rule.Item{Kind: rule.Result, Index: p.Index}, p.Type)
	case rule.PredRecv:
		return isType(f.target, rule.Item{Kind: rule.Recv}, p.Type)
	case rule.PredImplements:
		v := item(f.obj.Signature(), *p.Item)
		return v != nil && lacks(v.Type(), p.Methods) == nil
	case rule.PredName:
		ok, _ := path.Match(p.Text, f.name.Name)
		return ok
	case rule.PredReceiver:
		ok, _ := path.Match(p.Text, f.name.Recv)
		return ok && f.name.Recv != ""
	case rule.PredExported:
		return isExported(f.name.Name) && (f.name.Recv == "" || isExported(f.name.Recv))
	case rule.PredDirective:
		return f.has(p.Text)
	case rule.PredWithout:
		return !f.has(p.Text)
	case rule.PredWords:
		return slices.ContainsFunc(f.directives, func(d *directive) bool { return d.name == p.Text && len(d.args) > 0 })
	}
	return false
}

// isType reports whether the target has the item, with exactly that type.
func isType(t *rule.Target, i rule.Item, want rule.Type) bool {
	slots, at := slotsOf(t, i)
	return at >= 0 && at < len(slots) && slots[at].Type == want && !slots[at].ReadOnly
}

// slotsOf returns the target's items of that kind, and which of them is meant, if it is there.
func slotsOf(t *rule.Target, i rule.Item) (slots []rule.Slot, at int) {
	switch {
	case i.Kind == rule.Param:
		slots = t.Params
	case i.Kind == rule.Result:
		slots = t.Results
	case t.Recv != nil:
		slots = []rule.Slot{*t.Recv}
	}
	if at = i.Index; at < 0 {
		at += len(slots)
	}
	return slots, at
}

// item returns the variable that the item is, or nil.
func item(sig *types.Signature, i rule.Item) *types.Var {
	if i.Kind == rule.Recv {
		return sig.Recv()
	}
	list := sig.Params()
	if i.Kind == rule.Result {
		list = sig.Results()
	}
	at := i.Index
	if at < 0 {
		at += list.Len()
	}
	if at < 0 || at >= list.Len() {
		return nil
	}
	return list.At(at)
}

// lacks returns the first of the methods that the type does not have, or nil, as the language
// has it: *T has those of T, and T not those of *T.
func lacks(t types.Type, methods []rule.Method) *rule.Method {
	for i, want := range methods {
		var pkg *types.Package
		if want.Pkg != "" {
			pkg = types.NewPackage(want.Pkg, "")
		}
		obj, _, _ := types.LookupFieldOrMethod(t, false, pkg, want.Name)
		have, ok := obj.(*types.Func)
		if !ok || signature(have.Signature()).Type() != want.Type {
			return &methods[i]
		}
	}
	return nil
}

// isTestMain reports whether the unit is the main package that go test makes, of one file
// whose name no file of a user's can have.
//
// Source: builderTest in cmd/go/internal/test and load.TestPackagesFor of go1.26.
func (u *Unit) isTestMain() bool {
	return u.Compile.Package == "main" && strings.HasSuffix(u.ImportPath, ".test") &&
		slices.ContainsFunc(u.Compile.Files, func(f string) bool { return strings.HasPrefix(filepath.Base(f), "_testmain.") })
}

// testsMain reports whether the unit is the main package for the tests of a package of a
// main module, and the rule knows of such. It is made in a folder of the go command's, so
// that by its place it is in no module.
func (u *Unit) testsMain(r *rule.Rule) bool {
	tested, _ := strings.CutSuffix(u.ImportPath, ".test")
	return r.AboutTests() && u.isTestMain() && u.Plan.Holds(tested)
}
