package match

import (
	"slices"
	"testing"

	"github.com/goweaver/weaver/internal/rule"
)

// A value of a directive is of the kind that With gave for its key, and within what the rule
// allows.
func TestDirectiveOptions(t *testing.T) {
	r := &rule.Rule{
		Options: []rule.Option{
			{Key: "b", Kind: "bool", Text: "true"}, {Key: "i", Kind: "string", Text: `"x"`}, {Key: "i", Kind: "int64", Text: "1"},
			{Key: "f", Kind: "float64", Text: "0.5"}, {Key: "s", Kind: "string", Text: `"x"`}, {Key: "d", Kind: rule.Duration, Text: "50000000"},
			{Key: "level", Kind: "string", Text: `"info"`}, {Key: "name", Kind: "string", Text: `"calls"`},
		},
		Limits: []rule.Limit{
			{Key: "level", Values: []string{"info", "warn"}}, {Key: "f", Low: "0", High: "1.5"}, {Key: "d", Low: "0", High: "60000000000"},
			{Key: "name", Pattern: "a|[a-z]+", What: "letters"},
		},
	}
	for _, tt := range []struct {
		word keyed
		want string
		err  string
	}{
		{keyed{"b", "false"}, "bool false", ""},
		{keyed{"b", "1"}, "", `has b=1, but With("b", true) says that it is true or false; correct it, since true is used until then`},
		{keyed{"i", "-0x1f"}, "int64 -31", ""},
		{keyed{"i", "9223372036854775808"}, "", `has i=9223372036854775808, but With("i", 1) says that it is an integer; correct it, since 1 is used until then`},
		{keyed{"i", "1.0"}, "", `has i=1.0, but With("i", 1) says that it is an integer; correct it, since 1 is used until then`},
		{keyed{"f", "1"}, "float64 1", ""},
		{keyed{"f", "1e400"}, "", `has f=1e400, but With("f", 0.5) says that it is a number; correct it, since 0.5 is used until then`},
		{keyed{"f", "NaN"}, "", `has f=NaN, but With("f", 0.5) says that it is a number; correct it, since 0.5 is used until then`},
		{keyed{"f", "1.6"}, "", `has f=1.6, and it may be 0 to 1.5; correct it, since 0.5 is used until then`},
		{keyed{"s", "1"}, `string "1"`, ""},
		{keyed{"d", "1m"}, "duration 60000000000", ""},
		{keyed{"d", "1m0.1s"}, "", `has d=1m0.1s, and it may be 0s to 1m0s; correct it, since 50ms is used until then`},
		{keyed{"d", "50"}, "", `has d=50, but With("d", 50ms) says that it is a duration, such as 50ms; correct it, since 50ms is used until then`},
		{keyed{"level", "warn"}, `string "warn"`, ""},
		{keyed{"level", "high"}, "", `has level=high, and it may be info or warn; correct it, since "info" is used until then`},
		{keyed{"name", "orders"}, `string "orders"`, ""},
		{keyed{"name", "orders.all"}, "", `has name=orders.all, and it may be letters; correct it, since "calls" is used until then`},
		{keyed{"name", ""}, "", `has name=, and it may be letters; correct it, since "calls" is used until then`},
		{keyed{"other", "a\nb"}, `string "a\nb"`, ""},
	} {
		o, err := tt.word.option(r)
		got, text := o.Kind+" "+o.Text, ""
		if err != nil {
			got, text = "", err.Error()
		}
		if got != tt.want || text != tt.err || o.Key != tt.word.key {
			t.Errorf("%v\n got %q, %s\nwant %q, %s", tt.word, got, text, tt.want, tt.err)
		}
	}
}

// What a rule captures comes first, then the words of the directives that it asks for, each
// once.
func TestSelectors(t *testing.T) {
	f := &function{directives: []*directive{{name: "span", args: []string{"b", "a", "b"}}, {name: "other", args: []string{"x"}}}}
	r := &rule.Rule{Capture: []string{"a"}, CaptureWords: true, Where: []rule.Pred{{Kind: rule.PredDirective, Text: "span"}}}
	if got := f.selectors(r); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("%q", got)
	}
	r.CaptureWords = false
	if got := f.selectors(r); !slices.Equal(got, []string{"a"}) {
		t.Errorf("without CaptureWords %q", got)
	}
}
