// Package hooks has the hooks of the corpus test. They do as little as can be told
// from doing nothing, and import nothing that is not of the runtime, so that all of
// the standard library can be woven with them.
package hooks

import "sync/atomic"

// open is how many functions are entered and not yet left.
var open atomic.Int64

// Enter counts a function that is entered.
func Enter() (leave func()) {
	open.Add(1)
	return left
}

func left() {
	if open.Add(-1) < 0 {
		panic("hooks: a function is left that was not entered")
	}
}

// Fail gives a function's error back as it is.
func Fail() (end func(error) error) { return same }

func same(err error) error { return err }
