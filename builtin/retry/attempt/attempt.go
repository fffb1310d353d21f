// Package attempt is what a program may ask of the built-in retry: which attempt of a
// retried function is running, and which attempts have failed.
//
// It is safe to use in a program that is not woven: every attempt is then the first, and
// none is said to have failed.
package attempt

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Of returns which attempt the context belongs to, from 1: that of the retried function
// that is nearest on the way to the caller, and that takes a context. It is 1 where there
// is no such function.
func Of(ctx context.Context) int {
	if n, ok := ctx.Value(number{}).(int); ok {
		return n
	}
	return 1
}

// With returns a context that belongs to attempt n. The built-in gives it to the function
// that it calls again; a test may do the same. Nothing is allocated where ctx belongs to
// that attempt already, so a first one costs nothing.
func With(ctx context.Context, n int) context.Context {
	if Of(ctx) == n {
		return ctx
	}
	return context.WithValue(ctx, number{}, n)
}

type number struct{}

// A Failure is an attempt that has failed, and that is followed by another one if the
// context allows.
type Failure struct {
	// Function is the retried function's package and name, such as
	// example.com/shop/payments.(*Client).Charge.
	Function string
	// Attempt is which attempt it was, from 1.
	Attempt int
	// Err is what it returned.
	Err error
	// Wait is how long it is until the next one starts.
	Wait time.Duration
}

// OnFailure has f called after each failed attempt that is to be followed by another, and
// before the wait, in the goroutine of the retried function. What ends the retrying is not
// told: the caller gets it. The context is the function's own, or an empty one if it takes none. stop
// ends it, and may be called more than once.
//
// f may be called by several goroutines at once. A panic of f's is the retried
// function's.
func OnFailure(f func(ctx context.Context, failure Failure)) (stop func()) {
	changing.Lock()
	defer changing.Unlock()
	l := &listener{f}
	set(append(slices.Clone(get()), l))
	return func() {
		changing.Lock()
		defer changing.Unlock()
		set(slices.DeleteFunc(slices.Clone(get()), func(other *listener) bool { return other == l }))
	}
}

// Failed tells those who asked by [OnFailure]. The built-in calls it.
func Failed(ctx context.Context, failure Failure) {
	for _, l := range get() {
		l.f(ctx, failure)
	}
}

type listener struct {
	f func(context.Context, Failure)
}

// listeners outlasts the calls of the hooks, which have no receiver to keep it in. It is
// read without a lock and replaced as a whole, under changing.
var (
	listeners atomic.Pointer[[]*listener]
	changing  sync.Mutex
)

func get() []*listener {
	if all := listeners.Load(); all != nil {
		return *all
	}
	return nil
}

func set(all []*listener) { listeners.Store(&all) }
