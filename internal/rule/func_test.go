package rule_test

// The spellings of a function: the one that users write, the short one of
// messages, and the linker's.

import (
	"strconv"
	"strings"
	"testing"

	"github.com/goweaver/weaver/internal/rule"
)

func TestParseFunc(t *testing.T) {
	for _, tt := range []struct {
		in    string
		want  rule.Func
		short string
	}{
		{"time.Now", rule.Func{Pkg: "time", Name: "Now"}, "time.Now"},
		{"main.main", rule.Func{Pkg: "main", Name: "main"}, "main.main"},
		{"net/http.Get", rule.Func{Pkg: "net/http", Name: "Get"}, "http.Get"},
		{"gopkg.in/yaml.v3.Marshal", rule.Func{Pkg: "gopkg.in/yaml.v3", Name: "Marshal"}, "yaml.v3.Marshal"},
		{"example.com/a_b/go-c.func1", rule.Func{Pkg: "example.com/a_b/go-c", Name: "func1"}, "go-c.func1"},
		{"example.com/Orders.Get", rule.Func{Pkg: "example.com/Orders", Name: "Get"}, "Orders.Get"},
		{"example.com/été.Où", rule.Func{Pkg: "example.com/été", Name: "Où"}, "été.Où"},
		{"(error).Error", rule.Func{Recv: "error", Name: "Error"}, "(error).Error"},
		{"(net/http.HandlerFunc).ServeHTTP",
			rule.Func{Pkg: "net/http", Recv: "HandlerFunc", Name: "ServeHTTP"}, "(http.HandlerFunc).ServeHTTP"},
		{"(*net/http.Server).Serve",
			rule.Func{Pkg: "net/http", Recv: "Server", Ptr: true, Name: "Serve"}, "(*http.Server).Serve"},
		{"(*gopkg.in/yaml.v3.Node).Decode",
			rule.Func{Pkg: "gopkg.in/yaml.v3", Recv: "Node", Ptr: true, Name: "Decode"}, "(*yaml.v3.Node).Decode"},
	} {
		got, err := rule.ParseFunc(tt.in)
		if err != nil || got != tt.want {
			t.Errorf("ParseFunc(%q) = %#v, %v; want %#v", tt.in, got, err, tt.want)
		}
		if s := got.String(); s != tt.in {
			t.Errorf("ParseFunc(%q).String() = %q", tt.in, s)
		}
		if s := got.Short(); s != tt.short {
			t.Errorf("ParseFunc(%q).Short() = %q, want %q", tt.in, s, tt.short)
		}
	}
}

func TestParseFuncDropsTypeParameters(t *testing.T) {
	want := rule.Func{Pkg: "sync/atomic", Recv: "Pointer", Ptr: true, Name: "Load"}
	for _, in := range []string{
		"(*sync/atomic.Pointer).Load",
		"(*sync/atomic.Pointer[T]).Load",
		"(*sync/atomic.Pointer[net/http.Server]).Load",
	} {
		if got, err := rule.ParseFunc(in); err != nil || got != want {
			t.Errorf("ParseFunc(%q) = %#v, %v; want %#v", in, got, err, want)
		}
	}
}

func TestParseFuncRefuses(t *testing.T) {
	const rest = ` does not name a function; write "import/path.Func", "(import/path.T).Method" or "(*import/path.T).Method"`
	for in, why := range map[string]string{
		"":                           "nothing",
		"Get":                        "no package",
		".Get":                       "an empty package",
		"net/http":                   "no name",
		"net/http.":                  "an empty name",
		"net/http/.Get":              "a package that ends in a slash",
		"net/http.1st":               "a name that starts with a digit",
		"net/http.Get()":             "a call",
		"net/http.Get ":              "a blank",
		"net /http.Get":              "a blank in the path",
		`"net/http".Get`:             "quotes",
		"net/http.Get[int]":          "type arguments of a function",
		"net/http.(*Server).Serve":   "the spelling of package runtime",
		"*net/http.Server.Serve)":    "a parenthesis that is not opened",
		"(*net/http.Server.Serve":    "a parenthesis that is not closed",
		"(*net/http.Server)Serve":    "no dot after the receiver",
		"(*net/http.Server).":        "no method",
		"(*net/http.Server).A.B":     "two methods",
		"(*Server).Serve":            "a receiver without a package",
		"(* net/http.Server).Serve":  "a blank after the star",
		"().Serve":                   "an empty receiver",
		"((net/http.Server)).Serve":  "two parentheses",
		"func() {}":                  "a function literal",
		"(*net/http.Server).Serve()": "a method call",
		"(**net/http.Server).Serve":  "two stars",
		"*net/http.Get":              "a star before a function",
		"net\nhttp.Get":              "a line break",
		"net/http.Get\n":             "a line break at the end",
		"./orders.Process":           "a relative path",
		"../orders.Process":          "a path of the folder above",
		"/orders.Process":            "an absolute path",
		"example.com//orders.Get":    "an element that is empty",
		`example.com\orders.Get`:     "a backslash",
		"(net/http.Server.Conn).Get": "two types",
	} {
		got, err := rule.ParseFunc(in)
		if err == nil {
			t.Errorf("%s: ParseFunc(%q) = %#v, want an error", why, in, got)
		} else if want := strconv.Quote(in) + rest; err.Error() != want {
			t.Errorf("%s:\n got %s\nwant %s", why, err, want)
		}
	}
}

