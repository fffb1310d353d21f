package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/plan"
)

// Unmatched returns the rules of the plan that match nowhere in the build, and of which
// nothing else is said. Rules that one line makes for one thing, each for another form of
// function, match if one of them does.
func Unmatched(p *plan.Plan, sum *Record) []*rule.Rule {
	var out []*rule.Rule
	met := map[string]bool{}
	for i := range p.Rules {
		r := &p.Rules[i]
		said := slices.ContainsFunc(sum.Found, func(f match.Finding) bool { return f.Rule == r.ID })
		_, here := sum.Sites[r.ID]
		_, linked := sum.Linked[r.ID]
		if here || linked || said {
			met[Wish(r)] = true
			continue
		}
		out = append(out, r)
	}
	return slices.DeleteFunc(out, func(r *rule.Rule) bool { return met[Wish(r)] })
}

// Wish returns what rules have in common that one line makes for one thing: they are one
// wish of whoever wrote the line.
func Wish(r *rule.Rule) string {
	target := ""
	if r.Target != nil {
		target = r.Target.Pkg + "." + r.Target.Short()
	}
	return strings.Join([]string{r.Aspect, r.Pos, string(r.Point), target}, "\n")
}

// Elsewhere reports whether the rule is about a package that is not among those of the
// build. "main" stands for any command, and "" for the language.
func Elsewhere(r *rule.Rule, packages map[string]bool) bool {
	return r.Target != nil && r.Target.Pkg != "main" && r.Target.Pkg != "" && !packages[r.Target.Pkg]
}

// Useless returns the finding that of an aspect of another module, which is registered in
// that file, no rule matches.
func Useless(r *rule.Rule, registrationFile string) match.Finding {
	return match.Finding{Pos: registrationFile, Aspect: r.Aspect, Text: "nothing in the build is what the aspect's rules describe; leave the aspect out"}
}

// Nothing returns the finding that the rule matches nothing in the build of these
// packages.
func Nothing(r *rule.Rule, packages map[string]bool) match.Finding {
	f := match.Finding{Pos: r.Pos, Aspect: r.Aspect, Rule: r.ID}
	switch {
	case match.OfNeverWoven(r) != "":
		f.Text = match.OfNeverWoven(r)
	case Elsewhere(r, packages) && r.Point == rule.Package:
		f.Text = fmt.Sprintf("the rule matches nothing: the package %s is not part of the build; correct the name, or drop the rule", r.Target.Pkg)
	case Elsewhere(r, packages):
		f.Text = fmt.Sprintf("the rule matches nothing: the package %s of %s is not part of the build; correct the name, or drop the rule", r.Target.Pkg, r.Target.Short())
	case r.Target == nil:
		f.Text = fmt.Sprintf("the rule matches nothing: no function in %s is what it describes and fits its hook; correct it, or drop it", scope(r))
	case r.Point == rule.Call, r.Point == rule.Reference:
		f.Text = fmt.Sprintf("the rule matches nothing: no code in %s %s; widen the scope, or drop the rule", scope(r), uses(r))
	case r.Point == rule.Literal:
		f.Text = fmt.Sprintf("the rule matches nothing: no code in %s makes a new %s; widen the scope, or drop the rule", scope(r), r.TypeName())
	case len(r.Where) > 0:
		f.Text = fmt.Sprintf("the rule matches nothing: there is no %s for which its conditions hold; correct it, or drop it", r.Target.Short())
	default:
		f.Text = fmt.Sprintf("the rule matches nothing: there is no %s; correct the name, or drop the rule", r.Target.Short())
	}
	return f
}

// uses says what no code does. Only the signature of what is not generic is known.
func uses(r *rule.Rule) string {
	out := "calls " + r.Target.Short()
	if r.Point == rule.Reference {
		out = "uses " + r.Target.Short() + " as a value"
	}
	if r.Sig == nil {
		out += ", or, if that is generic, an instance that the hook fits"
	}
	return out
}

// scope returns the rule's scope in words.
func scope(r *rule.Rule) string {
	var out []string
	for _, s := range r.Scope {
		switch s {
		case rule.MainModules:
			s = "the main modules"
		case rule.Everywhere:
			s = "the build"
		}
		out = append(out, s)
	}
	return strings.Join(out, " or ")
}
