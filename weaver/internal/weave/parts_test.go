package weave_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/goweaver/weaver/internal/rule"
)

// parsePart reads what is particular to a rule on something else than a function:
//
//	literal example.com/src.T amend Amend
//	literal example.com/src.T.Field wrap Wrap          a field, by its name
//	literal example.com/src.Pair[int] amend Amend      an instance, as given by value
//	variable example.com/src.V wrap Wrap
//	variable example.com/src.V set "text"
//	struct example.com/src.T add name:*net/http.Request
//	package example.com/src file added.go              which the case has in its folder add
//	package example.com/src import example.com/other
//
// It reports whether the rule is complete, since its advice has no hook.
func parsePart(t *testing.T, r *rule.Rule, w []string, ar *txtar.Archive) (complete bool) {
	t.Helper()
	name := w[1]
	switch r.Point {
	case rule.Package:
		r.Target = &rule.Func{Pkg: name}
	case rule.Variable, rule.Struct, rule.Literal:
		bare, _, instance := strings.Cut(name, "[")
		if r.Point == rule.Literal && r.Advice == rule.Wrap {
			dot := strings.LastIndexByte(name, '.')
			r.Field = &rule.Field{Name: name[dot+1:]}
			bare = name[:dot]
		}
		f, err := rule.ParseVariable(bare)
		if err != nil {
			t.Fatal(err)
		}
		r.Target = &f
		if instance {
			r.Type = rule.Type(name)
		}
	}
	switch r.Advice {
	case rule.Set:
		o := option("", strings.Join(w[3:], " "))
		r.Value = &o
	case rule.Add:
		field, typ, _ := strings.Cut(strings.Join(w[3:], " "), ":")
		r.Field = &rule.Field{Name: field, Type: rule.Type(typ)}
	case rule.AddFile:
		i := slices.IndexFunc(ar.Files, func(f txtar.File) bool { return f.Name == "add/"+w[3] })
		if i < 0 {
			t.Fatalf("the case has no add/%s", w[3])
		}
		r.File = &rule.File{Name: w[3], Source: string(ar.Files[i].Data)}
		r.Links = w[4:]
	case rule.Import:
		r.Links = w[3:]
	default:
		return false
	}
	return true
}
