package weave_test

// That what is said of rules that do not match is true: a trace refuses a rule at each
// place where it is not woven, and at no other.

import (
	"fmt"
	"go/ast"
	"slices"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/source"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
	"github.com/goweaver/weaver/weaver/internal/weave"
)

// A verdict is what is said of a rule at a place.
type verdict struct {
	rule *rule.Rule
	node ast.Node
}

// explained matches the rules once more, with a trace, and holds what that says against
// what was woven. mistaken says that the rules have a mistake, so that nothing was.
func (l *lab) explained(p *source.Package, cmd *toolcmd.Compile, rules []*rule.Rule, sites []match.Site, res *weave.Result, mistaken bool) {
	l.t.Helper()
	trace := &match.Trace{About: func(ast.Node) bool { return true }}
	unit := &match.Unit{Compile: cmd, ImportPath: cmd.Package, Imports: p.Imports, Plan: l.plan(rules), Trace: trace}
	again, _, _ := match.Sites(unit, rules, p)
	if !mistaken {
		same := func(a, b match.Site) bool { return a.Rule == b.Rule && a.Node == b.Node }
		if !slices.EqualFunc(again, sites, same) {
			l.t.Errorf("with a trace there are %d sites, without %d", len(again), len(sites))
		}
		trace.Unwoven(p, again, res.Woven, res.Findings)
		again = res.Woven
	}
	woven, refused := map[verdict]bool{}, map[verdict]string{}
	places := map[rule.Kind][]ast.Node{}
	at := func(r *rule.Rule, n ast.Node) verdict {
		n = definition(p, n)
		if !slices.Contains(places[r.Point], n) {
			places[r.Point] = append(places[r.Point], n)
		}
		return verdict{r, n}
	}
	for _, s := range again {
		woven[at(s.Rule, s.Node)] = true
	}
	for _, f := range trace.Refusals {
		v := at(f.Rule, f.Node)
		if refused[v] != "" {
			l.t.Errorf("%s: refused twice: %s; %s", l.where(p, v), refused[v], f.Text)
		}
		if refused[v] = f.Text; f.Text == "" {
			l.t.Errorf("%s: refused, and no reason", l.where(p, v))
		}
	}
	for _, r := range rules {
		for _, n := range places[r.Point] {
			if v := (verdict{r, n}); woven[v] == (refused[v] != "") {
				l.t.Errorf("%s: woven: %v, refused: %q", l.where(p, v), woven[v], refused[v])
			}
		}
	}
	for _, n := range everyPlace(p) {
		for kind, those := range places {
			if isPlace(kind, n) && !slices.Contains(those, n) {
				l.t.Errorf("%s: nothing is said of a %s", p.Position(n.Pos()), kind)
			}
		}
	}
}

func (l *lab) plan(rules []*rule.Rule) *plan.Plan {
	out := &plan.Plan{MainModules: []string{l.dir}, MainPaths: []string{"example.com"}, Own: true}
	for _, r := range rules {
		out.Rules = append(out.Rules, *r)
	}
	return out
}

func (l *lab) where(p *source.Package, v verdict) string {
	return fmt.Sprintf("%s: %s %v %s", l.anonymous(p.Position(v.node.Pos()).String()), v.rule.Point, v.rule.Target, v.rule.Advice)
}

// everyPlace returns the functions, function literals and type definitions of the package.
func everyPlace(p *source.Package) []ast.Node {
	var out []ast.Node
	for _, f := range p.Files {
		ast.Inspect(f.AST, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.FuncDecl, *ast.FuncLit:
				out = append(out, n)
			}
			return true
		})
	}
	return out
}

func isPlace(kind rule.Kind, n ast.Node) bool {
	switch n.(type) {
	case *ast.FuncDecl, *ast.FuncLit:
		return kind == rule.Body
	}
	return false
}

// definition returns the type definition that the struct type is of, and any other node
// as it is.
func definition(p *source.Package, n ast.Node) ast.Node {
	if _, ok := n.(*ast.StructType); !ok {
		return n
	}
	out := n
	for _, f := range p.Files {
		ast.Inspect(f.AST, func(m ast.Node) bool {
			if s, ok := m.(*ast.TypeSpec); ok && ast.Unparen(s.Type) == n {
				out = s
			}
			return out == n
		})
	}
	return out
}
