package instrument

// What the values of With, and of directives, may be.

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/goweaver/weaver/internal/rule"
)

// A limit is what Range, OneOf or Matches was given.
type limit struct {
	by            string // which of them
	key           string
	low, high     any
	values        []string
	pattern, what string
	pos           position
}

// words is what Words was given.
type words struct {
	least, most int
	pos         position
}

// Range returns the rule with bounds for the number or duration that With has under that key:
// another value, of With or of a directive, is a mistake and told at its line. low and high are
// allowed, and of the kind that With's value is of. The rule has that With before, here and for
// [Rule.OneOf] and [Rule.Matches].
func (r Rule) Range(key string, low, high any) Rule {
	r.limits = append(slices.Clip(r.limits), limit{by: "Range", key: key, low: low, high: high, pos: here()})
	return r
}

// OneOf returns the rule with all texts that may stand under that key: another one, of With or of
// a directive, is a mistake and told at its line.
func (r Rule) OneOf(key string, values ...string) Rule {
	r.limits = append(slices.Clip(r.limits), limit{by: "OneOf", key: key, values: append([]string{}, values...), pos: here()})
	return r
}

// Matches returns the rule with the form of the text that may stand under that key: all of it fits
// pattern, a regular expression of package regexp. Another one, of With or of a directive, is a
// mistake and told at its line, where what says in words what there may be: "letters and digits".
func (r Rule) Matches(key, pattern, what string) Rule {
	r.limits = append(slices.Clip(r.limits), limit{by: "Matches", key: key, pattern: pattern, what: what, pos: here()})
	return r
}

// Words returns the rule with how many words without a key a directive has that the rule is about;
// any number from least on if most is -1. Others are a mistake and told at the directive.
func (r Rule) Words(least, most int) Rule {
	r.words = &words{least, most, here()}
	return r
}

// CaptureWords returns the rule with the words of the directives that it is about as selectors,
// as those of [Rule.Capture], whose values come before theirs:
//
//	//weaver:span order.ID order.Customer
//
// They are then not among the hook's Args.
func (r Rule) CaptureWords() Rule {
	r.captureWords = here()
	return r
}

// limited sets what the options and directives of the rule may be.
func (d *description) limited(r Rule) {
	for _, l := range r.limits {
		out, err := l.describe(d.rule.Options)
		if err != nil {
			d.mistaken(l.pos, err)
			continue
		}
		d.rule.Limits = append(d.rule.Limits, out)
	}
	for i, c := range r.options {
		o := d.rule.Options[i]
		if o.Kind != "" { // else it is no constant, which has been said
			if bad := d.rule.Exceeds(o); bad != "" {
				d.mistaken(c.pos, fmt.Errorf("%s is %s, and it may be %s; correct it", o.Key, o.Shown(), bad))
			}
		}
	}
	if r.words != nil {
		if r.words.least < 0 || r.words.most != -1 && r.words.most < r.words.least {
			d.mistaken(r.words.pos, fmt.Errorf("Words(%d, %d) is no number of words; give the least and the most, or -1 for any", r.words.least, r.words.most))
		}
		d.rule.Words = &rule.Words{Least: r.words.least, Most: r.words.most}
	}
	asks := len(d.rule.Wanted()) > 0
	if r.words != nil && !asks {
		d.mistaken(r.words.pos, errors.New("Words is about the words of directives, and the rule asks for none; add instrument.HasDirective, or drop it"))
	}
	if r.captureWords.known() && !asks {
		d.mistaken(r.captureWords, errors.New("CaptureWords is about the words of directives, and the rule asks for none; add instrument.HasDirective, or drop it"))
	}
}

// describe returns the limit as plain data; options are the rule's.
func (l limit) describe(options []rule.Option) (rule.Limit, error) {
	out := rule.Limit{Key: l.key, Values: l.values, Pattern: l.pattern, What: l.what}
	kind := ""
	for _, o := range options {
		if o.Key == l.key {
			kind = o.Kind
		}
	}
	if kind == "" {
		return out, fmt.Errorf("%s is about %q, which the rule has no constant for; give it one by With before", l.by, l.key)
	}
	if l.by != "Range" {
		return out, l.ofText(kind)
	}
	if kind == "string" || kind == "bool" {
		return out, fmt.Errorf("Range is about numbers and durations, and With(%q) has a value of kind %s; use OneOf, or drop it", l.key, kind)
	}
	for _, bound := range []struct {
		value any
		to    *string
	}{{l.low, &out.Low}, {l.high, &out.High}} {
		o, found := constantOf(bound.value)
		// A whole number is one of floating point too, as in Go's constants.
		if found != "" || o.Kind != kind && (o.Kind != "int64" || kind != "float64") {
			return out, fmt.Errorf("Range(%q) has the bound %v, and With has a value of kind %s; give both bounds as such", l.key, bound.value, kind)
		}
		*bound.to = o.Text
	}
	if (rule.Option{Kind: kind, Text: out.Low}).Compare(rule.Option{Kind: kind, Text: out.High}) > 0 {
		return out, fmt.Errorf("Range(%q) has no value between its bounds; swap them", l.key)
	}
	return out, nil
}

// ofText returns what is wrong with a limit of texts, where With has a value of that kind.
func (l limit) ofText(kind string) error {
	_, err := regexp.Compile(l.pattern)
	switch {
	case kind != "string":
		return fmt.Errorf("%s is about texts, and With(%q) has a value of kind %s; use Range, or drop it", l.by, l.key, kind)
	case l.by == "OneOf" && len(l.values) == 0:
		return fmt.Errorf("OneOf(%q) lists no value; list those that are allowed", l.key)
	case err != nil:
		return fmt.Errorf("Matches(%q) has a pattern that is none: %w; correct it", l.key, err)
	case l.by == "Matches" && (l.pattern == "" || l.what == ""):
		return fmt.Errorf("Matches(%q) lacks the pattern, or the words for it; give both", l.key)
	}
	return nil
}
