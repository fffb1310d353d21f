package rule

import (
	"fmt"
	"strings"
)

// What a rule is about that is no function: a type, a variable or constant, a package.

// Subject returns what a rule that names its target is about, as messages have it:
// http.Get, the field Handler of http.Server, the package net/http.
func (r *Rule) Subject() string {
	switch {
	case r.Point == Package:
		return "the package " + r.Target.Pkg
	case r.Point == Literal && r.Field != nil:
		return fmt.Sprintf("the field %s of %s", r.Field.Name, r.TypeName())
	case r.Point == Literal:
		return r.TypeName()
	}
	return r.Target.Short()
}

// TypeName returns the struct type of a rule on new structs as messages have it, with the
// arguments of an instance.
func (r *Rule) TypeName() string {
	if r.Type != "" {
		return Pretty(r.Type)
	}
	return r.Target.Short()
}

// ParseTypeName parses the name of a declared type, "import/path.T". The error says what
// is wrong and what to write.
func ParseTypeName(s string) (Func, error) {
	if strings.HasPrefix(s, "*") {
		return Func{}, fmt.Errorf("%q is a pointer; name the struct type itself, %q", s, s[1:])
	}
	return parseObject(s, "a type", "import/path.T")
}

// ParseVariable parses the name of a package-level variable or constant,
// "import/path.V".
func ParseVariable(s string) (Func, error) {
	return parseObject(s, "a variable", "import/path.V")
}

func parseObject(s, what, form string) (Func, error) {
	pkg, name, ok := cutLast(s)
	if !ok || endsInType(pkg) || name == "_" {
		return Func{}, fmt.Errorf("%q does not name %s of a package; write %q", s, what, form)
	}
	return Func{Pkg: pkg, Name: name}, nil
}

// ParsePackage checks an import path.
func ParsePackage(s string) error {
	if !isPath(s) {
		return fmt.Errorf("%q is no import path; write one, such as net/http", s)
	}
	return nil
}

// SymbolPackage returns the import path of the package that a symbol is in, or "" if
// its name does not tell.
func SymbolPackage(symbol string) string {
	start := strings.LastIndexByte(symbol, '/') + 1
	name, _, ok := strings.Cut(symbol[start:], ".") // a dot in the path is escaped
	if !ok {
		return ""
	}
	return UnescapeSymbol(symbol[:start] + name)
}
