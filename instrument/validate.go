package instrument

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/goweaver/weaver/internal/rule"
)

// Validate returns every mistake in the declarations of the aspects, as one error
// with a line "file:line: aspect: what is wrong; what to do" for each, sorted by
// position, or nil if there is none.
func Validate(aspects ...*Aspect) error {
	_, err := describe(callers(), aspects)
	return err
}

// Describe returns the aspects as the JSON that weaver makes its plan from, or the
// error of [Validate]. It is called by package weaver.
func Describe(aspects ...*Aspect) ([]byte, error) {
	out, err := describe(callers(), aspects)
	if err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

// describe returns the aspects as plain data. at is the line that lists them.
func describe(at place, aspects []*Aspect) ([]rule.Aspect, error) {
	out := []rule.Aspect{}
	c := &checker{at: at, seen: map[string]bool{}}
	for i, a := range aspects {
		if a == nil {
			c.mistaken(at, "", fmt.Errorf("aspect %d is nil; name an aspect, or drop it from the list", i+1))
			continue
		}
		out = append(out, c.aspect(a))
	}
	return out, c.err()
}

// A checker collects the mistakes of several aspects.
type checker struct {
	at    place           // the line that lists them
	seen  map[string]bool // their names
	found []placed
}

// A placed mistake is ready to be sorted and shown.
type placed struct {
	place
	err error
}

func (c *checker) mistaken(p place, aspect string, err error) {
	if aspect != "" {
		err = fmt.Errorf("%s: %w", aspect, err)
	}
	c.found = append(c.found, placed{p, fmt.Errorf("%v: %w", p, err)})
}

// err returns what was found as one error, sorted by position. What is wrong with each of
// the rules that one line makes is said once.
func (c *checker) err() error {
	slices.SortStableFunc(c.found, func(x, y placed) int { return x.compare(y.place) })
	var errs []error
	said := map[string]bool{}
	for _, f := range c.found {
		if text := f.err.Error(); !said[text] {
			said[text] = true
			errs = append(errs, f.err)
		}
	}
	return errors.Join(errs...)
}

// aspect checks and describes a.
func (c *checker) aspect(a *Aspect) rule.Aspect {
	shown := a.Name
	switch {
	case shown == "":
		shown = "(aspect without a name)"
	case !isWord(shown):
		shown = strconv.Quote(shown)
	}
	// An aspect is a plain literal: the best known line of its own is that of a rule.
	first := c.at
	if len(a.Rules) > 0 {
		if p := a.Rules[0].pos.or(a.Rules[0].advised); p.known() {
			first = p.place()
		}
	}
	add := func(p place, err error) { c.mistaken(p, shown, err) }
	switch {
	case !isWord(a.Name):
		add(first, fmt.Errorf("the name %q is not one word; set Name to one of letters, digits, '-', '_', '.' and '/'", a.Name))
	case c.seen[a.Name]:
		add(first, errors.New("another registered aspect has this name; rename one, or list it once"))
	}
	c.seen[a.Name] = true
	for _, s := range a.Scope {
		if !isScope(s) {
			add(first, fmt.Errorf("the scope %q is no package pattern; write an import path, one with ..., MainModules or Everywhere", s))
		}
	}
	if len(a.Rules) == 0 {
		add(first, errors.New("there are no rules; add one, or drop the aspect"))
	}
	out := rule.Aspect{Name: a.Name, Doc: a.Doc}
	for i, r := range a.Rules {
		if r.advice == "" {
			add(first, fmt.Errorf("rule %d has no advice; end it with one, such as .Before(hook)", i+1))
			continue
		}
		d := r.describe()
		for _, m := range d.mistakes {
			add(m.pos.place(), m.err)
		}
		d.rule.Aspect, d.rule.Scope, d.rule.Strict = a.Name, a.scopeOf(&d.rule), a.Strict
		out.Rules = append(out.Rules, d.rule)
	}
	return out
}

// isWord reports whether s can be an aspect's name.
func isWord(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !strings.ContainsRune("_./-", r)
	})
}

func isScope(s Scope) bool {
	switch {
	case s == MainModules:
		return true
	case s == "" || s[0] == '@' || strings.ContainsAny(string(s), "*?\\"):
		return false
	case s[0] == '.' && !strings.HasPrefix(string(s), "..."): // a folder
		return false
	}
	return !strings.ContainsFunc(string(s), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
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
