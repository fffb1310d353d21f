package instrument_test

// How reflect's types are spelled in the data form. Package match spells go/types
// ones and package register those of a source: all three must agree.

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/hook"
	"github.com/goweaver/weaver/instrument/testdata/dotted.v3"
	"github.com/goweaver/weaver/internal/rule"
)

type couple[A, B any] struct {
	_ A
	_ B
}
type (
	alias    = http.Request
	listing  []http.Header
	callback func(string) error
)

const here = "github.com/goweaver/weaver/instrument_test"

// A spelling is a predicate with a type, and how the type is spelled.
type spelling struct {
	pred instrument.Predicate
	want rule.Type
}

func runSpellings(t *testing.T, spellings []spelling) {
	t.Helper()
	for _, tt := range spellings {
		got := describeRule(t, instrument.BodyWhere(tt.pred).Before(hookNothing)).Where[0].Type
		if got != tt.want {
			t.Errorf("spelled %s, want %s", got, tt.want)
		}
	}
}

func TestTypeString(t *testing.T) {
	runSpellings(t, []spelling{
		{instrument.ParamIs[string](0), "string"},
		{instrument.ParamIs[bool](0), "bool"},
		{instrument.ParamIs[uintptr](0), "uintptr"},
		{instrument.ParamIs[complex128](0), "complex128"},
		{instrument.ParamIs[byte](0), "uint8"},
		{instrument.ParamIs[rune](0), "int32"},
		{instrument.ParamIs[any](0), "interface{}"},
		{instrument.ParamIs[interface{}](0), "interface{}"},
		{instrument.ParamIs[error](0), "error"},
		{instrument.ParamIs[struct{}](0), "struct{}"},
		{instrument.ParamIs[unsafe.Pointer](0), "unsafe.Pointer"},

		{instrument.ParamIs[context.Context](0), "context.Context"},
		{instrument.ParamIs[http.Request](0), "net/http.Request"},
		{instrument.ParamIs[*http.Request](0), "*net/http.Request"},
		{instrument.ParamIs[**http.Request](0), "**net/http.Request"},
		{instrument.ParamIs[*alias](0), "*net/http.Request"},
		{instrument.ParamIs[listing](0), here + ".listing"},
		{instrument.ParamIs[callback](0), here + ".callback"},
		{instrument.ParamIs[*hook.Func](0), rule.HookFuncType},
	})
}

func TestTypeStringOfComposites(t *testing.T) {
	runSpellings(t, []spelling{
		{instrument.ParamIs[[]byte](0), "[]uint8"},
		{instrument.ParamIs[[]any](0), "[]interface{}"},
		{instrument.ParamIs[[][]*url.URL](0), "[][]*net/url.URL"},
		{instrument.ParamIs[[4]rune](0), "[4]int32"},
		{instrument.ParamIs[[0][2]http.Header](0), "[0][2]net/http.Header"},
		{instrument.ParamIs[map[string]any](0), "map[string]interface{}"},
		{instrument.ParamIs[map[url.URL]map[byte]error](0), "map[net/url.URL]map[uint8]error"},
		{instrument.ParamIs[map[string]struct{}](0), "map[string]struct{}"},

		{instrument.ParamIs[chan int](0), "chan int"},
		{instrument.ParamIs[<-chan *url.URL](0), "<-chan *net/url.URL"},
		{instrument.ParamIs[chan<- []byte](0), "chan<- []uint8"},
		{instrument.ParamIs[chan<- chan int](0), "chan<- chan int"},
		{instrument.ParamIs[<-chan <-chan int](0), "<-chan <-chan int"},
		{instrument.ParamIs[chan (<-chan int)](0), "chan (<-chan int)"},
		{instrument.ParamIs[chan chan<- int](0), "chan chan<- int"},

		{instrument.ParamIs[func()](0), "func()"},
		{instrument.ParamIs[func(a, b string, c int) error](0), "func(string, string, int) error"},
		{instrument.ParamIs[func(...string)](0), "func(...string)"},
		{instrument.ParamIs[func([]string)](0), "func([]string)"},
		{instrument.ParamIs[func(int, ...[]byte) (n int, err error)](0), "func(int, ...[]uint8) (int, error)"},
		{instrument.ParamIs[func(func(*url.URL) error) func() (any, bool)](0), "func(func(*net/url.URL) error) func() (interface{}, bool)"},
		{instrument.ParamIs[func(http.ResponseWriter, *http.Request)](0), "func(net/http.ResponseWriter, *net/http.Request)"},
	})
}

