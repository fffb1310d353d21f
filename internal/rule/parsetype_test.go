package rule_test

import (
	"testing"

	"github.com/goweaver/weaver/internal/rule"
)

func TestParseType(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want rule.Type // "" where it is refused
	}{
		{"string", "string"},
		{"any", "interface{}"},
		{"byte", "uint8"},
		{"[]rune", "[]int32"},
		{"net/http.Request", "net/http.Request"},
		{"*net/http.Request", "*net/http.Request"},
		{"gopkg.in/yaml.v3.Node", "gopkg.in/yaml.v3.Node"},
		{"unsafe.Pointer", "unsafe.Pointer"},
		{"main.order", "main.order"},
		{"[4]*a/b-c.T", "[4]*a/b-c.T"},
		{"[04]int", "[4]int"},
		{"map[string][]byte", "map[string][]uint8"},
		{"map[a.K]map[int]b.V", "map[a.K]map[int]b.V"},
		{"chan int", "chan int"},
		{"chan (<-chan int)", "chan (<-chan int)"},
		{"<-chan struct{}", "<-chan struct{}"},
		{"chan<- interface{}", "chan<- interface{}"},
		{"func()", "func()"},
		{"func( context.Context , ...any ) error", "func(context.Context, ...interface{}) error"},
		{"func(func(int), string) (int, error)", "func(func(int), string) (int, error)"},
		{"func() (error)", "func() error"},
		{"func() func() bool", "func() func() bool"},
		{"a/b.Pair[any, *net/http.Request]", "a/b.Pair[interface{},*net/http.Request]"},
		{"a.G[a.G[int]]", "a.G[a.G[int]]"},
		{"(int)", "int"},
		{"", ""},
		{"Request", ""},
		{"http/Request", ""},
		{"*", ""},
		{"[]", ""},
		{"[n]int", ""},
		{"map[string]", ""},
		{"map[string int", ""},
		{"func(...int, string)", ""},
		{"func() (int", ""},
		{"func() (...int)", ""},
		{"a.T b.U", ""},
		{"a.T[", ""},
		{"a.T[int", ""},
		{"a.T[]", ""},
		{"struct{ A int }", ""},
		{"./a.T", ""},
		{"a b.T", ""},
	} {
		got, err := rule.ParseType(tt.in)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("ParseType(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
		}
		if err != nil {
			continue
		}
		if again, err := rule.ParseType(string(got)); err != nil || again != got {
			t.Errorf("ParseType(%q) = %q, %v; a canonical spelling stays", got, again, err)
		}
	}
}
