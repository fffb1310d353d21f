// Package hooks has the hooks of the corpus test. They change nothing and allocate
// nothing, and import only what belongs to the runtime, so that all of the standard
// library can be woven with them.
package hooks

import (
	"runtime"
	"sync/atomic"
)

var (
	open  atomic.Int64  // functions that are entered and not yet left
	calls atomic.Uint64 // of hooks
)

// Enter counts a function that is entered.
func Enter() (leave func()) {
	wait()
	open.Add(1)
	return left
}

func left() {
	wait()
	if open.Add(-1) < 0 {
		panic("hooks: a function is left that was not entered")
	}
}

// wait gives way to other goroutines now and then. A hook may have to wait, for a lock,
// say; where none can, the runtime ends the program here.
func wait() {
	if calls.Add(1)%256 == 0 {
		runtime.Gosched()
	}
}

// Fail gives a function's error back as it is.
func Fail() (end func(error) error) { return same }

func same(err error) error { return err }
