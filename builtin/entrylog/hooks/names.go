package hooks

// What is secret by its name or type.

import (
	"reflect"
	"strings"
	"sync"
	"unicode"
)

// mark is written in the place of what is secret.
const mark = "[REDACTED]"

// always is what is secret in every program.
const always = "password,passwd,passphrase,secret,token,authorization,cookie,credential,api_key,private_key,card_number,cvv,cvc,ssn"

// secrets are the names and types that are secret in a function's lines.
type secrets struct {
	types map[string]bool // also selectors
	names []name
	said  sync.Map // of bool by the name of a field or a selector: there are as many as in the source
	clean sync.Map // of bool by reflect.Type
}

// A name is one as the source has it: its words in lower case, without what stands between.
type name []string

func (n name) joined() string { return strings.Join(n, "") }

// long is the number of letters from which on a name is found within a word too: that of
// "token" is, in accesstoken, and that of "card" is not in discard.
const long = 5

// words splits a name at capitals, at digits that follow letters, and at what is neither.
func words(s string) name {
	var out name
	start, runes := 0, []rune(s)
	cut := func(i int) {
		if i > start {
			out = append(out, strings.ToLower(string(runes[start:i])))
		}
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			cut(i)
			start = i + 1
		case i == start:
		case unicode.IsUpper(r) && (!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])),
			unicode.IsDigit(r) != unicode.IsDigit(runes[i-1]):
			cut(i)
			start = i
		}
	}
	cut(len(runes))
	return out
}

// named reports whether what has that name is secret. Of a selector each part is a name.
func (s *secrets) named(n string) bool {
	said, ok := s.said.Load(n)
	if !ok {
		secret := s.types[n]
		for part := range strings.SplitSeq(n, ".") {
			secret = secret || s.has(part)
		}
		said, _ = s.said.LoadOrStore(n, secret)
	}
	return said.(bool)
}

// has is named for one name, which need not be of the source.
func (s *secrets) has(n string) bool {
	in := words(n)
	whole := in.joined()
	for _, secret := range s.names {
		j := secret.joined()
		if len(j) >= long && strings.Contains(whole, j) || in.hasRun(j) {
			return true
		}
	}
	return false
}

// hasRun reports whether some words of n, one behind the other, are the name j or its plural.
func (n name) hasRun(j string) bool {
	for i := range n {
		run := ""
		for _, w := range n[i:] {
			if run += w; run == j || run == j+"s" {
				return true
			}
		}
	}
	return false
}

// typed reports whether all values of the type are secret.
func (s *secrets) typed(t reflect.Type) bool {
	return len(s.types) > 0 && t.Name() != "" && s.types[t.PkgPath()+"."+withoutArguments(t.Name())]
}

// declared is typed for a type as hook.Value has it, or one that points to it or is made of it.
func (s *secrets) declared(t string) bool {
	return len(s.types) > 0 && s.types[withoutArguments(strings.TrimLeft(t, "*[]"))]
}

func withoutArguments(t string) string {
	t, _, _ = strings.Cut(t, "[")
	return t
}

// isClean reports whether nothing that a value of type t leads to can be secret, or has a
// say in how it is logged: what such a value says of itself can be believed.
func (s *secrets) isClean(t reflect.Type) bool {
	clean, ok := s.clean.Load(t)
	if !ok {
		clean, _ = s.clean.LoadOrStore(t, s.looksClean(t, map[reflect.Type]bool{}))
	}
	return clean.(bool)
}

func (s *secrets) looksClean(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return true // as far as it is known here, and decided further up
	}
	seen[t] = true
	if s.typed(t) || t.Implements(logValuer) || t.Kind() != reflect.Interface && reflect.PointerTo(t).Implements(logValuer) {
		return false
	}
	switch t.Kind() {
	case reflect.Interface:
		return false
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return s.looksClean(t.Elem(), seen)
	case reflect.Map:
		return t.Key().Kind() != reflect.String && s.looksClean(t.Key(), seen) && s.looksClean(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			if s.secretField(f) || !s.looksClean(f.Type, seen) {
				return false
			}
		}
	}
	return true
}

// secretField reports whether a field is secret by its name, or by the one that it has in JSON.
func (s *secrets) secretField(f reflect.StructField) bool {
	tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return s.named(f.Name) || tag != "" && s.named(tag)
}
