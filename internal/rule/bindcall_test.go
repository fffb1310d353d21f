package rule_test

// The advices on a call, and how signatures and types are spelled in messages.

import (
	"testing"

	"github.com/goweaver/weaver/internal/rule"
)

const (
	do   = "func(*net/http.Client, *net/http.Request) (*net/http.Response, error)"
	dial = "func(string, ...google.golang.org/grpc.DialOption) (*google.golang.org/grpc.ClientConn, error)"
)

// A callCase holds one hook against one target of a call.
type callCase struct {
	claim  string
	advice rule.Kind
	target string
	hook   string
	err    string // whole; empty where the hook fits
}

func runCalls(t *testing.T, cases []callCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.claim, func(t *testing.T) {
			got := ""
			if err := rule.BindCall(tt.advice, "hooks.H", signature(t, tt.hook), "pkg.F", signature(t, tt.target)); err != nil {
				got = err.Error()
			}
			if got != tt.err {
				t.Errorf("error\n got %s\nwant %s", got, tt.err)
			}
		})
	}
}

func TestBindReplace(t *testing.T) {
	runCalls(t, []callCase{
		{"the same signature replaces", rule.Replace, do, do, ""},
		{"the same variadic signature replaces", rule.Replace, dial, dial, ""},
		{"another parameter does not replace", rule.Replace, "func(string) int", "func(int) int",
			"hooks.H is func(int) int, but pkg.F is func(string) int; give it the same signature"},
		{"another result does not replace", rule.Replace, do, "func(*net/http.Client, *net/http.Request) *net/http.Response",
			"hooks.H is func(*http.Client, *http.Request) *http.Response, but pkg.F is func(*http.Client, *http.Request) (*http.Response, error); give it the same signature"},
		{"a slice does not replace variadic arguments", rule.Replace, "func(...string)", "func([]string)",
			"hooks.H is func([]string), but pkg.F is func(...string); give it the same signature"},
		{"a hook.Func does not fit a replacement", rule.Replace, "func()", "func(*hook.Func)",
			"hooks.H is func(*hook.Func), but pkg.F is func(); give it the same signature"},
	})
}

func TestBindWrap(t *testing.T) {
	runCalls(t, []callCase{
		{"one result is wrapped", rule.Wrap, "func(string) int", "func(int) int", ""},
		{"all results are wrapped", rule.Wrap, do, "func(*net/http.Response, error) (*net/http.Response, error)", ""},
		{"a wrapper may take a hook.Func", rule.Wrap, "func(string) int", "func(int, *hook.Func) int", ""},
		{"no result can not be wrapped", rule.Wrap, "func(string)", "func(string) string",
			"pkg.F returns nothing that hooks.H could wrap; use Replace, or choose another target"},
		{"a part of the results can not be wrapped", rule.Wrap, do, "func(*net/http.Response) *net/http.Response",
			"hooks.H is func(*http.Response) *http.Response, but wraps the results of pkg.F; make it func(*http.Response, error) (*http.Response, error)"},
		{"a wrapper returns what it is given", rule.Wrap, "func() int", "func(int) string",
			"hooks.H is func(int) string, but wraps the results of pkg.F; make it func(int) int"},
		{"a wrapper is not given the arguments", rule.Wrap, "func(string) int", "func(string, int) int",
			"hooks.H is func(string, int) int, but wraps the results of pkg.F; make it func(int) int"},
	})
}

func TestBindAppend(t *testing.T) {
	runCalls(t, []callCase{
		{"one value is appended", rule.Append, dial, "func() google.golang.org/grpc.DialOption", ""},
		{"a slice is appended", rule.Append, dial, "func() []google.golang.org/grpc.DialOption", ""},
		{"what is appended may depend on a hook.Func", rule.Append, dial, "func(*hook.Func) google.golang.org/grpc.DialOption", ""},
		{"an element that is a slice", rule.Append, "func(...[]uint8)", "func() []uint8", ""},
		{"nothing to append to", rule.Append, "func([]string)", "func() string",
			"pkg.F is not variadic, so nothing can be appended to its arguments; use Replace or Wrap"},
		{"no parameter either", rule.Append, "func()", "func() string",
			"pkg.F is not variadic, so nothing can be appended to its arguments; use Replace or Wrap"},
		{"another type is not appended", rule.Append, dial, "func() string",
			"hooks.H is func() string, but appends to the ...grpc.DialOption of pkg.F; make it func() grpc.DialOption or func() []grpc.DialOption"},
		{"nothing is not appended", rule.Append, "func(...any)", "func()",
			"hooks.H is func(), but appends to the ...any of pkg.F; make it func() any or func() []any"},
		{"two values are not appended", rule.Append, "func(...any)", "func() (any, any)",
			"hooks.H is func() (any, any), but appends to the ...any of pkg.F; make it func() any or func() []any"},
		{"an appending hook is given nothing", rule.Append, "func(string, ...any)", "func(string) any",
			"hooks.H is func(string) any, but appends to the ...any of pkg.F; make it func() any or func() []any"},
	})
}

