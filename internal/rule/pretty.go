package rule

// How types, signatures and items are shown in messages.

import "strings"

// Pretty returns t with each import path cut to its last element and the plain
// names of predeclared types, as a reader expects to see it.
func Pretty(t Type) string {
	s := strings.ReplaceAll(string(t), string(AnyType), "any")
	var b strings.Builder
	for s != "" {
		if rest, ok := strings.CutPrefix(s, "..."); ok { // of a variadic parameter, not of a path
			b.WriteString("...")
			s = rest
			continue
		}
		end := strings.IndexAny(s, "*[](), {}")
		if end < 0 {
			end = len(s)
		}
		b.WriteString(s[strings.LastIndexByte(s[:end], '/')+1 : end])
		if end < len(s) {
			b.WriteByte(s[end])
			end++
		}
		s = s[end:]
	}
	return b.String()
}

// String returns s as a func type, for messages.
func (s *Signature) String() string { return Pretty(s.Type()) }

// list returns the types of the slots, in order.
func list(slots []Slot) string {
	var b []string
	for _, s := range slots {
		b = append(b, Pretty(s.Type))
	}
	return strings.Join(b, ", ")
}

// items returns the items as they are written for Take.
func items(of []Item) string {
	var b []string
	for _, i := range of {
		b = append(b, i.String())
	}
	return strings.Join(b, ", ")
}

func itemsOf(slots []Slot) []Item {
	var out []Item
	for _, s := range slots {
		out = append(out, s.Item)
	}
	return out
}
