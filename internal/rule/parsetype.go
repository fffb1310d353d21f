package rule

// Types that a user writes as text, where the package of the type is not imported.

import (
	"fmt"
	"strconv"
	"strings"
)

// ParseType returns the canonical spelling of a type that is written as in Go, but with
// the full import path before each name: "*net/http.Request", "map[string][]byte". The
// error says what to write.
func ParseType(s string) (Type, error) {
	p := typeParser{rest: s}
	t, ok := p.parse()
	p.blanks()
	if !ok || p.rest != "" {
		return "", fmt.Errorf("%q is no type; write it as in Go, but with the full import path before each name, such as \"*net/http.Request\" or \"[]string\"", s)
	}
	return t, nil
}

// A typeParser takes a type from the start of rest. Its methods report whether there
// was what they are for.
type typeParser struct{ rest string }

func (p *typeParser) blanks() { p.rest = strings.TrimLeft(p.rest, " ") }

func (p *typeParser) skip(token string) bool {
	p.blanks()
	rest, ok := strings.CutPrefix(p.rest, token)
	p.rest = rest
	return ok
}

func (p *typeParser) parse() (Type, bool) {
	switch {
	case p.skip("*"):
		return p.elem("*")
	case p.skip("("):
		t, ok := p.parse()
		return t, ok && p.skip(")")
	case p.skip("["):
		return p.array()
	case p.skip("map["):
		key, ok := p.parse()
		if !ok || !p.skip("]") {
			return "", false
		}
		return p.elem("map[" + key + "]")
	case p.skip("<-chan "):
		return p.channel("<-chan ")
	case p.skip("chan<- "):
		return p.channel("chan<- ")
	case p.skip("chan "):
		return p.channel("chan ")
	case p.skip("func("):
		return p.function()
	case p.skip("interface{}"), p.skip("interface {}"):
		return AnyType, true
	case p.skip("struct{}"), p.skip("struct {}"):
		return "struct{}", true
	}
	return p.named()
}

func (p *typeParser) elem(prefix Type) (Type, bool) {
	t, ok := p.parse()
	return prefix + t, ok
}

func (p *typeParser) channel(prefix string) (Type, bool) {
	t, ok := p.parse()
	return Chan(prefix, t), ok
}

func (p *typeParser) array() (Type, bool) {
	length, _, ok := strings.Cut(p.rest, "]")
	if !ok {
		return "", false
	}
	p.rest = p.rest[len(length)+1:]
	if length == "" {
		return p.elem("[]")
	}
	n, err := strconv.ParseUint(length, 10, 63)
	if err != nil {
		return "", false
	}
	return p.elem(Type(fmt.Sprintf("[%d]", n)))
}

// function parses what follows "func(".
func (p *typeParser) function() (Type, bool) {
	sig := &Signature{}
	if !p.list(&sig.Params, &sig.Variadic) {
		return "", false
	}
	p.blanks()
	switch {
	case p.rest == "" || strings.ContainsRune(",)]", rune(p.rest[0])):
	case p.skip("("):
		if !p.list(&sig.Results, nil) {
			return "", false
		}
	default:
		r, ok := p.parse()
		if !ok {
			return "", false
		}
		sig.Results = []Type{r}
	}
	return sig.Type(), true
}

// list parses types up to a closing parenthesis. Only where variadic is not nil may the
// last one be ...T.
func (p *typeParser) list(types *[]Type, variadic *bool) bool {
	if p.skip(")") {
		return true
	}
	for {
		dots := variadic != nil && p.skip("...")
		t, ok := p.parse()
		if !ok {
			return false
		}
		if dots {
			t, *variadic = "[]"+t, true
		}
		*types = append(*types, t)
		if p.skip(")") {
			return true
		}
		if dots || !p.skip(",") {
			return false
		}
	}
}

// named parses the name of a declared or predeclared type, with type arguments.
func (p *typeParser) named() (Type, bool) {
	p.blanks()
	end := strings.IndexAny(p.rest, "*[](), {}")
	if end < 0 {
		end = len(p.rest)
	}
	name := p.rest[:end]
	p.rest = p.rest[end:]
	if !strings.Contains(name, ".") {
		return predeclared(name)
	}
	if _, _, ok := cutLast(name); !ok {
		return "", false
	}
	if !strings.HasPrefix(p.rest, "[") {
		return Type(name), true
	}
	p.rest = p.rest[1:]
	var args []string
	for {
		t, ok := p.parse()
		if !ok {
			return "", false
		}
		args = append(args, string(t))
		if p.skip("]") {
			return Type(name + "[" + strings.Join(args, ",") + "]"), true
		}
		if !p.skip(",") {
			return "", false
		}
	}
}

// predeclared returns the canonical spelling of a predeclared type.
//
// Source: the Go specification, Predeclared identifiers.
func predeclared(name string) (Type, bool) {
	switch name {
	case "any":
		return AnyType, true
	case "byte":
		return "uint8", true
	case "rune":
		return "int32", true
	case "bool", "string", "error", "complex64", "complex128", "float32", "float64", "uintptr",
		"int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64":
		return Type(name), true
	}
	return "", false
}
