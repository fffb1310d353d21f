package instrument_test

// What the tests of this package declare aspects with: targets and hooks of every
// shape, and the lines of the declarations themselves.

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/hook"
)

// A store is a type with targets for hooks.
type store struct{ n int }

func (s *store) Get(ctx context.Context, key string) (string, error) { return key, ctx.Err() }
func (s *store) Move(from, to string) error                          { return fmt.Errorf("%s, %s", from, to) }
func (s *store) Len() int                                            { return s.n }
func (s store) Copy(name string) store                               { return s }

// A getter is an interface, whose methods have no bodies.
type getter interface{ Get(key string) string }

// Functions to weave into or to call.
func noResult(s string)               {}
func pair() (int, int)                { return 1, 2 }
func options(names ...string) string  { return strings.Join(names, "") }
func identity[T any](v T) T           { return v }
func unnamed(o struct{ Depth int })   {}
func unnamedLast(m getter) (o getter) { return m }

// A derived has methods that it does not declare, and two with a literal's name.
type derived struct{ base }
type base struct{ n int }

func (b *base) Open()        {}
func (d *derived) func1()    {}
func (d derived) func2()     {}
func (d derived) Value() int { return d.n }

// A named func type that has no spelling, and a function that takes it last.
type nameless func(struct{ A int })

func lastNameless(s string, f nameless) {}

// Hooks, good and bad, by what they take.
func hookNothing()                                                  {}
func hookString(s string)                                           {}
func hookStrings(a, b string)                                       {}
func hookInt(i int)                                                 {}
func hookAny(v any)                                                 {}
func hookFunc(f *hook.Func)                                         {}
func hookContext(ctx context.Context) context.Context               { return ctx }
func hookVariadic(s ...string)                                      {}
func hookGeneric[T any](v T)                                        {}
func hookUnnamed(o struct{ Depth int })                             {}
func hookCheck(s string) error                                      { return nil }
func hookAround(ctx context.Context) (context.Context, func(error)) { return ctx, nil }
func hookEither(from string, f *hook.Func) func()                   { return nil }
func hookExit() func(v string, err error) error                     { return nil }
func hookExitInt() func(i int)                                      { return nil }
func hookEnclose(ctx context.Context, body func() error) error      { return body() }
func hookStringOf(s string) string                                  { return s }
func hookLen(s *store) int                                          { return 0 }
func hookFuncs(f func(int), s string) (g func(int), h func())       { return f, nil }
func hookTextOf(s string) (int, error)                              { return 0, nil }
func hookNameless() nameless                                        { return nil }
func hookText() string                                              { return "" }

// lines returns the lines of the calling file that end in "// MARK name", by name.
// A declaration's mistakes must be at the line that made them, so the tests find
// that line in their own source.
func lines(t *testing.T) map[string]int {
	t.Helper()
	_, file, _, _ := runtime.Caller(1)
	src, err := os.ReadFile(filepath.Base(file))
	if err != nil {
		t.Fatal(err)
	}
	return marks(t, string(src))
}

// marks is lines for that source.
func marks(t *testing.T, src string) map[string]int {
	t.Helper()
	out := map[string]int{}
	for i, line := range strings.Split(src, "\n") {
		if _, name, ok := strings.Cut(line, "// MARK "); ok {
			if out[name] > 0 {
				t.Fatalf("two lines are marked %q", name)
			}
			out[name] = i + 1
		}
	}
	return out
}

// listed returns the line that lists the aspects for validate, for mistakes that have
// none of their own.
func listed(t *testing.T) string {
	t.Helper()
	return fmt.Sprintf("declared_test.go:%d: ", lines(t)["list"])
}

// validate returns the lines of Validate's error, with files cut to their names.
func validate(aspects ...*instrument.Aspect) []string {
	err := instrument.Validate(aspects...) // MARK list
	if err == nil {
		return nil
	}
	return inFiles(err.Error())
}

// inFiles returns the lines of text with the folders before their files cut off.
func inFiles(text string) []string {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		file, rest, ok := strings.Cut(line, ":")
		if ok {
			line = filepath.Base(file) + ":" + rest
		}
		out = append(out, line)
	}
	return out
}

// aspect returns an aspect of that name with those rules.
func aspect(name string, rules ...instrument.Rule) *instrument.Aspect {
	return &instrument.Aspect{Name: name, Doc: "a test's", Rules: rules}
}
