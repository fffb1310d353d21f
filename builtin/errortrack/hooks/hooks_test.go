package hooks

// Functions as they are woven: a hook at the start, and a deferred adapter that calls what it
// returns.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/goweaver/weaver/builtin/errortrack/reporter"
	"github.com/goweaver/weaver/instrument/hook"
)

func exit(end func(error), err *error) {
	if end != nil {
		end(*err)
	}
}

var described sync.Map

// self returns the description of the function that calls it.
func self() *hook.Func {
	var pcs [1]uintptr
	runtime.Callers(2, pcs[:])
	f := runtime.FuncForPC(pcs[0] - 1)
	if d, ok := described.Load(f.Entry()); ok {
		return d.(*hook.Func)
	}
	file, line := f.FileLine(f.Entry())
	path := packageOf(f.Name())
	d, _ := described.LoadOrStore(f.Entry(), &hook.Func{Package: path, Name: strings.TrimPrefix(f.Name(), path+"."), File: file, Line: line})
	return d.(*hook.Func)
}

// low runs f in a woven function, as the next ones do.
//
//go:noinline
func low(f func() error) (err error) {
	defer exit(Plain(self()), &err)
	return f()
}

//go:noinline
func other(f func() error) (err error) {
	defer exit(Plain(self()), &err)
	return f()
}

//go:noinline
func mid(ctx context.Context, f func() error) (err error) {
	defer exit(Ctx(ctx, self()), &err)
	return f()
}

//go:noinline
func top(f func() error) (err error) {
	defer exit(Plain(self()), &err)
	return f()
}

// none is a function of a main module that can not return an error.
//
//go:noinline
func none(f func() error) { _ = f() }

// reports has errors be collected until the test ends, when nothing may be left of them.
func reports(t *testing.T) func() []reporter.Error {
	var mu sync.Mutex
	var all []reporter.Error
	reporter.Set(func(_ context.Context, e reporter.Error) { mu.Lock(); defer mu.Unlock(); all = append(all, e) })
	t.Cleanup(func() {
		reporter.Set(nil)
		sites.Range(func(_, v any) bool {
			if s := v.(*site); s.awaited.Load() != 0 || len(s.waiting) != 0 {
				t.Errorf("%s: %d errors are waiting, %v", s.name, s.awaited.Load(), s.waiting)
			}
			return true
		})
	})
	return func() []reporter.Error {
		mu.Lock()
		defer mu.Unlock()
		out := all
		all = nil
		return out
	}
}

// told checks what was reported: for each error its text, and behind a blank the first function.
func told(t *testing.T, claim string, got []reporter.Error, want ...string) {
	t.Helper()
	var texts []string
	for _, e := range got {
		texts = append(texts, e.Err.Error()+" "+e.Function[strings.LastIndexByte(e.Function, '.')+1:])
		if len(e.Stack) == 0 || e.Stack[0].Function != e.Function || !strings.HasSuffix(e.Stack[0].File, "_test.go") {
			t.Errorf("%s: the stack of %s is %v", claim, e.Function, e.Stack)
		}
	}
	if !reflect.DeepEqual(texts, want) {
		t.Errorf("%s: %q, want %q", claim, texts, want)
	}
}

// uncomparable is an error that == panics for.
type uncomparable struct{ parts []string }

func (u uncomparable) Error() string { return "uncomparable" }

type code int

func (c code) Error() string { return fmt.Sprint("code ", int(c)) }

// cyclic is its own cause.
type cyclic struct{ next error }

func (c *cyclic) Error() string { return "cyclic" }
func (c *cyclic) Unwrap() error { return c.next }

