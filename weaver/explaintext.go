package weaver

// The text form of an explanation: the rules that are woven, those that are not with the
// first reason, and for each aspect a line about those that have nothing to do with it.

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
)

// mostSites are how many places of a rule are shown without -all.
const mostSites = 10

// text returns the explanation for people. Files below dir are named from there. Rules that
// are about something else are shown one by one if all says so.
func (x *explanation) text(dir string, all bool) string {
	w := &listWriter{dir: dir}
	w.b.WriteString(x.title(w))
	if x.NotBuilt != "" {
		fmt.Fprintf(&w.b, "  not in this build: %s\n", x.NotBuilt)
		return w.b.String()
	}
	for _, s := range x.Stops {
		fmt.Fprintf(&w.b, "\nA build ends here:\n%s\n", s)
	}
	var woven, not, other []explainedRule
	for _, r := range x.Rules {
		switch {
		case r.Woven:
			woven = append(woven, r)
		case r.Unrelated && !all:
			other = append(other, r)
		default:
			not = append(not, r)
		}
	}
	slices.SortStableFunc(not, func(a, b explainedRule) int { return b.rank() - a.rank() })
	if len(woven) == 0 {
		w.b.WriteString("\nno rule is woven here\n")
	} else {
		w.b.WriteString("\nwoven\n")
	}
	for _, r := range woven {
		w.explained(r, all)
	}
	if len(not) > 0 {
		w.b.WriteString("\nnot woven\n")
	}
	for _, r := range not {
		w.explained(r, all)
	}
	if len(other) > 0 {
		w.b.WriteString("\nabout something else (-all shows each)\n")
		w.summed(other)
	}
	return w.b.String()
}

// title says what was asked about.
func (x *explanation) title(w *listWriter) string {
	out := x.Kind
	if x.Name != "" {
		out += " " + x.Name
	}
	if x.At.File != "" && x.Kind != aLine {
		out += fmt.Sprintf(", %s:%d", w.path(x.At.File), x.At.Line)
	}
	return out + "\n"
}

// rank orders rules that are not woven: those that came nearest go first.
func (r *explainedRule) rank() int {
	if r.Unrelated {
		return -1
	}
	return r.Passed
}

func (w *listWriter) explained(r explainedRule, all bool) {
	fmt.Fprintf(&w.b, "  %s: %s %s\n", r.Aspect, r.Point, r.shown.joinPoint())
	w.row(string(r.Advice), r.shown.does())
	label := "at"
	if n := len(r.Sites); n > 1 {
		w.row("sites", fmt.Sprint(n))
	}
	for i, s := range r.Sites {
		if i == mostSites && !all {
			w.row("", fmt.Sprintf("and %d more; -all shows them", len(r.Sites)-i))
			break
		}
		w.row(label, w.site(s))
		label = " "
	}
	w.prose("because", r.Why)
	if r.Nearest != nil {
		w.row("nearest", w.site(*r.Nearest))
	}
	at := w.path(r.Declared.File)
	if r.Declared.Line > 0 {
		at = fmt.Sprintf("%s:%d", at, r.Declared.Line)
	}
	w.row("declared", at)
}

// site writes a place.
func (w *listWriter) site(s explainedSite) string {
	switch {
	case s.File == "":
		return "package " + s.Package
	case s.Func == "":
		return fmt.Sprintf("%s:%d", w.path(s.File), s.Line)
	}
	return fmt.Sprintf("%s:%d in %s", w.path(s.File), s.Line, s.Func)
}

// summed writes a line for each aspect of the rules.
func (w *listWriter) summed(rules []explainedRule) {
	var aspects []string
	about := map[string][]string{}
	count := map[string]int{}
	for _, r := range rules {
		if count[r.Aspect] == 0 {
			aspects = append(aspects, r.Aspect)
		}
		count[r.Aspect]++
		if what := r.about(); !slices.Contains(about[r.Aspect], what) {
			about[r.Aspect] = append(about[r.Aspect], what)
		}
	}
	for _, a := range aspects {
		noun := "rules"
		if count[a] == 1 {
			noun = "rule"
		}
		const most = 3
		if n := len(about[a]); n > most+1 {
			about[a] = append(about[a][:most:most], fmt.Sprintf("%d others", n-most))
		}
		fmt.Fprintf(&w.b, "  %s: %d %s, about %s\n", a, count[a], noun, strings.Join(about[a], ", "))
	}
}

// about says what the rule is about.
func (r *explainedRule) about() string {
	what := r.Target
	switch r.Point {
	case rule.Call:
		return "calls of " + what
	case rule.Reference:
		return "references to " + what
	case rule.Literal:
		return "new structs " + what
	case rule.Package:
		return "package " + what
	}
	if what == "" {
		return "functions"
	}
	return what
}
