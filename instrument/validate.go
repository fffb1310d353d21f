package instrument

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
)

// Validate returns every mistake in the declarations of the aspects, as one error
// with a line "file:line: aspect: what is wrong; what to do" for each, sorted by
// position, or nil if there is none.
func Validate(aspects ...*Aspect) error {
	var found []mistakeOf
	seen := map[string]bool{}
	for i, a := range aspects {
		if a == nil {
			found = append(found, mistakeOf{"", 0, fmt.Errorf("aspect %d of the registration file is nil; name an aspect or drop the line", i+1)})
			continue
		}
		found = append(found, a.mistakes(seen)...)
	}
	slices.SortStableFunc(found, func(x, y mistakeOf) int {
		return cmp.Or(cmp.Compare(x.file, y.file), cmp.Compare(x.line, y.line))
	})
	var errs []error
	for _, f := range found {
		errs = append(errs, f.err)
	}
	return errors.Join(errs...)
}

type mistakeOf struct {
	file string
	line int
	err  error
}

// mistakes returns what is wrong with a; seen holds the names of earlier aspects.
func (a *Aspect) mistakes(seen map[string]bool) []mistakeOf {
	var out []mistakeOf
	add := func(p string, err error) {
		i := strings.LastIndexByte(p, ':')
		line, _ := strconv.Atoi(p[i+1:])
		out = append(out, mistakeOf{p[:i], line, fmt.Errorf("%s: %s: %w", p, cmp.Or(a.Name, "(aspect without a name)"), err)})
	}
	first := "orchestrion.tool.go:0" // an aspect is a plain literal: the best known line is that of its first rule
	if len(a.Rules) > 0 && a.Rules[0].made {
		first = a.Rules[0].pos.String()
	}
	switch {
	case !regexp.MustCompile(`^[\pL\pN_./-]+$`).MatchString(a.Name):
		add(first, fmt.Errorf("the name %q is not one word; set Name to one of letters, digits, '-', '_', '.' and '/'", a.Name))
	case seen[a.Name]:
		add(first, errors.New("another registered aspect has this name; rename one, or list it once"))
	}
	seen[a.Name] = true
	for _, s := range a.Scope {
		if s == "" || strings.ContainsAny(string(s), " \t*?\\") || s[0] == '@' && s != MainModules || s[0] == '.' && s != Everywhere {
			add(first, fmt.Errorf("the scope %q is no package pattern; write an import path, one with ..., MainModules or Everywhere", s))
		}
	}
	if len(a.Rules) == 0 {
		add(first, errors.New("there are no rules; add one, or drop the aspect"))
	}
	for i, r := range a.Rules {
		if !r.made {
			add(first, fmt.Errorf("rule %d has no advice; end it with one, such as .Before(hook)", i+1))
		}
		if r.bound != nil {
			r.errs = append(slices.Clip(r.errs), *r.bound)
		}
		for _, m := range r.errs {
			add(m.pos.String(), m.err)
		}
	}
	return out
}

// Describe returns the aspects as the JSON that weaver makes its plan from, or the
// error of [Validate]. It is called by package weaver.
func Describe(aspects ...*Aspect) ([]byte, error) {
	if err := Validate(aspects...); err != nil {
		return nil, err
	}
	out := []rule.Aspect{}
	for _, a := range aspects {
		d := rule.Aspect{Name: a.Name, Doc: a.Doc}
		for _, r := range a.Rules {
			r.rule.Aspect, r.rule.Pos = a.Name, r.pos.String()
			r.rule.Scope = a.scopeOf(&r.rule)
			d.Rules = append(d.Rules, r.rule)
		}
		out = append(out, d)
	}
	return json.Marshal(out)
}

func (a *Aspect) scopeOf(r *rule.Rule) []string {
	var out []string
	for _, s := range a.Scope {
		out = append(out, string(s))
	}
	switch {
	case len(out) > 0:
		return out
	case r.Pattern():
		return []string{rule.MainModules}
	}
	return []string{rule.Everywhere}
}

func newRule(point rule.Kind, p position) Rule {
	return Rule{pos: p, rule: rule.Rule{Point: point}}
}