func TestSignatureString(t *testing.T) {
	for _, tt := range []struct{ typ, want string }{
		{"func()", "func()"},
		{"func(int32, *hook.Func) error", "func(int32, *hook.Func) error"},
		{"func(context.Context, string) (context.Context, func(error))", "func(context.Context, string) (context.Context, func(error))"},
		{"func(...any)", "func(...any)"},
		{"func([]string, ...net/http.Header) bool", "func([]string, ...http.Header) bool"},
		{"func(...[]uint8)", "func(...[]uint8)"},
		{"func(...map[string][]string)", "func(...map[string][]string)"},
		{"func(func(...string), ...[]any)", "func(func(...string), ...[]any)"},
	} {
		if got := signature(t, tt.typ).String(); got != tt.want {
			t.Errorf("the signature of %s is shown as %s, want %s", tt.typ, got, tt.want)
		}
	}
}

func TestTakesFunc(t *testing.T) {
	for typ, want := range map[string]bool{
		"func()":                    false,
		"func(*hook.Func)":          true,
		"func(string, *hook.Func)":  true,
		"func() *hook.Func":         false,
		"func(func(*hook.Func))":    false,
		"func([]*hook.Func, error)": false,
	} {
		if got := signature(t, typ).TakesFunc(); got != want {
			t.Errorf("%s takes a hook.Func: %v, want %v", typ, got, want)
		}
	}
}

func TestPretty(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"string", "string"},
		{"error", "error"},
		{"interface{}", "any"},
		{"[]interface{}", "[]any"},
		{"net/http.Header", "http.Header"},
		{"*net/http.Request", "*http.Request"},
		{"**net/http.Request", "**http.Request"},
		{"[]*github.com/a/b.T", "[]*b.T"},
		{"[4]net/http.Header", "[4]http.Header"},
		{"map[net/url.URL]*net/http.Request", "map[url.URL]*http.Request"},
		{"chan net/url.URL", "chan url.URL"},
		{"chan<- net/url.URL", "chan<- url.URL"},
		{"<-chan *net/url.URL", "<-chan *url.URL"},
		{"func(net/url.URL, *net/http.Request) (net/http.Header, error)", "func(url.URL, *http.Request) (http.Header, error)"},
		{"example.com/a.Pair[net/url.URL,*net/http.Request]", "a.Pair[url.URL,*http.Request]"},
		{"example.com/a.Pair[string,example.com/b.Box[net/url.URL]]", "a.Pair[string,b.Box[url.URL]]"},
		{"gopkg.in/yaml.v3.Node", "yaml.v3.Node"},
		{"struct{}", "struct{}"},
		{"func(...net/http.Header)", "func(...http.Header)"},
		{"func(string, ...*example.com/a.T) error", "func(string, ...*a.T) error"},
		{"func(...func(...net/http.Header))", "func(...func(...http.Header))"},
		{"chan (<-chan net/url.URL)", "chan (<-chan url.URL)"},
	} {
		if got := rule.Pretty(rule.Type(tt.in)); got != tt.want {
			t.Errorf("Pretty(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestPattern(t *testing.T) {
	f := &rule.Func{Pkg: "time", Name: "Now"}
	for _, tt := range []struct {
		rule rule.Rule
		want bool
	}{
		{rule.Rule{Point: rule.Body, Target: f}, false},
		{rule.Rule{Point: rule.Body, Where: []rule.Pred{{Kind: "exported"}}}, true},
		{rule.Rule{Point: rule.Call, Target: f}, true},
	} {
		if got := tt.rule.Pattern(); got != tt.want {
			t.Errorf("%#v is a pattern: %v, want %v", tt.rule, got, tt.want)
		}
	}
}

func TestChan(t *testing.T) {
	for _, tt := range []struct {
		prefix     string
		elem, want rule.Type
	}{
		{"chan ", "int", "chan int"},
		{"chan ", "chan<- int", "chan chan<- int"},
		{"chan ", "<-chan int", "chan (<-chan int)"},
		{"chan<- ", "<-chan int", "chan<- <-chan int"},
		{"<-chan ", "<-chan int", "<-chan <-chan int"},
	} {
		if got := rule.Chan(tt.prefix, tt.elem); got != tt.want {
			t.Errorf("a %sof %s is spelled %s, want %s", tt.prefix, tt.elem, got, tt.want)
		}
	}
}
