package circuit

// What a circuit makes of a call's end, and what it says to one that it does not let pass.

import (
	"context"
	"errors"
	"sync/atomic"
)

// Open is what every rejection is.
var Open = errors.New("circuit is open")

// The outcomes of a call beside nil, which is a success.
var (
	// Failed is that of a call that counts as a failure.
	Failed = errors.New("failed")
	// Cancelled is that of a call that counts as nothing.
	Cancelled = errors.New("cancelled")
)

// A Rejection is the error of a call that its circuit did not let pass.
type Rejection struct {
	text   string
	reason error // gobreaker's
}

func (r *Rejection) Error() string { return r.text }

// Is reports whether target is [Open].
func (r *Rejection) Is(target error) bool { return target == Open }

// Unwrap returns gobreaker's error.
func (r *Rejection) Unwrap() error { return r.reason }

// Permanent says to the built-in retry, and to others that ask for it, that another attempt is
// of no use for now.
func (r *Rejection) Permanent() bool { return true }

// counts is what the program says counts as a failure, which hooks have no receiver to keep
// in; nil if it says nothing.
var counts atomic.Pointer[func(error) bool]

// SetFailure has f say what counts as a failure; nil is every error.
func SetFailure(f func(error) bool) {
	if f == nil {
		counts.Store(nil)
		return
	}
	counts.Store(&f)
}

// Outcome returns what counts for a call that has returned err. A caller who has given up
// says nothing about what was called, be it by the context or by the error; a deadline does.
// ctx may be nil.
func Outcome(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled), ctx != nil && errors.Is(ctx.Err(), context.Canceled):
		return Cancelled
	}
	if f := counts.Load(); f != nil && !(*f)(err) {
		return nil
	}
	return Failed
}
