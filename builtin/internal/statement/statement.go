package statement

import (
	"strings"
	"unicode/utf8"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// Longest is how many bytes of a statement are read, and told of: a statement that is
// longer, because of the rows that it inserts, says nothing new behind that.
const Longest = 16 << 10

// Info is what telemetry may tell of a statement.
type Info struct {
	// Summary is the operations of the statement and what they are about, in its own
	// spelling: "SELECT users", or "" if it is no statement. It has at most 255 bytes.
	Summary string
	// Parametrized reports whether the statement has a placeholder for a parameter. Its
	// author then has no reason to write data into it.
	Parametrized bool

	tokens []token
}

// Parse returns what is to be known of a statement. It never fails: a text that is no
// statement of the dialect has tokens as well.
func Parse(statement string, d Dialect) Info {
	info := Info{tokens: lex(Cut(statement), d)}
	info.Summary = summarize(info.tokens)
	for n := range info.tokens {
		info.Parametrized = info.Parametrized || info.parameter(n, d)
	}
	return info
}

// parameter reports whether the token with index n is a placeholder, and can be nothing
// else. Of names, two colons or two at signs stand before another kind.
func (i Info) parameter(n int, d Dialect) bool {
	t := i.tokens[n]
	switch sign := t.text[0]; {
	case t.kind == placeholder:
		return d.has(sign)
	case t.kind != word:
		return false
	case sign == '@':
		if number, ok := strings.CutPrefix(t.text, "@p"); ok && number != "" && digits(number) == len(number) && d.has('p') {
			return true
		}
		return d.has('@') && len(t.text) > 1 && t.text[1] != '@'
	case sign == '$':
		return d.has('$') && d.has(':')
	}
	return d.has(':') && n > 0 && i.tokens[n-1].text == ":" && (n == 1 || i.tokens[n-2].text != ":")
}

// Text returns the statement with a question mark in the place of each literal, be it a
// string, a number, or true or false, and a blank in that of each comment. It is what
// a program may show that has put its values into the statement.
func (i Info) Text() string {
	var b strings.Builder
	for n, t := range i.tokens {
		switch {
		case t.kind == comment:
			b.WriteByte(' ')
		case t.kind == text, t.kind == number, t.kind == word && isBoolean(t.text):
			b.WriteByte('?')
		case t.kind == quotedName && t.double() && !t.name && !i.dotted(n):
			b.WriteByte('?')
		default:
			b.WriteString(t.text)
		}
	}
	return telemetry.Text(b.String())
}

// dotted reports whether the token with index n is next to a dot.
func (i Info) dotted(n int) bool {
	return n > 0 && i.tokens[n-1].text == "." || n+1 < len(i.tokens) && i.tokens[n+1].text == "."
}

// Cut returns the statement, or the start of one that is longer than [Longest], as valid
// UTF-8: other text can not be exported.
func Cut(statement string) string {
	if len(statement) > Longest {
		end := Longest
		for end > Longest-utf8.UTFMax && !utf8.RuneStart(statement[end]) {
			end--
		}
		statement = statement[:end]
	}
	return telemetry.Text(statement)
}

func isBoolean(s string) bool { return strings.EqualFold(s, "true") || strings.EqualFold(s, "false") }
