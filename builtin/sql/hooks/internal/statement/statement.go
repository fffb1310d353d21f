package statement

import (
	"strings"
	"unicode/utf8"
)

// Longest is how many bytes of a statement are read, and told of: a statement that is
// longer, because of the rows that it inserts, says nothing new behind that.
const Longest = 16 << 10

// Info is what telemetry may tell of a statement.
type Info struct {
	// Summary is the operations of the statement and what they are about, in its own
	// spelling: "SELECT users", or "" if it is no statement. It has at most 255 bytes.
	Summary string
	// Placeholders reports whether there is one for a parameter.
	Placeholders bool

	tokens []token
}

// Parse returns what is to be known of a statement. It never fails: a text that is no
// statement of the dialect has tokens as well.
func Parse(statement string, d Dialect) Info {
	info := Info{tokens: lex(Cut(statement), d)}
	info.Summary = summarize(info.tokens)
	for n := range info.tokens {
		info.Placeholders = info.Placeholders || info.parameter(n)
	}
	return info
}

// parameter reports whether the token with index n is a placeholder: a question mark, a
// number or a name with the dialect's sign before it. Two colons are none.
func (i Info) parameter(n int) bool {
	switch t := i.tokens[n]; t.kind {
	case placeholder:
		return true
	case word:
		return t.text[0] == '@' || t.text[0] == '$' ||
			n > 0 && i.tokens[n-1].text == ":" && (n == 1 || i.tokens[n-2].text != ":")
	}
	return false
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
	return valid(b.String())
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
	return valid(statement)
}

func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

func isBoolean(s string) bool { return strings.EqualFold(s, "true") || strings.EqualFold(s, "false") }
