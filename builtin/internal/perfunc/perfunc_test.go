package perfunc_test

import (
	"sync"
	"testing"

	"github.com/goweaver/weaver/builtin/internal/perfunc"
	"github.com/goweaver/weaver/instrument/hook"
)

// All goroutines get one value for a function, and another one for another.
func TestOf(t *testing.T) {
	m := perfunc.New(func(f *hook.Func) *string { name := f.Name; return &name })
	f, g := &hook.Func{Name: "f"}, &hook.Func{Name: "g"}
	var got [8]*string
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() { got[i] = m.Of(f) })
	}
	wg.Wait()
	for _, s := range got {
		if s != got[0] || *s != "f" {
			t.Errorf("%q at %p, and another at %p", *s, s, got[0])
		}
	}
	if *m.Of(g) != "g" {
		t.Error("another function's")
	}
	if n := testing.AllocsPerRun(100, func() { m.Of(f) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
