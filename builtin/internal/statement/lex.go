package statement

import "strings"

// A kind is what a token is.
type kind uint8

const (
	blank       kind = iota
	comment          // without what follows it
	word             // a keyword, a name, or a variable with its @
	quotedName       // a name in quotes, backticks or brackets
	text             // a string, in whatever notation
	number           //
	placeholder      // for a parameter
	mark             // one byte of anything else
)

// A token is a piece of a statement. All tokens together are the statement.
type token struct {
	kind kind
	text string
	name bool // a name, if it is in double quotes
}

// double reports whether t is in double quotes.
func (t token) double() bool { return t.text[0] == '"' }

// A lexer cuts a statement into tokens.
type lexer struct {
	Dialect
	in     string
	tokens []token
}

// lex returns the tokens of a statement. What is not terminated ends with the statement.
func lex(in string, d Dialect) []token {
	l := lexer{Dialect: d, in: in, tokens: make([]token, 0, len(in)/4+4)}
	for l.in != "" {
		k, n := l.next()
		l.tokens = append(l.tokens, token{kind: k, text: l.in[:n], name: d.doubleQuotes == no})
		l.in = l.in[n:]
	}
	return l.tokens
}

// next returns the kind of the next token and how many bytes it has, at least one.
func (l *lexer) next() (kind, int) {
	c := l.in[0]
	switch {
	case isBlank(c):
		return blank, l.span(isBlank)
	case strings.HasPrefix(l.in, "--"), c == '#' && l.hashComment:
		if n := strings.IndexByte(l.in, '\n'); n >= 0 {
			return comment, n
		}
		return comment, len(l.in)
	case strings.HasPrefix(l.in, "/*"):
		return comment, l.block()
	case c == '\'':
		return text, l.quoted(0, l.backslash)
	case c == '"':
		if l.doubleQuotes == yes {
			return text, l.quoted(0, l.backslash)
		}
		return l.quotedName('"')
	case c == '`':
		return l.quotedName('`')
	case c == '[' && l.brackets:
		return l.quotedName(']')
	case isDigit(c), c == '.' && len(l.in) > 1 && isDigit(l.in[1]):
		return number, l.number()
	case c == '$':
		return l.dollar()
	case c == '?' && l.markNumber, c == ':' && l.has(':'):
		if n := 1 + digits(l.in[1:]); n > 1 || c == '?' {
			return placeholder, n
		}
	case c == '?':
		return placeholder, 1
	case l.starts(c):
		return l.word()
	}
	return mark, 1
}

// word returns the next token where it starts like a word. Letters before a quote may be
// part of a string: N”, E”, X”, and in Oracle q'[]'.
func (l *lexer) word() (kind, int) {
	n := 1
	for n < len(l.in) && l.continues(l.in[n]) {
		n++
	}
	if n == len(l.in) || n > 2 || l.in[n] != '\'' && !(l.in[n] == '"' && l.doubleQuotes == yes) {
		return word, n
	}
	switch prefix := strings.ToLower(l.in[:n]); prefix {
	case "e":
		return text, l.quoted(n, yes)
	case "q", "nq":
		if l.quoteLetter && l.in[n] == '\'' {
			return text, l.delimited(n + 1)
		}
	case "n", "b", "x":
		return text, l.quoted(n, l.backslash)
	case "r", "rb", "br":
		if l.tripleQuotes {
			return text, l.quoted(n, yes)
		}
	}
	return word, n
}

// quoted returns where a string ends whose opening quote is at i. A quote in it is
// doubled or, if escapes says so, has a backslash before it. Where the dialect leaves
// open whether a backslash makes a quote part of the string, all that follows counts as
// part of it.
func (l *lexer) quoted(i int, escapes reading) int {
	quote := l.in[i]
	if triple := strings.Repeat(string(quote), 3); l.tripleQuotes && strings.HasPrefix(l.in[i:], triple) {
		return l.until(i+3, triple, escapes)
	}
	for i++; i < len(l.in); i++ {
		switch {
		case l.in[i] == '\\' && escapes != no:
			if escapes == unsure && i+1 < len(l.in) && l.in[i+1] == quote {
				return len(l.in)
			}
			i++
		case l.in[i] != quote:
		case i+1 < len(l.in) && l.in[i+1] == quote:
			i++
		default:
			return i + 1
		}
	}
	return len(l.in)
}