// An error has the stack of the first function that it left, and is told of once, where it
// leaves the last; whoever calls gets the value that was returned.
func TestWay(t *testing.T) {
	got := reports(t)
	first, second := errors.New("first"), errors.New("second")
	wrap := func(err error) error { return fmt.Errorf("more: %w", err) }
	circle := &cyclic{}
	circle.next = circle
	for claim, tt := range map[string]struct {
		f    func() error
		want []string
	}{
		"no error":  {func() error { return top(func() error { return low(func() error { return nil }) }) }, nil},
		"passed up": {func() error { return top(func() error { return low(func() error { return first }) }) }, []string{"first low"}},
		"wrapped":   {func() error { return top(func() error { return wrap(low(func() error { return first })) }) }, []string{"more: first low"}},
		"wrapped twice": {func() error {
			return top(func() error {
				return wrap(mid(t.Context(), func() error { return wrap(low(func() error { return first })) }))
			})
		}, []string{"more: more: first low"}},
		"unwrapped": {func() error {
			return top(func() error { return errors.Unwrap(low(func() error { return wrap(first) })) })
		}, []string{"first low"}},
		"joined: the first stack": {func() error {
			return top(func() error {
				return errors.Join(low(func() error { return first }), other(func() error { return second }))
			})
		}, []string{"first\nsecond low"}},
		"the second of two": {func() error {
			return top(func() error { _ = low(func() error { return first }); return other(func() error { return second }) })
		}, []string{"second other"}},
		"one for all, once handled": {func() error {
			return top(func() error { _ = low(func() error { return io.EOF }); return other(func() error { return io.EOF }) })
		}, []string{"EOF other"}},
		"handled":             {func() error { return top(func() error { _ = low(func() error { return first }); return nil }) }, nil},
		"another one instead": {func() error { return top(func() error { _ = low(func() error { return first }); return second }) }, []string{"second top"}},
		"handled, and once more": {func() error {
			return top(func() error {
				_ = mid(t.Context(), func() error { _ = low(func() error { return io.EOF }); return nil })
				return other(func() error { return io.EOF })
			})
		}, []string{"EOF other"}},
		"through a library": {func() error {
			return top(func() error {
				var err error
				new(sync.Once).Do(func() { err = low(func() error { return first }) })
				return err
			})
		}, []string{"first low"}},
		"where a function can not pass it on": {func() error {
			return top(func() error { none(func() error { return low(func() error { return first }) }); return nil })
		}, []string{"first low"}},
		"and told once where it is kept": {func() error {
			return top(func() error {
				var kept error
				none(func() error { kept = low(func() error { return first }); return nil })
				return kept
			})
		}, []string{"first low"}},
		"in a recursion": {func() error {
			return top(func() error {
				err := low(func() error { return first })
				_ = top(func() error { return nil })
				_ = top(func() error { _ = other(func() error { return first }); return nil })
				return err
			})
		}, []string{"first low"}},
		"one that can not be compared": {func() error {
			return top(func() error { return wrap(low(func() error { return uncomparable{[]string{"x"}} })) })
		}, []string{"more: uncomparable low"}},
		"two that can not be compared": {func() error {
			return top(func() error {
				_ = low(func() error { return uncomparable{[]string{"x"}} })
				return uncomparable{[]string{"x"}}
			})
		}, []string{"uncomparable top"}},
		"a value": {func() error {
			return top(func() error {
				var c code
				if !errors.As(low(func() error { return wrap(code(7)) }), &c) {
					return nil
				}
				return c
			})
		}, []string{"code 7 low"}},
		"one that is its own cause": {func() error { return top(func() error { return low(func() error { return circle }) }) }, []string{"cyclic low"}},
		"context.Canceled":          {func() error { return top(func() error { return wrap(context.Canceled) }) }, nil},
	} {
		_ = tt.f()
		told(t, claim, got(), tt.want...)
	}
	if err := top(func() error { return low(func() error { return first }) }); err != first { //nolint:errorlint // the very value
		t.Errorf("%v is returned", err)
	}
}

// The stack begins with the line that returned the error, and has the callers.
func TestStack(t *testing.T) {
	got := reports(t)
	_ = top(func() error { return mid(t.Context(), func() error { return low(func() error { return io.EOF }) }) })
	all := got()
	told(t, "a stack", all, "EOF low")
	names := ""
	for _, f := range all[0].Stack {
		names += f.Function[strings.LastIndexByte(f.Function, '/')+1:] + " "
	}
	const want = "hooks.low hooks.TestStack.func1.1 hooks.mid hooks.TestStack.func1 hooks.top hooks.TestStack testing.tRunner runtime.goexit "
	if names != want {
		t.Errorf("%s\nwant %s", names, want)
	}
	if text := all[0].String(); !strings.HasPrefix(text, all[0].Function+"(...)\n\t"+all[0].Stack[0].File+":") {
		t.Errorf("%s", text)
	}
}

type key struct{}

// The report has the context of the first function on the way that takes one.
func TestContext(t *testing.T) {
	reports(t)
	var got []any
	reporter.Set(func(ctx context.Context, _ reporter.Error) { got = append(got, ctx.Value(key{})) })
	inner, outer := context.WithValue(t.Context(), key{}, "inner"), context.WithValue(t.Context(), key{}, "outer")
	_ = mid(outer, func() error { return mid(inner, func() error { return low(func() error { return io.EOF }) }) })
	_ = low(func() error { return io.EOF })
	_ = mid(nil, func() error { return io.EOF }) //nolint:staticcheck // what a program may do
	if fmt.Sprint(got) != "[inner <nil> <nil>]" {
		t.Errorf("%v", got)
	}
}

