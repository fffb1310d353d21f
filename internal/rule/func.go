package rule

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Func names a package-level function or a method.
type Func struct {
	Pkg  string `json:"pkg"`            // import path
	Recv string `json:"recv,omitempty"` // the receiver's type name, without pointer and type arguments
	Ptr  bool   `json:"ptr,omitempty"`  // the receiver is a pointer
	Name string `json:"name"`
}

// String returns f as users write it: path.Name, (path.T).Name or (*path.T).Name.
// A method of a predeclared type, which is in no package, is (error).Error.
func (f Func) String() string {
	pkg := f.Pkg + "."
	if f.Pkg == "" {
		pkg = ""
	}
	switch {
	case f.Recv == "":
		return pkg + f.Name
	case f.Ptr:
		return "(*" + pkg + f.Recv + ")." + f.Name
	}
	return "(" + pkg + f.Recv + ")." + f.Name
}

// Short returns f qualified by the last element of its path, for messages.
func (f Func) Short() string {
	f.Pkg = f.Pkg[strings.LastIndexByte(f.Pkg, '/')+1:]
	return f.String()
}

// Symbol returns the name that the linker knows f by.
// Methods are not supported: hooks are package-level functions.
func (f Func) Symbol() string { return SymbolPrefix(f.Pkg) + "." + f.Name }

// ParseFunc parses the form that [Func.String] returns. A receiver may have type
// arguments, which are dropped, and that of (error).Error has no path. The error says what is wrong and what to write.
func ParseFunc(s string) (Func, error) {
	bad := fmt.Errorf("%q does not name a function; write \"import/path.Func\", \"(import/path.T).Method\" or \"(*import/path.T).Method\"", s)
	if !strings.HasPrefix(s, "(") {
		pkg, name, ok := cutLast(s)
		if !ok {
			return Func{}, bad
		}
		if endsInType(pkg) {
			return Func{}, fmt.Errorf("%q does not name a function; write a method as \"(%s).%[3]s\" or \"(*%[2]s).%[3]s\"", s, pkg, name)
		}
		return Func{Pkg: pkg, Name: name}, nil
	}
	recv, name, ok := strings.Cut(s[1:], ").")
	if !ok || !isIdent(name) {
		return Func{}, bad
	}
	recv, ptr := strings.CutPrefix(recv, "*")
	if i := strings.IndexByte(recv, '['); i >= 0 {
		recv = recv[:i]
	}
	if recv == string(ErrorType) && !ptr && name == "Error" { // the one method without a package
		return Func{Recv: recv, Name: name}, nil
	}
	pkg, typ, ok := cutLast(recv)
	if !ok || endsInType(pkg) {
		return Func{}, bad
	}
	return Func{Pkg: pkg, Recv: typ, Ptr: ptr, Name: name}, nil
}

// cutLast splits path.Name at the dot before the name.
func cutLast(s string) (path, name string, ok bool) {
	i := strings.LastIndexByte(s, '.')
	if i <= 0 || !isPath(s[:i]) || !isIdent(s[i+1:]) {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}

// isPath reports whether s can be an import path, which a relative one is not.
//
// Source of the characters: the Go specification, Import declarations.
func isPath(s string) bool {
	for _, elem := range strings.Split(s, "/") {
		if elem == "" || elem == "." || elem == ".." {
			return false
		}
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsGraphic(r) || unicode.IsSpace(r) || strings.ContainsRune("!\"#$%&'()*,:;<=>?[\\]^`{|}\uFFFD", r)
	})
}

// endsInType reports whether what stands for an import path ends in the name of a
// type: path.Server, say. No package is called so.
func endsInType(path string) bool {
	name := path[strings.LastIndexAny(path, "./")+1:]
	r, _ := utf8.DecodeRuneInString(name)
	return len(name) < len(path) && path[len(path)-len(name)-1] == '.' && isIdent(name) && unicode.IsUpper(r)
}

func isIdent(s string) bool {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return s != ""
}

// SymbolPrefix returns the import path as it stands in symbol names: in its last
// element dots are escaped, and everywhere control characters, '%', '"' and bytes
// from 0x7F up.
//
// Source: PathToPrefix in cmd/internal/objabi/path.go of go1.26.
func SymbolPrefix(path string) string {
	slash := strings.LastIndexByte(path, '/')
	var b strings.Builder
	for i := range len(path) {
		c := path[i]
		if c <= ' ' || (c == '.' && i > slash) || c == '%' || c == '"' || c >= 0x7F {
			fmt.Fprintf(&b, "%%%02x", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// UnescapeSymbol undoes [SymbolPrefix] in a name of a symbol.
// A malformed escape stays as it is.
func UnescapeSymbol(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			hi, lo := unhex(s[i+1]), unhex(s[i+2])
			if hi >= 0 && lo >= 0 {
				b.WriteByte(byte(hi<<4 | lo))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}
