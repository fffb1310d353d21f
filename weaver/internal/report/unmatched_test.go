package report

import (
	"strings"
	"testing"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/plan"
)

// A rule that was woven, that matches where sources opt out of it, or of which something
// else is said, is not said to match nothing.
func TestUnmatched(t *testing.T) {
	p := &plan.Plan{Rules: []rule.Rule{
		{ID: "woven", Pos: "a.go:1"}, {ID: "said", Pos: "a.go:2"}, {ID: "ignored", Pos: "a.go:3"}, {ID: "nothing", Pos: "a.go:4"}, {ID: "linked", Pos: "a.go:5"},
		{ID: "another form", Pos: "a.go:1"}, {ID: "another form of nothing", Pos: "a.go:4"},
		{ID: "another thing", Pos: "a.go:1", Target: &rule.Func{Pkg: "a", Name: "F"}}, {ID: "another aspect", Pos: "a.go:1", Aspect: "x"},
	}}
	rec := &Record{Found: []match.Finding{{Rule: "said"}, {Rule: "other"}}}
	rec.Count("woven")
	rec.Meet("ignored")
	rec.Meet("woven")
	rec.Link(&Record{Sites: map[string]int{"linked": 0}})
	sum := Total(map[string]*Record{"a": rec, "b": {}})
	got := Unmatched(p, sum)
	ids := ""
	for _, r := range got {
		ids += r.ID + "; "
	}
	if ids != "nothing; another form of nothing; another thing; another aspect; " || sum.Sites["woven"] != 1 {
		t.Errorf("got %s", ids)
	}
}

func TestNothing(t *testing.T) {
	packages := map[string]bool{"example.com/m/lib": true, "errors": true}
	target := func(pkg, recv, name string) *rule.Func {
		return &rule.Func{Pkg: pkg, Recv: recv, Ptr: recv != "", Name: name}
	}
	for name, tt := range map[string]struct {
		rule      rule.Rule
		elsewhere bool
		want      string
	}{
		"a pattern": {
			rule.Rule{Scope: []string{rule.MainModules}}, false,
			"the rule matches nothing: no function in the main modules is what it describes and fits its hook; correct it, or drop it",
		},
		"a pattern of wide scope": {
			rule.Rule{Scope: []string{rule.Everywhere, "a/..."}}, false,
			"the rule matches nothing: no function in the build or a/... is what it describes and fits its hook; correct it, or drop it",
		},
		"a package that is not there": {
			rule.Rule{Point: rule.Body, Target: target("example.com/m/libs", "T", "F")}, true,
			"the rule matches nothing: the package example.com/m/libs of (*libs.T).F is not part of the build; correct the name, or drop the rule",
		},
		"a package that is never woven": {
			rule.Rule{Point: rule.Body, Target: target("crypto/internal/fips140/aes", "", "New")}, true,
			"aes.New is of the runtime, the FIPS 140 module or weaver, whose packages are never woven; choose the function that calls it",
		},
		"a variable of one": {
			rule.Rule{Point: rule.Variable, Target: target("runtime", "", "buildVersion")}, true,
			"runtime.buildVersion is of the runtime, the FIPS 140 module or weaver, whose packages are never woven; drop the rule",
		},
		"a package as a whole": {
			rule.Rule{Point: rule.Package, Target: target("runtime", "", "")}, true,
			"the package runtime is of the runtime, the FIPS 140 module or weaver, whose packages are never woven; drop the rule",
		},
		"a call": {
			rule.Rule{Point: rule.Call, Target: target("errors", "", "New"), Sig: &rule.Signature{}, Scope: []string{rule.MainModules}}, false,
			"the rule matches nothing: no code in the main modules calls errors.New; widen the scope, or drop the rule",
		},
		"a call that may be of an instance": {
			rule.Rule{Point: rule.Call, Target: target("errors", "", "New"), Scope: []string{rule.MainModules}}, false,
			"the rule matches nothing: no code in the main modules calls errors.New, or, if that is generic, an instance that the hook fits; widen the scope, or drop the rule",
		},
		"a reference": {
			rule.Rule{Point: rule.Reference, Target: target("errors", "", "New"), Sig: &rule.Signature{}, Scope: []string{rule.MainModules}}, false,
			"the rule matches nothing: no code in the main modules uses errors.New as a value; widen the scope, or drop the rule",
		},
		"a method of the language": {
			rule.Rule{Point: rule.Call, Target: &rule.Func{Recv: "error", Name: "Error"}, Sig: &rule.Signature{}, Scope: []string{rule.MainModules}}, false,
			"the rule matches nothing: no code in the main modules calls (error).Error; widen the scope, or drop the rule",
		},
		"conditions on a name": {
			rule.Rule{Point: rule.Body, Target: target("main", "", "main"), Where: []rule.Pred{{Kind: rule.PredGenerated}}}, false,
			"the rule matches nothing: there is no main.main for which its conditions hold; correct it, or drop it",
		},
		"a new struct": {
			rule.Rule{Point: rule.Literal, Target: target("errors", "", "Pair"), Type: "errors.Pair[int]", Scope: []string{rule.MainModules}}, false,
			"the rule matches nothing: no code in the main modules makes a new errors.Pair[int]; widen the scope, or drop the rule",
		},
		"a whole package that is not there": {
			rule.Rule{Point: rule.Package, Target: target("example.com/m/libs", "", "")}, true,
			"the rule matches nothing: the package example.com/m/libs is not part of the build; correct the name, or drop the rule",
		},
		"a command": {
			rule.Rule{Point: rule.Body, Target: target("main", "", "mian")}, false,
			"the rule matches nothing: there is no main.mian; correct the name, or drop the rule",
		},
	} {
		tt.rule.Pos, tt.rule.Aspect, tt.rule.ID = "a.go:1", "s", "r"
		f := Nothing(&tt.rule, packages)
		if f.Text != tt.want || f.Pos != "a.go:1" || f.Aspect != "s" || f.Rule != "r" {
			t.Errorf("%s: %+v\nwant %s", name, f, tt.want)
		}
		if got := Elsewhere(&tt.rule, packages); got != tt.elsewhere {
			t.Errorf("%s: elsewhere %v", name, got)
		}
		if !strings.HasPrefix(f.String(), "a.go:1: s: ") {
			t.Errorf("%s: %s", name, f)
		}
	}
}