// A function that panics or ends its goroutine returns no error, whatever its result had been
// set to, and what waits for it is forgotten.
func TestOtherEnds(t *testing.T) {
	got := reports(t)
	failing := func(end func()) (err error) {
		defer exit(Plain(self()), &err)
		err = low(func() error { return io.EOF })
		end()
		return err
	}
	func() {
		defer func() { _ = recover() }()
		_ = failing(func() { panic("x") })
	}()
	var wg sync.WaitGroup
	wg.Go(func() { _ = failing(runtime.Goexit) })
	wg.Wait()
	told(t, "a panic and Goexit", got())
	recovering := func() (err error) {
		defer exit(Plain(self()), &err)
		defer func() { err = fmt.Errorf("recovered: %v", recover()) }()
		panic("x")
	}
	_ = recovering()
	if all := got(); len(all) != 1 || all[0].Err.Error() != "recovered: x" {
		t.Errorf("%v", all)
	}
}

// One error for all is told from itself: each goroutine's has its own way.
func TestConcurrent(t *testing.T) {
	got := reports(t)
	const n = 200
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			_ = top(func() error {
				way := low
				if i%2 == 1 {
					way = other
				}
				err := way(func() error { return io.EOF })
				runtime.Gosched()
				return fmt.Errorf("%s: %w", []string{"low", "other"}[i%2], err)
			})
		})
	}
	wg.Wait()
	all := got()
	for _, e := range all {
		if want := strings.TrimSuffix(e.Err.Error(), ": EOF"); !strings.HasSuffix(e.Function, "."+want) || e.Function != e.Stack[0].Function {
			t.Errorf("%v: %s", e.Err, e.Function)
		}
	}
	if len(all) != n {
		t.Errorf("%d errors", len(all))
	}
}

// A call that never ends, and handles what goes wrong in it, keeps a few of its errors.
func TestNoLeak(t *testing.T) {
	got := reports(t)
	_ = top(func() error {
		var last error
		for i := range 1000 {
			last = low(func() error { return fmt.Errorf("%d", i) })
		}
		v, _ := byName.Load(packageOf("github.com/goweaver/weaver/builtin/errortrack/hooks.x") + ".top")
		if n := v.(*site).awaited.Load(); n != most {
			t.Errorf("%d errors are waiting", n)
		}
		return last
	})
	told(t, "the last error", got(), "999 low")
}

// What the reporter itself calls is not reported, and Ignore says what else is not.
func TestReporter(t *testing.T) {
	reports(t)
	n := 0
	reporter.Set(func(context.Context, reporter.Error) { n++; _ = top(func() error { return io.EOF }) })
	_ = top(func() error { return io.EOF })
	if n != 1 {
		t.Errorf("%d reports", n)
	}
	defer reporter.Ignore(nil)
	reporter.Ignore(func(err error) bool { return errors.Is(err, io.EOF) })
	got := reports(t)
	_ = top(func() error { return fmt.Errorf("x: %w", io.EOF) })
	_ = top(func() error { return context.Canceled })
	told(t, "another judge", got(), "context canceled top")
	reporter.Ignore(nil)
	_ = top(func() error { return context.Canceled })
	_ = top(func() error { return io.EOF })
	told(t, "the default again", got(), "EOF top")
	reporter.Set(nil)
	_ = top(func() error { return io.EOF })
	told(t, "nobody", got())
}

func TestNames(t *testing.T) {
	for name, want := range map[string]struct {
		path    string
		literal bool
	}{
		"main.main":                              {"main", false},
		"main.main.func1":                        {"main", true},
		"main.func1":                             {"main", false},
		"example.com/a.b/c.(*T).M":               {"example.com/a.b/c", false},
		"example.com/a.b/c.(*T).M.func2.1":       {"example.com/a.b/c", true},
		"example.com/a.F[...]":                   {"example.com/a", false},
		"example.com/a.F[...].func1":             {"example.com/a", true},
		"example.com/a.F-range1":                 {"example.com/a", true},
		"example.com/a.(*T).weaver_body1_M":      {"example.com/a", true},
		"example.com/weaver_a.M":                 {"example.com/weaver_a", false},
		"example.com/yaml%2ev3.(*T[...]).M":      {"example.com/yaml%2ev3", false},
		"example.com/a.(*T).M.Call.func1":        {"example.com/a", true},
		"example.com/a.(*T[go.shape.int]).funcs": {"example.com/a", false},
	} {
		if got := packageOf(name); got != want.path {
			t.Errorf("%s is in %s", name, got)
		}
		if got := isLiteral(name); got != want.literal {
			t.Errorf("%s: %v", name, got)
		}
	}
}
