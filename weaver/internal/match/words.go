package match

// What the words of directives mean to a rule: constants for its hook, texts, and selectors.

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/goweaver/weaver/internal/rule"
)

// option returns the word as a constant of the kind that With gave for the key: the last
// one of several. Without any it is a string.
func (w keyed) option(r *rule.Rule) (rule.Option, error) {
	out := rule.Option{Key: w.key, Kind: "string"}
	have := ""
	for _, o := range r.Options {
		if o.Key == w.key {
			out.Kind, have = o.Kind, o.Shown()
		}
	}
	bad := func(what string) error {
		return fmt.Errorf("has %s=%s, but With(%[1]q, %[3]s) says that it is %s; correct it, since %[3]s is used until then", w.key, w.value, have, what)
	}
	switch out.Kind {
	case rule.Duration:
		d, err := time.ParseDuration(w.value)
		if err != nil {
			return out, bad("a duration, such as 50ms")
		}
		out.Text = strconv.FormatInt(int64(d), 10)
	case "bool":
		if w.value != "true" && w.value != "false" {
			return out, bad("true or false")
		}
		out.Text = w.value
	case "int64":
		n, err := strconv.ParseInt(w.value, 0, 64)
		if err != nil {
			return out, bad("an integer")
		}
		out.Text = strconv.FormatInt(n, 10)
	case "float64":
		x, err := strconv.ParseFloat(w.value, 64)
		if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			return out, bad("a number")
		}
		out.Text = strconv.FormatFloat(x, 'g', -1, 64)
	default:
		out.Text = strconv.Quote(w.value)
	}
	if limits := r.Exceeds(out); limits != "" {
		return out, fmt.Errorf("has %s=%s, and it may be %s; correct it, since %s is used until then", w.key, w.value, limits, have)
	}
	return out, nil
}

// words returns what the directives that the rule is about say: constants, which come
// behind those of With, and words. A value of the wrong kind is a finding.
func (m *matcher) words(r *rule.Rule, f *function) (options []rule.Option, args []string) {
	for _, d := range f.directives {
		if _, asked, _ := r.DirectiveKeys(d.name); !asked {
			continue
		}
		if !r.CaptureWords {
			args = append(args, d.args...)
		}
		if n := len(d.args); r.Words != nil && (n < r.Words.Least || r.Words.Most >= 0 && n > r.Words.Most) {
			m.findAt(r, d.pos, fmt.Sprintf("%s has %s, and is to have %s; correct it", d.text(), counted(n), r.Words))
		}
		for _, w := range d.keys {
			o, err := w.option(r)
			if err != nil {
				m.findAt(r, d.pos, d.text()+" "+err.Error())
				continue
			}
			options = append(options, o)
		}
	}
	return options, args
}

// counted returns the number with its noun.
func counted(words int) string {
	if words == 1 {
		return "1 word"
	}
	return strconv.Itoa(words) + " words"
}

// selectors returns what the rule captures of the function: what it lists, and what the words
// of its directives are if it says so.
func (f *function) selectors(r *rule.Rule) []string {
	if !r.CaptureWords {
		return r.Capture
	}
	out := slices.Clone(r.Capture)
	for _, d := range f.directives {
		if _, asked, _ := r.DirectiveKeys(d.name); asked {
			for _, word := range d.args {
				if !slices.Contains(out, word) {
					out = append(out, word)
				}
			}
		}
	}
	return out
}

// misnamed reports whether a word of the function's directives is no selector of it, as the rule
// takes it for.
func (m *matcher) misnamed(r *rule.Rule, f *function) bool {
	if !r.CaptureWords {
		return false
	}
	if _, err := m.captures(f.obj, f.target.Name, r.Capture); err != nil {
		return false // of the rule itself, for which that is one more predicate
	}
	_, err := m.captures(f.obj, f.target.Name, f.selectors(r))
	return err != nil
}

// wordsOfUses gives the sites of rules on uses what directives above the function say that
// they are in.
func (m *matcher) wordsOfUses() {
	for i := range m.sites {
		s := &m.sites[i]
		if s.Rule.Point != rule.Body && s.Decl != nil && len(s.Rule.Directives()) > 0 {
			s.Options, s.Args = m.words(s.Rule, m.declared(s.File, s.Decl))
		}
	}
}