func TestTypeStringOfInstances(t *testing.T) {
	runSpellings(t, []spelling{
		{instrument.ParamIs[box[int]](0), here + ".box[int]"},
		{instrument.ParamIs[*couple[string, *http.Request]](0), "*" + here + ".couple[string,*net/http.Request]"},
		{instrument.ParamIs[couple[[]byte, map[rune]url.URL]](0), here + ".couple[[]uint8,map[int32]net/url.URL]"},
		{instrument.ParamIs[couple[box[url.URL], box[box[error]]]](0),
			here + ".couple[" + here + ".box[net/url.URL]," + here + ".box[" + here + ".box[error]]]"},
		{instrument.ParamIs[*atomic.Pointer[http.Server]](0), "*sync/atomic.Pointer[net/http.Server]"},
		{instrument.ParamIs[box[func(int, ...string) (io.Reader, error)]](0), here + ".box[func(int, ...string) (io.Reader, error)]"},
		{instrument.ParamIs[box[<-chan int]](0), here + ".box[<-chan int]"},
		{instrument.ParamIs[box[chan (<-chan int)]](0), here + ".box[chan (<-chan int)]"},
		{instrument.ParamIs[box[any]](0), here + ".box[interface{}]"},
		{instrument.ParamIs[box[struct{}]](0), here + ".box[struct{}]"},
		{instrument.ParamIs[box[map[string]any]](0), here + ".box[map[string]interface{}]"},
		{instrument.ParamIs[box[func(any, ...any) struct{}]](0), here + ".box[func(interface{}, ...interface{}) struct{}]"},
		{instrument.ParamIs[couple[any, box[any]]](0), here + ".couple[interface{}," + here + ".box[interface{}]]"},
		{instrument.ParamIs[box[dotted.Node]](0), here + ".box[github.com/goweaver/weaver/instrument/testdata/dotted.v3.Node]"},
		{instrument.ParamIs[dotted.Node](0), "github.com/goweaver/weaver/instrument/testdata/dotted.v3.Node"},
	})
}

func TestTypeStringRefuses(t *testing.T) {
	type local struct{}
	type localBox[T any] struct{}
	const (
		noName  = " has no name; declare one for it and use that"
		noArg   = " has an argument without a name; declare one for it and use that"
		isLocal = " has one in it that is declared in a function, and that no other function can name; use one declared in a package"
	)
	for _, tt := range []struct {
		pred instrument.Predicate
		typ  string
		why  string
	}{
		{instrument.ParamIs[struct{ A int }](0), "struct { A int }", noName},
		{instrument.ParamIs[*struct{ A int }](0), "struct { A int }", noName},
		{instrument.ParamIs[[]struct{ A int }](0), "struct { A int }", noName},
		{instrument.ParamIs[[2]struct{ A int }](0), "struct { A int }", noName},
		{instrument.ParamIs[map[struct{ A int }]string](0), "struct { A int }", noName},
		{instrument.ParamIs[map[string]struct{ A int }](0), "struct { A int }", noName},
		{instrument.ParamIs[chan struct{ A int }](0), "struct { A int }", noName},
		{instrument.ParamIs[func(int, struct{ A int })](0), "struct { A int }", noName},
		{instrument.ParamIs[func() (struct{ A int }, error)](0), "struct { A int }", noName},
		{instrument.ParamIs[interface{ Close() error }](0), "interface{ Close() error }", noName},
		{instrument.ParamIs[*interface{ Close() error }](0), "interface{ Close() error }", noName},
		{instrument.ParamIs[box[struct{ A int }]](0), "instrument_test.box[struct { A int }]", noArg},
		{instrument.ParamIs[[]couple[int, interface{ A() }]](0), "instrument_test.couple[int,interface{ A() }]", noArg},
		{instrument.ParamIs[local](0), "instrument_test.local", isLocal},
		{instrument.ResultIs[map[string]*local](0), "map[string]*instrument_test.local", isLocal},
		{instrument.ParamIs[localBox[int]](0), "instrument_test.localBox[int]", isLocal},
		{instrument.ParamIs[box[local]](0), "instrument_test.box[github.com/goweaver/weaver/instrument_test.local·1]", isLocal},
	} {
		got := validate(aspect("a", instrument.BodyWhere(tt.pred).Before(hookNothing)))
		if want := ": a: the type " + tt.typ + tt.why; len(got) != 1 || !strings.HasSuffix(got[0], want) {
			t.Errorf("got %q, want one line that ends in %q", got, want)
		}
	}
}
