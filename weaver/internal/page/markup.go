package page

import (
	"bufio"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Markup and text are told apart by their types. A constant of the source may be markup; a
// string that weaver has read somewhere does not compile there, and is escaped elsewhere.

// markup is HTML.
type markup string

// A writer writes a page. The error of a write is kept by w.
type writer struct {
	w    *bufio.Writer
	page *Page
}

func (w *writer) markup(m markup) { _, _ = w.w.WriteString(string(m)) }

// printf writes the markup with its verbs replaced by what they stand for. A string is text, or
// the value of an attribute in double quotes.
func (w *writer) printf(format markup, args ...any) {
	for i, a := range args {
		if text, ok := a.(string); ok {
			args[i] = escape(text)
		}
	}
	fmt.Fprintf(w.w, string(format), args...)
}

// escape returns a text as HTML that shows all of it: bytes that are no UTF-8, control
// characters, and those that would have a browser order the rest in another way, too.
func escape(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&#34;")
		case r != '\t' && r != '\n' && hidden(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteString(text[i : i+n])
		}
		i += n
	}
	return b.String()
}

// hidden reports whether the character shows as nothing, and does something to others.
func hidden(r rune) bool {
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Bidi_Control, r) || r == '\ufeff'
}

// longest is how many bytes of a piece of source a page shows. What is longer was made by a
// program, and nobody reads it.
const longest = 400

// shorten takes the middle out of a text that is too long, and returns how many bytes it had.
func shorten(text string) (head, tail string, cut int) {
	if len(text) <= longest {
		return text, "", 0
	}
	from, to := longest/2, len(text)-longest/4
	for !utf8.RuneStart(text[from]) && from > longest/2-utf8.UTFMax {
		from--
	}
	for !utf8.RuneStart(text[to]) && to > len(text)-longest/4-utf8.UTFMax {
		to--
	}
	return text[:from], text[to:], to - from
}

// count returns a number of things.
func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
