package hooks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goweaver/weaver/builtin/internal/vitals"
	"github.com/goweaver/weaver/instrument/hook"
)

var made atomic.Int64

// watched returns a function that no other test has, nor another run of this one.
func watched(options ...hook.Option) *hook.Func {
	return &hook.Func{Package: "example.com/shop", Name: fmt.Sprint("F", made.Add(1)), Options: append([]hook.Option{
		{Key: "name", Value: ""},
		{Key: "failures", Value: int64(3)},
		{Key: "forget", Value: int64(30 * time.Second)},
		{Key: "as", Value: "degraded"},
	}, options...)}
}

func vital(t *testing.T, name string) vitals.Vital {
	t.Helper()
	all := vitals.All()
	i := slices.IndexFunc(all, func(v vitals.Vital) bool { return v.Name == name })
	if i < 0 {
		t.Fatalf("there is no %s", name)
	}
	return all[i]
}

var errRefused = errors.New("connection refused")

// silent is an error that can not say what is wrong.
type silent struct{}

func (*silent) Error() string { panic("no text") }

// What counts are failures in a row, up to the last call.
func TestOutcome(t *testing.T) {
	type end struct {
		err error
		how hook.Exit
	}
	fails, works, cancelled := end{err: errRefused}, end{}, end{err: fmt.Errorf("dial: %w", context.Canceled)}
	for _, tt := range []struct {
		claim  string
		ends   []end
		wait   time.Duration
		detail string
	}{
		{"a success is well", []end{works}, 0, ""},
		{"two failures are not three", []end{fails, fails}, 0, ""},
		{"three are", []end{fails, fails, fails}, 0, "3 failures in a row, the last 0s ago: connection refused"},
		{"four too", []end{fails, fails, fails, fails}, 2 * time.Second, "4 failures in a row, the last 2s ago: connection refused"},
		{"with a success between them they are not in a row", []end{fails, fails, works, fails}, 0, ""},
		{"a success makes it well", []end{fails, fails, fails, works}, 0, ""},
		{"a cancellation is nothing", []end{fails, cancelled, fails, cancelled, cancelled}, 0, ""},
		{"between failures too", []end{fails, cancelled, fails, fails}, 0, "3 failures in a row, the last 0s ago: connection refused"},
		{"a panic is a failure, whatever its error had been", []end{fails, fails, {nil, hook.Panicked}}, 0, "3 failures in a row, the last 0s ago: panicked"},
		{"so is the end of the goroutine", []end{fails, fails, {context.Canceled, hook.Goexit}}, 0, "3 failures in a row, the last 0s ago: goexit"},
		{"an error that panics is told by its type", []end{fails, fails, {err: &silent{}}}, 0, "3 failures in a row, the last 0s ago: *hooks.silent"},
		{"it is forgotten", []end{fails, fails, fails}, 30 * time.Second, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			fn := watched()
			for _, e := range tt.ends {
				Outcome(fn)(e.err, e.how)
			}
			time.Sleep(tt.wait)
			want := vitals.Vital{Name: fn.FullName(), Detail: tt.detail}
			if tt.detail != "" {
				want.State = vitals.Degraded
			}
			if got := vital(t, fn.FullName()); got != want {
				t.Errorf("%s: %v, want %v", tt.claim, got, want)
			}
		})
	}
}

func TestOptions(t *testing.T) {
	name := fmt.Sprint("payments ", made.Add(1))
	fn := watched(hook.Option{Key: "name", Value: name}, hook.Option{Key: "failures", Value: int64(1)},
		hook.Option{Key: "as", Value: "failing"})
	Outcome(fn)(errRefused, hook.Returned)
	if v := vital(t, name); v.State != vitals.Failing || !strings.HasPrefix(v.Detail, "1 failures") {
		t.Errorf("it is %v", v)
	}
}

// Of many goroutines that call a function for the first time each notes it in the same place.
func TestConcurrent(t *testing.T) {
	fn := watched(hook.Option{Key: "failures", Value: int64(800)})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				Outcome(fn)(errRefused, hook.Returned)
				_ = vitals.All()
			}
		})
	}
	wg.Wait()
	if v := vital(t, fn.FullName()); !strings.HasPrefix(v.Detail, "800 failures") {
		t.Errorf("it is %v", v)
	}
	n := 0
	for _, v := range vitals.All() {
		if v.Name == fn.FullName() {
			n++
		}
	}
	if n != 1 {
		t.Errorf("it is there %d times", n)
	}
}

// A call that succeeds allocates nothing.
func TestAllocs(t *testing.T) {
	fn := watched()
	if n := testing.AllocsPerRun(100, func() { Outcome(fn)(nil, hook.Returned) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkOutcome(b *testing.B) {
	fn := watched()
	b.ReportAllocs()
	for b.Loop() {
		Outcome(fn)(nil, hook.Returned)
	}
}
