package instrument_test

// What options and directives may be, as it can be declared: the mistakes, each with its line,
// also where a function declares rules for others.

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/hook"
)

func hookOptions(f *hook.Func)                          {}
func hookOptionsCaptured(f *hook.Func, _ hook.Captured) {}

func TestMistakesOfLimits(t *testing.T) {
	marked := instrument.BodyWhere(instrument.HasDirective("retry", "initial"))
	runMistakes(t, lines(t), []mistakeCase{
		{"limits that hold", marked.Before(hookOptions).With("n", 3).Range("n", 1, 3).With("d", time.Second).Range("d", time.Duration(0), time.Minute).
			With("f", 0.5).Range("f", 0, 1.0).With("s", "b").OneOf("s", "a", "b").Words(0, -1).With("m", "ab").Matches("m", "a|[a-c]*", "letters"), ""},
		{"a number below",
			marked.Before(hookOptions).
				With("n", 0). // MARK a number below
				Range("n", 1, 100),
			"n is 0, and it may be 1 to 100; correct it"},
		{"a duration above",
			marked.Before(hookOptions).
				With("d", 2*time.Hour). // MARK a duration above
				Range("d", time.Millisecond, time.Hour),
			"d is 2h0m0s, and it may be 1ms to 1h0m0s; correct it"},
		{"another text",
			marked.Before(hookOptions).
				With("s", "c"). // MARK another text
				OneOf("s", "a", "b"),
			`s is "c", and it may be a or b; correct it`},
		{"a text of another form",
			marked.Before(hookOptions).
				With("s", "ab c"). // MARK a text of another form
				Matches("s", "[a-z]+|[0-9]+", "letters or digits"),
			`s is "ab c", and it may be letters or digits; correct it`},
		{"a pattern for a number",
			marked.Before(hookOptions).With("n", 1).
				Matches("n", "[0-9]", "a digit"), // MARK a pattern for a number
			`Matches is about texts, and With("n") has a value of kind int64; use Range, or drop it`},
		{"a pattern that is none",
			marked.Before(hookOptions).With("s", "a").
				Matches("s", "[a", "letters"), // MARK a pattern that is none
			"Matches(\"s\") has a pattern that is none: error parsing regexp: missing closing ]: `[a`; correct it"},
		{"a pattern without words",
			marked.Before(hookOptions).With("s", "a").
				Matches("s", "[a-z]", ""), // MARK a pattern without words
			`Matches("s") lacks the pattern, or the words for it; give both`},
		{"a limit without a constant",
			marked.Before(hookOptions).
				Range("n", 1, 2), // MARK a limit without a constant
			`Range is about "n", which the rule has no constant for; give it one by With before`},
		{"a range of texts",
			marked.Before(hookOptions).With("s", "a").
				Range("s", 1, 2), // MARK a range of texts
			`Range is about numbers and durations, and With("s") has a value of kind string; use OneOf, or drop it`},
		{"texts for a number",
			marked.Before(hookOptions).With("n", 1).
				OneOf("n", "1"), // MARK texts for a number
			`OneOf is about texts, and With("n") has a value of kind int64; use Range, or drop it`},
		{"no texts",
			marked.Before(hookOptions).With("s", "a").
				OneOf("s"), // MARK no texts
			`OneOf("s") lists no value; list those that are allowed`},
		{"a bound of another kind",
			marked.Before(hookOptions).With("d", time.Second).
				Range("d", 1, time.Hour), // MARK a bound of another kind
			`Range("d") has the bound 1, and With has a value of kind duration; give both bounds as such`},
		{"bounds the wrong way round",
			marked.Before(hookOptions).With("n", 1).
				Range("n", 2, 1), // MARK bounds the wrong way round
			`Range("n") has no value between its bounds; swap them`},
		{"no number of words",
			marked.Before(hookOptions).
				Words(2, 1), // MARK no number of words
			"Words(2, 1) is no number of words; give the least and the most, or -1 for any"},
		{"words without a directive",
			instrument.BodyWhere(instrument.Not(instrument.HasDirective("retry"))).Before(hookOptions).
				Words(1, 1), // MARK words without a directive
			"Words is about the words of directives, and the rule asks for none; add instrument.HasDirective, or drop it"},
		{"words that are captured", marked.Before(hookOptionsCaptured).CaptureWords(), ""},
		{"words that nobody takes",
			marked.Before(hookOptions).
				CaptureWords(), // MARK words that nobody takes
			"instrument_test.hookOptions takes no hook.Captured to find the words' values in; add that parameter"},
		{"captured words without a directive",
			instrument.BodyWhere(instrument.Name("*")).Before(hookOptionsCaptured).
				CaptureWords(), // MARK captured words without a directive
			"CaptureWords is about the words of directives, and the rule asks for none; add instrument.HasDirective, or drop it"},
	})
}

// rules is a function that declares rules for others, as a built-in does.
func rules(body instrument.Body, attempts int) []instrument.Rule {
	at := instrument.Here()
	var out []instrument.Rule
	for _, p := range []instrument.Predicate{instrument.ParamIs[context.Context](0), instrument.Not(instrument.ParamIs[context.Context](0))} {
		out = append(out, body.Where(p).Before(hookOptions).With("attempts", attempts).Range("attempts", 1, 10).Take(0).At(at))
	}
	return out
}

// Mistakes in a rule that another function declares are told at the line that called it, and
// those of the body at its own.
func TestMistakesElsewhere(t *testing.T) {
	at := lines(t)
	all := rules(
		instrument.BodyNamed("nothing"), // MARK the body
		11)                              // the last line of the call is not the one that counts
	want := []string{
		"limit_test.go:{the body}: policy: \"nothing\" does not name a function; ",
		"limit_test.go:{the call}: policy: attempts is 11, and it may be 1 to 10; correct it",
		"limit_test.go:{the call}: policy: Take lists 0, which is no item of a function",
	}
	got := validate(aspect("policy", all[0]))
	for i, w := range want {
		w = strings.NewReplacer("{the body}", strconv.Itoa(at["the body"]), "{the call}", strconv.Itoa(at["the body"]-1)).Replace(w)
		if !slices.ContainsFunc(got, func(g string) bool { return strings.HasPrefix(g, w) }) || len(got) != len(want) {
			t.Errorf("mistake %d: want %s\n got %s", i, w, strings.Join(got, "\n     "))
		}
	}
}
