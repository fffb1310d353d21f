package hooks

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/goweaver/weaver/instrument/hook"
)

// has returns the labels of the goroutine, and those of a context that has them.
func has() string { return of(labelled{context.Background(), current()}) }

func of(ctx context.Context) string {
	var out []string
	pprof.ForLabels(ctx, func(k, v string) bool { out = append(out, k+"="+v); return true })
	slices.Sort(out)
	return strings.Join(out, " ")
}

func function(options ...hook.Option) *hook.Func {
	return &hook.Func{Package: "example.com/shop/orders", Name: "Process", Options: options}
}

// on runs f in a goroutine of its own, which may end in any way, and where nothing of labels
// is left over.
func on(t *testing.T, f func()) {
	t.Helper()
	var wg sync.WaitGroup
	wg.Go(func() {
		defer func() {
			_ = recover()
			if got := has(); got != "" {
				t.Errorf("left over: %s", got)
			}
		}()
		f()
	})
	wg.Wait()
}

// What the goroutine and the context have while the function runs, and the goroutine before and
// after it.
func TestLabels(t *testing.T) {
	gold, own := hook.Option{Key: "tier", Value: "gold"}, hook.Option{Key: "function", Value: "mine"}
	request := pprof.WithLabels(t.Context(), pprof.Labels("request", "7", "tier", "none"))
	for _, tt := range []struct {
		claim   string
		before  context.Context // whose labels the goroutine has
		ctx     context.Context
		options []hook.Option
		want    string
	}{
		{"the function's name", nil, t.Context(), nil, "function=orders.Process"},
		{"other labels", nil, t.Context(), []hook.Option{gold, own}, "function=mine tier=gold"},
		{"those of the context", nil, request, nil, "function=orders.Process request=7 tier=none"},
		{"its own before those of the context", nil, request, []hook.Option{gold}, "function=orders.Process request=7 tier=gold"},
		{"those of the goroutine", request, t.Context(), nil, "function=orders.Process request=7 tier=none"},
		{"both the same", request, request, nil, "function=orders.Process request=7 tier=none"},
		{"the context's before the goroutine's", pprof.WithLabels(t.Context(), pprof.Labels("request", "6", "user", "ann")), request, nil,
			"function=orders.Process request=7 tier=none user=ann"},
	} {
		on(t, func() {
			if tt.before != nil {
				pprof.SetGoroutineLabels(tt.before)
				defer pprof.SetGoroutineLabels(context.Background())
			}
			before := current()
			ctx, end := Ctx(tt.ctx, function(tt.options...))
			if has() != tt.want || of(ctx) != tt.want {
				t.Errorf("%s: %s, and the context %s, want %s", tt.claim, has(), of(ctx), tt.want)
			}
			if ctx.Value("no key of labels") != nil || ctx.Done() != tt.ctx.Done() {
				t.Errorf("%s: the context is another one", tt.claim)
			}
			if end(); current() != before {
				t.Errorf("%s: the goroutine has %s at the end", tt.claim, has())
			}
		})
	}
}

// Without a context, and with a nil one, the goroutine's own labels stay below the function's.
func TestPlain(t *testing.T) {
	on(t, func() {
		outer := Plain(function())
		if has() != "function=orders.Process" {
			t.Errorf("outer: %s", has())
		}
		before := current()
		ctx, inner := Ctx(nil, function(hook.Option{Key: "step", Value: "2"})) //nolint:staticcheck // what a program may do
		if ctx != nil || has() != "function=orders.Process step=2" {
			t.Errorf("inner: %v %s", ctx, has())
		}
		if inner(); current() != before {
			t.Errorf("after the inner: %s", has())
		}
		outer()
	})
}

// running is a function as it is woven.
func running(f func()) {
	end := Plain(function())
	defer end()
	f()
}

// Labels end with the function, however that does, and goroutines that it starts keep them.
func TestEnds(t *testing.T) {
	on(t, func() { running(func() {}) })
	on(t, func() { running(func() { panic("x") }) })
	on(t, func() { running(runtime.Goexit) })
	on(t, func() {
		var got string
		var wg sync.WaitGroup
		running(func() { wg.Go(func() { got = has() }) })
		if wg.Wait(); got != "function=orders.Process" {
			t.Errorf("a goroutine that was started has %q", got)
		}
	})
}

// Profiles say the labels, which this package knows nothing of by itself.
func TestProfile(t *testing.T) {
	profile := ""
	on(t, func() {
		_, end := Ctx(pprof.WithLabels(t.Context(), pprof.Labels("request", "7")), function())
		defer end()
		var b bytes.Buffer
		if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
			t.Error(err)
		}
		profile = b.String()
	})
	if want := `# labels: {"function":"orders.Process", "request":"7"}`; !strings.Contains(profile, want) {
		t.Errorf("%s\nhas no %s", profile, want)
	}
}

// An execution trace has a region of each call, with and without a context.
func TestRegion(t *testing.T) {
	var b bytes.Buffer
	if err := trace.Start(&b); err != nil {
		t.Skip(err)
	}
	on(t, func() {
		end := Plain(function())
		end()
		_, end = Ctx(t.Context(), &hook.Func{Package: "example.com/shop", Name: "Ship"})
		end()
	})
	trace.Stop()
	for _, want := range []string{"orders.Process", "shop.Ship"} {
		if !bytes.Contains(b.Bytes(), []byte(want)) {
			t.Errorf("the trace has no %s", want)
		}
	}
}

func TestConcurrent(t *testing.T) {
	f := function()
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			ctx := pprof.WithLabels(t.Context(), pprof.Labels("i", fmt.Sprint(i)))
			_, end := Ctx(ctx, f)
			runtime.Gosched()
			if got, want := has(), fmt.Sprintf("function=orders.Process i=%d", i); got != want {
				t.Errorf("%s, want %s", got, want)
			}
			end()
		})
	}
	wg.Wait()
}

func byHand(ctx context.Context, f func(context.Context)) {
	pprof.Do(ctx, pprof.Labels("function", "orders.Process"), f)
}

func withHook(ctx context.Context, fn *hook.Func, f func(context.Context)) {
	ctx, end := Ctx(ctx, fn)
	defer end()
	f(ctx)
}

func TestAllocations(t *testing.T) {
	fn, ctx, f := function(), context.Background(), func(context.Context) {}
	on(t, func() {
		if n := testing.AllocsPerRun(100, func() { Plain(fn)() }); n != 0 {
			t.Errorf("%v allocations without a context", n)
		}
		ours := testing.AllocsPerRun(100, func() { withHook(ctx, fn, f) })
		if hand := testing.AllocsPerRun(100, func() { byHand(ctx, f) }); ours > hand {
			t.Errorf("%v allocations, by hand %v", ours, hand)
		}
	})
}

func BenchmarkProfilelabels(b *testing.B) {
	fn, ctx, f := function(), context.Background(), func(context.Context) {}
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Plain(fn)()
		}
	})
	b.Run("woven", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			withHook(ctx, fn, f)
		}
	})
	b.Run("hand", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			byHand(ctx, f)
		}
	})
}
