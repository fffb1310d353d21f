// Package hooks holds the function that keeps how a woven function did, for the program's
// readiness.
package hooks

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/goweaver/weaver/builtin/internal/perfunc"
	"github.com/goweaver/weaver/builtin/internal/vitals"
	"github.com/goweaver/weaver/instrument/hook"
)

// Outcome notes how the function ends: a panic and the end of the goroutine are failures, and so is
// every error but a cancellation, which is nothing. It is the same exit function for all calls of a
// function, so nothing is allocated.
func Outcome(fn *hook.Func) func(err error, end hook.Exit) { return outcomes.Of(fn).note }

// outcomes and seen outlast the calls of the hooks, which have no receiver to keep them in. seen is
// what the readiness is made of, in the order in which functions were first called.
var (
	outcomes = perfunc.New(newOutcome)
	seen     struct {
		sync.Mutex
		all []*outcome
	}
	_ = register()
)

func register() bool {
	vitals.Register(status)
	return true
}

// An outcome is how a function has done lately.
type outcome struct {
	fn       *hook.Func
	note     func(error, hook.Exit) // ended, made once
	name     string
	state    vitals.State
	failures int64
	forget   time.Duration

	inRow atomic.Int64 // failures since the last success
	last  atomic.Pointer[failure]
}

type failure struct {
	at  time.Time
	err error // nil if the function did not return
	end hook.Exit
}

// why returns what was wrong. The error is asked where somebody wants to know, not in the program's
// own way, and one that can not say it is no reason to panic.
func (f *failure) why() (text string) {
	if f.err == nil {
		return f.end.String()
	}
	defer func() {
		if recover() != nil {
			text = fmt.Sprintf("%T", f.err)
		}
	}()
	return f.err.Error()
}

func newOutcome(fn *hook.Func) *outcome {
	o := &outcome{fn: fn, name: fn.Text("name"), state: vitals.Degraded}
	o.note = o.ended
	if o.name == "" {
		o.name = fn.FullName()
	}
	if fn.Text("as") == "failing" {
		o.state = vitals.Failing
	}
	failures, _ := fn.Option("failures").(int64)
	forget, _ := fn.Option("forget").(int64)
	o.failures, o.forget = max(failures, 1), time.Duration(forget)
	return seeOnce(o)
}

// seeOnce returns the function's outcome, which another goroutine may have made in the meantime.
func seeOnce(o *outcome) *outcome {
	seen.Lock()
	defer seen.Unlock()
	for _, other := range seen.all {
		if other.fn == o.fn {
			return other
		}
	}
	seen.all = append(seen.all, o)
	return o
}

// ended is the exit function. What works writes nothing that others read.
func (o *outcome) ended(err error, end hook.Exit) {
	switch {
	case end == hook.Returned && err == nil:
		if o.inRow.Load() != 0 {
			o.inRow.Store(0)
		}
	case end == hook.Returned && errors.Is(err, context.Canceled):
	case end == hook.Returned:
		o.failed(&failure{time.Now(), err, end})
	default: // the error is never returned
		o.failed(&failure{time.Now(), nil, end})
	}
}

func (o *outcome) failed(f *failure) {
	o.last.Store(f)
	o.inRow.Add(1)
}

// status leaves functions that do well as what is well: they are there to be seen.
func status() (all []vitals.Vital) {
	seen.Lock()
	defer seen.Unlock()
	for _, o := range seen.all {
		v := vitals.Vital{Name: o.name}
		if n, last := o.inRow.Load(), o.last.Load(); n >= o.failures && time.Since(last.at) < o.forget {
			v.State = o.state
			v.Detail = fmt.Sprintf("%d failures in a row, the last %v ago: %s", n, time.Since(last.at).Round(time.Millisecond), last.why())
		}
		all = append(all, v)
	}
	return all
}
