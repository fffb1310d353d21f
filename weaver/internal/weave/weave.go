// Package weave turns sites into source: the woven files of a package and the one
// generated file that declares every name their splices use. It comes after match
// and before the compiler.
//
// # How hooks are reached
//
// The generated file declares a function without a body and has the linker bind it
// to the hook:
//
//	//go:linkname weaver_hook1 example.com/hooks.Span
//	func weaver_hook1(context.Context, *weaver_Func) (context.Context, func(error))
//
// So the woven package does not import the hook's, and neither a cycle nor a
// missing archive can come of weaving. What is lost with the import is the order of
// initialisation: the hook could be called before its package's variables are set.
// Therefore weaver adds a variable to each hook package, which its very last init
// sets (see [HookPackage]), and an adapter beside each declaration tests it: until
// then the target runs as if it were not woven.
//
// # Whose names
//
// Splices use keywords, the user's own parameter names and names with a prefix that
// occurs nowhere in the package, so nothing a user declares can get in their way.
// Types are spelled only in the generated file, with imports of its own.
package weave

import (
	"cmp"
	"fmt"
	"go/ast"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/source"
)

// A Result is a woven package.
type Result struct {
	Files     map[*source.File][]byte // the files that changed
	Generated []byte                  // nil if nothing was woven
	// First is true of a generated file that initialises variables: it has to be the first
	// of the package. Any other is the last, so that the package imports what it did in the
	// same order, which all that import it are compiled by.
	First    bool
	Added    []rule.File // files that rules add to the package
	Hooks    []string    // import paths of the packages that the program needs for it, sorted
	Woven    []match.Site
	Findings []match.Finding // sites that could not be woven

	edits map[*source.File]*edits
	unfit error // of the package's own source, with the constants that rules set
}

// Package weaves the sites into the package, for that architecture. The error joins a
// [match.MismatchError] for each constant with whose value the package does not compile.
func Package(p *source.Package, goarch string, sites []match.Site) (*Result, error) {
	res := weave(p, goarch, sites)
	return res, unfit(p, goarch, sites, res)
}

func weave(p *source.Package, goarch string, sites []match.Site) *Result {
	g := newGenerator(p, goarch)
	byFile := map[*source.File]*edits{}
	res := &Result{Files: map[*source.File][]byte{}, edits: byFile}
	editsOf := func(f *source.File) *edits {
		if byFile[f] == nil {
			byFile[f] = &edits{pkg: p, file: f}
		}
		return byFile[f]
	}
	for _, group := range groups(sites) {
		e := editsOf(group[0].File)
		e.node = group[0].Node
		woven, found := g.most(e, group)
		res.Woven = append(res.Woven, woven...)
		res.Findings = append(res.Findings, found...)
	}
	if len(res.Woven) == 0 {
		return res
	}
	for f, e := range byFile {
		if len(e.all) > 0 {
			res.Files[f] = e.apply()
		}
	}
	if !g.empty() {
		res.Generated, res.First = g.file(), g.first
	}
	g.fit(res)
	res.Hooks = g.hookPackages()
	return res
}

// groups returns the sites of one place together, each in the order of the rules.
func groups(sites []match.Site) [][]match.Site {
	at := map[ast.Node]int{}
	var out [][]match.Site
	for _, s := range sites {
		i, ok := at[s.Node]
		if !ok {
			i = len(out)
			at[s.Node] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], s)
	}
	return out
}

// most weaves those of the sites of one place that can be, and returns them and findings
// about the others: one rule that can not be woven is no reason to leave out another.
func (g *generator) most(e *edits, sites []match.Site) (woven []match.Site, found []match.Finding) {
	err := g.group(e, sites)
	if err == nil {
		return sites, nil
	}
	for i, s := range sites {
		if alone := g.try(e, sites[i:i+1]); alone != nil {
			found = append(found, refused(g.pkg, s, alone))
		} else {
			woven = append(woven, s)
		}
	}
	if len(woven) == 0 {
		return nil, found
	}
	if len(woven) < len(sites) {
		err = g.group(e, woven)
	}
	if err != nil { // each of them can be woven, but not all
		for _, s := range woven {
			found = append(found, refused(g.pkg, s, err))
		}
		return nil, found
	}
	return woven, found
}

// try returns the error that weaving the sites has, and takes it back.
func (g *generator) try(e *edits, sites []match.Site) error {
	undo, mark := g.mark(), len(e.all)
	err := g.group(e, sites)
	undo()
	e.all = e.all[:mark]
	return err
}

// group weaves the sites of one place. If one of them has a type that can not be
// spelled, none is woven and the error says why.
func (g *generator) group(e *edits, sites []match.Site) error {
	undo, mark := g.mark(), len(e.all)
	var err error
	switch sites[0].Rule.Point {
	case rule.Body:
		err = g.body(e, sites)
	case rule.Call:
		err = g.call(e, sites)
	case rule.Literal, rule.Variable:
		err = g.value(e, sites)
	case rule.Struct:
		err = g.fields(e, sites)
	case rule.Package:
		g.whole(sites)
	case rule.Reference:
		err = g.reference(e, sites[0].Node.(ast.Expr), sites)
	}
	if err != nil {
		undo()
		e.all = e.all[:mark]
	}
	return err
}

func refused(p *source.Package, s match.Site, why error) match.Finding {
	return match.Finding{
		Pos: p.Place(s.Node.Pos()), Aspect: s.Rule.Aspect, Rule: s.Rule.ID,
		Text: why.Error() + "; leave this place out of the rule, or change the declaration",
	}
}

// freePrefix returns a prefix for package-level names that occurs in no file.
func freePrefix(p *source.Package) string {
	prefix := "weaver_"
	for n := 1; p.Contains(prefix); n++ {
		prefix = fmt.Sprintf("weaver%d_", n)
	}
	return prefix
}

// sortedKeys returns the keys of m in order.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	out := make([]K, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func join(parts ...string) string { return strings.Join(parts, ", ") }
