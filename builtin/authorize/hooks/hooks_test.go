package hooks

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/goweaver/weaver/builtin/authorize/checker"
	"github.com/goweaver/weaver/instrument/hook"
)

// asks returns a function with those permissions in its directive, and none of a rule.
func asks(permissions ...string) *hook.Func {
	return &hook.Func{Package: "example.com/shop/orders", Name: "(*Store).Put", Args: permissions}
}

// allow is a checker that grants these, and keeps what it was asked for.
type allow struct {
	granted []string
	asked   []string
}

var missing = errors.New("missing role")

func (a *allow) check(_ context.Context, permission string) error {
	a.asked = append(a.asked, permission)
	if slices.Contains(a.granted, permission) {
		return nil
	}
	return missing
}

// All permissions are needed, the rule's and the directive's; the first that is not granted
// ends the asking, and is the one in the error.
func TestCheck(t *testing.T) {
	rule := func(args ...string) *hook.Func {
		f := asks(args...)
		f.Options = []hook.Option{{Key: "other", Value: "x"}, {Key: "permission", Value: "a"}, {Key: "permission", Value: "b"}}
		return f
	}
	for _, tt := range []struct {
		fn      *hook.Func
		granted []string
		asked   []string
		denied  string // the permission in the error, "none" for no error
	}{
		{asks("a"), []string{"a"}, []string{"a"}, "none"},
		{asks("a", "b"), []string{"a", "b"}, []string{"a", "b"}, "none"},
		{asks("a", "b"), []string{"a"}, []string{"a", "b"}, "b"},
		{asks("a", "b"), []string{"b"}, []string{"a"}, "a"},
		{rule(), []string{"a", "b"}, []string{"a", "b"}, "none"},
		{rule(), []string{"a"}, []string{"a", "b"}, "b"},
		{rule("c"), []string{"a", "b"}, []string{"a", "b", "c"}, "c"},
		{asks(), []string{""}, nil, ""},
		{asks("a", ""), []string{"a", ""}, []string{"a"}, ""},
		{&hook.Func{Options: []hook.Option{{Key: "permission", Value: int64(1)}}}, []string{"", "1"}, nil, ""},
	} {
		a := &allow{granted: tt.granted}
		checker.SetForTest(t, a.check)
		err := Check(t.Context(), tt.fn)
		var e *checker.Error
		switch {
		case tt.denied == "none":
			if err != nil {
				t.Errorf("%v with %v: %v", tt.fn.Args, tt.granted, err)
			}
		case !errors.As(err, &e), e.Permission != tt.denied, e.Function != tt.fn.FullName(), !errors.Is(err, checker.Denied):
			t.Errorf("%v with %v: %v; want %q denied", tt.fn.Args, tt.granted, err, tt.denied)
		}
		if !slices.Equal(a.asked, tt.asked) {
			t.Errorf("%v with %v: asked for %v, want %v", tt.fn.Args, tt.granted, a.asked, tt.asked)
		}
	}
}

// What the checker returns is in the error as it is, also where it stands for more than a
// refusal.
func TestReason(t *testing.T) {
	timeout := fmt.Errorf("asking the directory: %w", context.DeadlineExceeded)
	checker.SetForTest(t, func(context.Context, string) error { return timeout })
	err := Check(t.Context(), asks("orders:write"))
	var e *checker.Error
	if !errors.As(err, &e) || e.Reason != timeout || !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, checker.Denied) { //nolint:errorlint // the very same
		t.Errorf("the error is %#v", err)
	}
	const want = `example.com/shop/orders.(*Store).Put: permission "orders:write" denied: asking the directory: context deadline exceeded`
	if err.Error() != want {
		t.Errorf("the message is\n%s, want\n%s", err, want)
	}
	if errors.Is(err, checker.NotSet) {
		t.Error("a checker that was set counts as none")
	}
}

// Without a checker nothing is granted, and the error says what is missing.
func TestNoChecker(t *testing.T) {
	err := Check(t.Context(), asks("orders:write"))
	if !errors.Is(err, checker.Denied) || !errors.Is(err, checker.NotSet) {
		t.Errorf("the error is %v", err)
	}
	checker.SetForTest(t, nil)
	if err := Check(t.Context(), asks("orders:write")); !errors.Is(err, checker.NotSet) {
		t.Errorf("with a nil checker the error is %v", err)
	}
}

