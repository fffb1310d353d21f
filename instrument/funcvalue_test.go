package instrument_test

// Which function a func value is: the name that a user gave it, however the
// compiler laid it out.

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/goweaver/weaver/instrument"
)

// Functions whose whole body is a call that the compiler inlines, so that their
// first instruction belongs to another function.
func now() time.Time                                { return time.Unix(0, 0) }
func sleep(d time.Duration)                         { time.Sleep(d) }
func seven() int                                    { return 7 }
func get() int                                      { return seven() }
func getOf() int                                    { return get() }
func deref(p *int) int                              { return *p }
func load(p *int) int                               { return deref(p) }
func half(p *float64) float64                       { return *p / 2 }
func scaled(p *float64) float64                     { return half(p) }
func empty()                                        {}
func callEmpty()                                    { empty() }
func add(a, b int) int                              { return a + b }
func plus(a, b int) int                             { return add(a, b) }
func prefixed(s string) bool                        { return strings.HasPrefix(s, "x") }
func background() context.Context                   { return context.Background() }
func contextOf(r *http.Request) context.Context     { return r.Context() }
func same(p *int) *int                              { return identity(p) }
func literal(p *int) int                            { return func() int { return *p }() }
func (s *store) Size() int                          { return s.Len() }
func (s store) Name() string                        { return join("a", "b") }
func join(a, b string) string                       { return a + b }
func (b *box[T]) Value() T                          { return b.v }
func (b box[T]) Copy() box[T]                       { return b }
func (f handler) Serve(w http.ResponseWriter) error { return f(w) }

type box[T any] struct{ v T }
type handler func(http.ResponseWriter) error

// lenOf is a variable: it names the function that it holds.
var lenOf = (*store).Len

func TestNameOfTarget(t *testing.T) {
	for _, tt := range []struct {
		target any
		want   string
	}{
		{http.Get, "net/http.Get"},
		{(*http.Server).Serve, "(*net/http.Server).Serve"},
		{http.HandlerFunc.ServeHTTP, "(net/http.HandlerFunc).ServeHTTP"},
		{time.Time.Unix, "(time.Time).Unix"},
		{time.Now, "time.Now"},
		{(*store).Get, "(*" + here + ".store).Get"},
		{store.Copy, "(" + here + ".store).Copy"},
		{handler.Serve, "(" + here + ".handler).Serve"},
		{(*derived).func1, "(*" + here + ".derived).func1"},
		{derived.func2, "(" + here + ".derived).func2"},
		{lenOf, "(*" + here + ".store).Len"},
		{identity[string], here + ".identity"},
		{identity[map[string][]http.Header], here + ".identity"},
		{(*box[int]).Value, "(*" + here + ".box).Value"},
		{box[http.Client].Copy, "(" + here + ".box).Copy"},
		{(*atomic.Pointer[http.Client]).Load, "(*sync/atomic.Pointer).Load"},

		{now, here + ".now"},
		{sleep, here + ".sleep"},
		{get, here + ".get"},
		{getOf, here + ".getOf"},
		{load, here + ".load"},
		{scaled, here + ".scaled"},
		{callEmpty, here + ".callEmpty"},
		{plus, here + ".plus"},
		{prefixed, here + ".prefixed"},
		{background, here + ".background"},
		{contextOf, here + ".contextOf"},
		{same, here + ".same"},
		{literal, here + ".literal"},
		{(*store).Size, "(*" + here + ".store).Size"},
		{store.Name, "(" + here + ".store).Name"},
	} {
		if got := describeRule(t, instrument.BodyOf(tt.target).Before(hookNothing)).Target.String(); got != tt.want {
			t.Errorf("a func value of %s is taken for %s", tt.want, got)
		}
	}
}

// A hook may be a call of another one, too.
func TestNameOfHook(t *testing.T) {
	for _, tt := range []struct {
		hook any
		want string
	}{
		{hookString, here + ".hookString"},
		{callEmpty, here + ".callEmpty"},
		{noResult, here + ".noResult"},
		{instrument.Named("gopkg.in/hooks.v2.Get"), "gopkg.in/hooks.v2.Get"},
	} {
		if got := describeRule(t, instrument.BodyOf(http.Get).Before(tt.hook)).Hook.String(); got != tt.want {
			t.Errorf("a func value of %s is taken for %s", tt.want, got)
		}
	}
}

// Literals where the compiler finds names for them in different ways.
var packageLiteral = func() {}

func (s *store) literal() func()         { return func() { s.n++ } }
func genericLiteral[T any](v *T) func(T) { return func(w T) { *v = w } }

// derivedLiteral has a literal that takes what looks like a receiver.
func derivedLiteral() func(derived) { return func(derived) {} }

func literals() map[string]any {
	out := map[string]any{
		"a package variable":    packageLiteral,
		"in a method":           new(store).literal(),
		"in a generic function": genericLiteral(new(string)),
		"in a literal":          func() func() { return func() {} }(),
		"in a composite":        []func(){func() {}}[0],
		"that takes a type":     func(s store) {},
		"named like a method":   derivedLiteral(),
	}
	func() {
		defer func() { out["in a deferred one"] = func() {} }()
	}()
	for range func(yield func() bool) { yield() } {
		out["in the body of a range over a function"] = func() {}
	}
	return out
}

func TestLiteralsHaveNoName(t *testing.T) {
	for where, v := range literals() {
		for what, r := range map[string]instrument.Rule{
			"target": instrument.BodyOf(v).Before(hookNothing),
			"hook":   instrument.BodyOf(http.Get).Before(v),
		} {
			got := validate(aspect("a", r))
			why := map[string]string{"target": " has no name to find it by", "hook": " has no name that woven code could call"}[what]
			if len(got) != 1 || !strings.Contains(got[0], ": a: the function literal ") || !strings.HasSuffix(got[0], why+"; declare a package-level function") {
				t.Errorf("a %s that is a literal %s: got %q, want one line that says so", what, where, got)
			}
		}
	}
}
