// Package circuits is what a program may ask of the built-in breaker: how its circuits do,
// when they change, and what counts as a failure.
//
// A function gets its circuit when it is first called. In a program that is not woven there
// are none.
package circuits

import (
	"github.com/sony/gobreaker/v2"

	"github.com/goweaver/weaver/builtin/breaker/internal/circuit"
)

// Open is what errors.Is finds in the error of a call that its circuit did not let pass,
// be it open, or half open with enough calls to try. The error also is gobreaker's
// ErrOpenState or ErrTooManyRequests. It has a method Permanent that returns true, by which
// the built-in retry knows that another attempt is of no use for now.
var Open = circuit.Open

// A Circuit says how the breaker of a function does, or of several that share its name.
type Circuit struct {
	// Name is what the option name says, or else the function's package and name, such as
	// example.com/shop/payments.(*Client).Charge.
	Name string
	// State is gobreaker's StateClosed, StateHalfOpen or StateOpen. An open circuit whose
	// time is over is half open, whether or not it has been called since.
	State gobreaker.State
	// Counts are those of the current state, and if that is closed, of the current interval.
	Counts gobreaker.Counts
	// Functions are the packages and names of those that were called so far, in order.
	Functions []string
	// Mistakes are what the settings of these functions do not agree about. What a function
	// that was called earlier says counts. Each is logged once too, by log/slog's default
	// logger.
	Mistakes []string
}

// All returns the circuits of the functions that were called so far, in the order of their
// names.
func All() []Circuit {
	var all []Circuit
	for _, s := range circuit.All() {
		all = append(all, Circuit{s.Name, s.State, s.Counts, s.Functions, s.Mistakes})
	}
	circuit.Tell()
	return all
}

// OnChange has f called for each change of a circuit's state, in the order in which they
// happen, by a goroutine that called a function with a circuit, [All] or [Reset]. f may call these
// itself; the changes that they make are told when it has returned. That a circuit is half open
// shows when it is next called or looked at, and is told with the next call of one of these. stop ends it, and may be called more
// than once.
//
// f is not called twice at a time. A panic of f's is that of the function with the circuit.
func OnChange(f func(name string, from, to gobreaker.State)) (stop func()) {
	return circuit.OnChange(f)
}

// Failure has f say which errors count as failures of what returns them; any other counts as a
// success. Without it, and with nil, every error is a failure. f is not asked about a
// cancellation, which counts as neither: an error that is context.Canceled, or any if the
// function's own context has been cancelled. It has to be safe for several goroutines at once.
//
// A program calls it once, when it starts; the last call wins.
func Failure(f func(err error) bool) { circuit.SetFailure(f) }

// Reset closes all circuits and forgets what they have counted. It is for tests, which share the
// circuits of their process. A call that has started counts for nothing any more.
func Reset() { circuit.Reset() }