// until returns where the token ends that has end next behind i.
func (l *lexer) until(i int, end string, escapes reading) int {
	for ; i < len(l.in); i++ {
		if l.in[i] == '\\' && escapes == yes {
			i++
		} else if strings.HasPrefix(l.in[i:], end) {
			return i + len(end)
		}
	}
	return len(l.in)
}

// delimited returns where a string ends whose delimiter, of its author's choice, is at i.
func (l *lexer) delimited(i int) int {
	if i >= len(l.in) {
		return len(l.in)
	}
	end := l.in[i]
	if j := strings.IndexByte("[{(<", end); j >= 0 {
		end = "]})>"[j]
	}
	return l.until(i+1, string(end)+"'", no)
}

// quotedName returns a name in quotes of which the last is the one given. One that never
// ends is no name.
func (l *lexer) quotedName(quote byte) (kind, int) {
	for i := 1; i < len(l.in); i++ {
		switch {
		case l.in[i] != quote:
		case i+1 < len(l.in) && l.in[i+1] == quote:
			i++
		default:
			return quotedName, i + 1
		}
	}
	return text, len(l.in)
}

// dollar returns what starts with a dollar sign: a string between tags, a parameter's
// number or name, or money.
func (l *lexer) dollar() (kind, int) {
	rest := l.in[1:]
	if n := digits(rest); n > 0 {
		if l.dollarMoney {
			return number, 1 + l.numberIn(rest)
		}
		return placeholder, 1 + n
	}
	n := 0
	for n < len(rest) && isNameByte(rest[n]) {
		n++
	}
	if l.dollarQuotes && n < len(rest) && rest[n] == '$' {
		return text, l.until(n+2, l.in[:n+2], no)
	}
	if n > 0 {
		return word, 1 + n
	}
	return mark, 1
}

// number returns the length of the number that is next: all that could be part of one,
// so that nothing of it is taken for something else.
func (l *lexer) number() int { return l.numberIn(l.in) }

func (l *lexer) numberIn(in string) int {
	hex := len(in) > 1 && in[0] == '0' && in[1]|0x20 == 'x'
	i := 0
	for i < len(in) && (in[i] == '.' || isNameByte(in[i])) {
		exponent := in[i]|0x20 == 'e' && !hex
		i++
		if exponent && i+1 < len(in) && (in[i] == '+' || in[i] == '-') && isDigit(in[i+1]) {
			i++
		}
	}
	return i
}

// block returns the length of the block comment that is next.
func (l *lexer) block() int {
	depth := 1
	for i := 2; i+1 < len(l.in); i++ {
		switch {
		case l.in[i] == '*' && l.in[i+1] == '/':
			i++
			if depth--; depth == 0 {
				return i + 1
			}
		case l.nested && l.in[i] == '/' && l.in[i+1] == '*':
			i++
			depth++
		}
	}
	return len(l.in)
}

func (l *lexer) span(in func(byte) bool) int {
	n := 1
	for n < len(l.in) && in(l.in[n]) {
		n++
	}
	return n
}

// starts reports whether a word may start with c. Bytes of other scripts are letters.
func (l *lexer) starts(c byte) bool {
	return isNameByte(c) || c == '@' || c == '#' && l.hashName
}

func (l *lexer) continues(c byte) bool { return l.starts(c) || c == '$' }

func isNameByte(c byte) bool {
	return c == '_' || c >= 0x80 || isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'z'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isBlank(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// digits returns how many digits s starts with.
func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}