// The checker gets the function's own context, whatever that is.
func TestContext(t *testing.T) {
	var got context.Context
	checker.SetForTest(t, func(ctx context.Context, _ string) error { got = ctx; return nil })
	type key struct{}
	cancelled, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "alice"))
	cancel()
	for _, ctx := range []context.Context{cancelled, nil} {
		if err := Check(ctx, asks("a")); err != nil || got != ctx {
			t.Errorf("%v: the checker got %v, and the error is %v", ctx, got, err)
		}
	}
}

// A panic of the checker's is one of the function's, and runtime.Goexit ends its goroutine:
// neither is taken for a grant.
func TestPanicAndGoexit(t *testing.T) {
	checker.SetForTest(t, func(context.Context, string) error { panic("no directory") })
	func() {
		defer func() {
			if r := recover(); r != "no directory" {
				t.Errorf("the panic is %v", r)
			}
		}()
		t.Errorf("Check returned %v", Check(t.Context(), asks("a")))
	}()
	checker.SetForTest(t, func(context.Context, string) error { runtime.Goexit(); return nil })
	returned := false
	var wg sync.WaitGroup
	wg.Go(func() { _ = Check(t.Context(), asks("a")); returned = true })
	wg.Wait()
	if returned {
		t.Error("Check returned after Goexit")
	}
}

// A checker's own functions may be woven: it is asked again for what they need.
func TestRecursion(t *testing.T) {
	var asked []string
	checker.SetForTest(t, func(ctx context.Context, permission string) error {
		asked = append(asked, permission)
		if permission == "orders:write" {
			return Check(ctx, asks("directory:read"))
		}
		return nil
	})
	if err := Check(t.Context(), asks("orders:write")); err != nil || !slices.Equal(asked, []string{"orders:write", "directory:read"}) {
		t.Errorf("asked for %v, and %v", asked, err)
	}
}

// Goroutines have their own answers, and share the name of the function.
func TestConcurrency(t *testing.T) {
	type key struct{}
	checker.SetForTest(t, func(ctx context.Context, _ string) error {
		if ctx.Value(key{}) != "alice" {
			return missing
		}
		return nil
	})
	fn := asks("orders:write")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			who := []string{"alice", "bob"}[i%2]
			ctx := context.WithValue(context.Background(), key{}, who)
			for range 100 {
				if err := Check(ctx, fn); (err == nil) != (who == "alice") {
					t.Errorf("%s: %v", who, err)
				}
			}
		})
	}
	wg.Wait()
}

// A grant costs no allocation, and a denial the error: what the same check costs by hand.
func TestAllocations(t *testing.T) {
	fn, ctx := asks("orders:write", "orders:read"), t.Context()
	for what, tt := range map[string]struct {
		check checker.Func
		want  float64
	}{
		"granted": {func(context.Context, string) error { return nil }, 0},
		"denied":  {func(context.Context, string) error { return missing }, 1},
	} {
		checker.SetForTest(t, tt.check)
		if n := testing.AllocsPerRun(100, func() { _ = Check(ctx, fn) }); n != tt.want {
			t.Errorf("%s: %v allocations, want %v", what, n, tt.want)
		}
	}
}

// Once the hooks are linked the program counts as woven.
func TestWoven(t *testing.T) {
	if !checker.Woven() {
		t.Error("with the hooks in the program it is not woven")
	}
}

// byHand is what Check saves a programmer to write.
func byHand(ctx context.Context, check checker.Func) error {
	if err := check(ctx, "orders:write"); err != nil {
		return fmt.Errorf("orders:write: %w", err)
	}
	return nil
}

func Benchmark(b *testing.B) {
	var grant checker.Func = func(context.Context, string) error { return nil }
	checker.SetForTest(b, grant)
	fn, ctx := asks("orders:write"), b.Context()
	b.Run("by hand", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = byHand(ctx, grant)
		}
	})
	b.Run("hook", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = Check(ctx, fn)
		}
	})
}
