package rule

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// An Option is a constant given to a rule by With, or by a directive.
type Option struct {
	Key  string `json:"key"`
	Kind string `json:"kind"` // string, bool, int64, float64 or [Duration]
	Text string `json:"text"` // the constant in Go syntax
}

// Duration is the kind of an option that is a number of nanoseconds, and that people write as 50ms.
const Duration = "duration"

// A Limit is what the values under a key may be: one of Values, or a text that fits Pattern, which
// is valid, or else a number from Low to High, which are in Go syntax and of the option's kind.
type Limit struct {
	Key     string   `json:"key"`
	Low     string   `json:"low,omitempty"`
	High    string   `json:"high,omitempty"`
	Values  []string `json:"values,omitempty"`
	Pattern string   `json:"pattern,omitempty"` // of all of the text
	What    string   `json:"what,omitempty"`    // Pattern in words
}

// Words is how many words without a key a directive has: any number from Least on if Most is -1.
type Words struct {
	Least int `json:"least,omitempty"`
	Most  int `json:"most"`
}

// String returns the number as a sentence has it.
func (w *Words) String() string {
	switch {
	case w.Most == w.Least:
		return strconv.Itoa(w.Least)
	case w.Most < 0:
		return strconv.Itoa(w.Least) + " or more"
	}
	return strconv.Itoa(w.Least) + " to " + strconv.Itoa(w.Most)
}

// GoType returns the predeclared type that a hook gets the constant as.
func (o Option) GoType() string {
	if o.Kind == Duration {
		return "int64"
	}
	return o.Kind
}

// Shown returns the constant as people write it.
func (o Option) Shown() string {
	if n, err := strconv.ParseInt(o.Text, 10, 64); err == nil && o.Kind == Duration {
		return time.Duration(n).String()
	}
	return o.Text
}

// Compare orders two numbers of one kind.
func (o Option) Compare(p Option) int {
	if o.Kind == "float64" {
		x, _ := strconv.ParseFloat(o.Text, 64)
		y, _ := strconv.ParseFloat(p.Text, 64)
		return cmp.Compare(x, y)
	}
	x, _ := strconv.ParseInt(o.Text, 10, 64)
	y, _ := strconv.ParseInt(p.Text, 10, 64)
	return cmp.Compare(x, y)
}

// Exceeds returns what the option may be, where it is something else, or "".
func (r *Rule) Exceeds(o Option) string {
	for _, l := range r.Limits {
		if l.Key == o.Key && !l.holds(o) {
			return l.shown(o)
		}
	}
	return ""
}

// Allowed returns what the option may be, or "" if that is any value of its kind.
func (r *Rule) Allowed(o Option) string {
	var all []string
	for _, l := range r.Limits {
		if l.Key == o.Key {
			all = append(all, l.shown(o))
		}
	}
	return strings.Join(all, ", ")
}

func (l *Limit) holds(o Option) bool {
	if len(l.Values) > 0 {
		text, err := strconv.Unquote(o.Text)
		return err == nil && slices.Contains(l.Values, text)
	}
	if l.Pattern != "" {
		text, err := strconv.Unquote(o.Text)
		fits, bad := regexp.MatchString("^(?:"+l.Pattern+")$", text)
		return err == nil && bad == nil && fits
	}
	low, high := l.bounds(o)
	return o.Compare(low) >= 0 && o.Compare(high) <= 0
}

func (l *Limit) shown(o Option) string {
	if len(l.Values) > 0 {
		return strings.Join(l.Values, " or ")
	}
	if l.Pattern != "" {
		return l.What
	}
	low, high := l.bounds(o)
	return low.Shown() + " to " + high.Shown()
}

func (l *Limit) bounds(o Option) (low, high Option) {
	low, high = o, o
	low.Text, high.Text = l.Low, l.High
	return low, high
}