func TestParseFuncWithoutParentheses(t *testing.T) {
	_, err := rule.ParseFunc("net/http.Server.Serve")
	const want = `"net/http.Server.Serve" does not name a function; write a method as "(net/http.Server).Serve" or "(*net/http.Server).Serve"`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestSymbol(t *testing.T) {
	for _, tt := range []struct{ pkg, prefix string }{
		{"time", "time"},
		{"net/http", "net/http"},
		{"example.com/hooks", "example.com/hooks"},
		{"gopkg.in/yaml.v3", "gopkg.in/yaml%2ev3"},
		{"example.com/a.b/c.d.e", "example.com/a.b/c%2ed%2ee"},
		{"example.com", "example%2ecom"},
		{"a%b", "a%25b"},
		{`a"b/c d`, "a%22b/c%20d"},
		{"a\x7fb", "a%7fb"},
		{"example.com/été", "example.com/%c3%a9t%c3%a9"},
		{"", ""},
	} {
		if got := rule.SymbolPrefix(tt.pkg); got != tt.prefix {
			t.Errorf("SymbolPrefix(%q) = %q, want %q", tt.pkg, got, tt.prefix)
		}
		if got := rule.UnescapeSymbol(tt.prefix); got != tt.pkg {
			t.Errorf("UnescapeSymbol(%q) = %q, want %q", tt.prefix, got, tt.pkg)
		}
		f := rule.Func{Pkg: tt.pkg, Name: "Été"}
		if got, want := f.Symbol(), tt.prefix+".Été"; got != want {
			t.Errorf("(%#v).Symbol() = %q, want %q", f, got, want)
		}
	}
}

func TestUnescapeSymbolKeepsMalformed(t *testing.T) {
	for _, s := range []string{"%", "a%", "a%2", "%2", "%zz", "%2g", "%2E", "%%%"} {
		if got := rule.UnescapeSymbol(s); got != s {
			t.Errorf("UnescapeSymbol(%q) = %q, want it unchanged", s, got)
		}
	}
	if got := rule.UnescapeSymbol("%%2e%2"); got != "%.%2" {
		t.Errorf("after a malformed escape the next one is not undone: got %q", got)
	}
}

// FuzzSymbolPrefix holds that no path is lost in a symbol, and that a symbol has
// the characters that the linker wants: nothing to escape, and no dot after the
// last slash.
func FuzzSymbolPrefix(f *testing.F) {
	for _, s := range []string{"", "net/http", "gopkg.in/yaml.v3", "a%2eb", "%", "é.\"\x00\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, path string) {
		prefix := rule.SymbolPrefix(path)
		if got := rule.UnescapeSymbol(prefix); got != path {
			t.Errorf("UnescapeSymbol(%q) = %q, want %q", prefix, got, path)
		}
		for _, c := range []byte(prefix) {
			if c <= ' ' || c == '"' || c >= 0x7F {
				t.Errorf("SymbolPrefix(%q) = %q has %q", path, prefix, c)
			}
		}
		if last := prefix[strings.LastIndexByte(prefix, '/')+1:]; strings.Contains(last, ".") {
			t.Errorf("SymbolPrefix(%q) = %q has a dot in its last element", path, prefix)
		}
	})
}

// FuzzParseFunc holds that parsing never panics, that String gives back what was
// parsed, type parameters of a receiver aside, and that its result parses to the
// same function.
func FuzzParseFunc(f *testing.F) {
	for _, s := range []string{
		"", "time.Now", "(net/http.HandlerFunc).ServeHTTP", "(*gopkg.in/yaml.v3.Node).Decode",
		"(*sync/atomic.Pointer[T]).Load", "(a[b.c).d", "(**a.b).c", ").(", "a.é", "a.\xff", "a\n.b",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := rule.ParseFunc(s)
		if err != nil {
			if got != (rule.Func{}) {
				t.Errorf("ParseFunc(%q) = %#v with the error %v", s, got, err)
			}
			return
		}
		if got.Pkg == "" || got.Name == "" || got.Ptr && got.Recv == "" {
			t.Errorf("ParseFunc(%q) = %#v, which is not whole", s, got)
		}
		canonical := got.String()
		if canonical != s && !(strings.HasPrefix(s, "(") && strings.Contains(s, "[")) {
			t.Errorf("ParseFunc(%q).String() = %q", s, canonical)
		}
		if again, err := rule.ParseFunc(canonical); err != nil || again != got {
			t.Errorf("ParseFunc(%q) = %#v, %v; want %#v, as from %q", canonical, again, err, got, s)
		}
	})
}
