package hooks

// Which errors end the retrying, and what the caller gets to see of them.

import (
	"context"
	"errors"
	"fmt"

	"github.com/cenkalti/backoff/v5"
)

// retriable reports whether another attempt may make a difference. A cancellation is meant
// to end things, whoever did it. A deadline is not: it may have been that of the attempt,
// and where it is the function's own the context says so. An open breaker of the built-in
// breaker says Permanent.
func retriable(err error) bool {
	if errors.Is(err, context.Canceled) {
		return false
	}
	if marked := (*backoff.PermanentError)(nil); errors.As(err, &marked) {
		return false
	}
	var says interface{ Permanent() bool }
	return !errors.As(err, &says) || !says.Permanent()
}

// unmarked returns the error without the mark of backoff.Permanent, which is for the retry
// and not for the caller. One that is wrapped in more is left as it is: what the wrapping
// says would be lost.
func unmarked(err error) error {
	for {
		//nolint:errorlint // only the outermost, see above
		marked, ok := err.(*backoff.PermanentError)
		if !ok || marked.Err == nil {
			return err
		}
		err = marked.Err
	}
}

// interrupted returns what the caller gets when the context ends between two attempts: an
// error that is what the context says, its cause, and what the last attempt returned. Where
// that says already that the context has ended, it is enough.
func (f *failed) interrupted(ctx context.Context) error {
	if errors.Is(f.err, ctx.Err()) {
		return f.err
	}
	return &interruption{ended: ctx.Err(), cause: context.Cause(ctx), last: unmarked(f.err), attempts: f.n}
}

type interruption struct {
	ended, cause, last error
	attempts           int
}

func (e *interruption) Error() string {
	why := e.ended.Error()
	if cause := e.cause.Error(); cause != why {
		why += " (" + cause + ")"
	}
	if e.attempts == 1 {
		return fmt.Sprintf("%s after 1 attempt: %v", why, e.last)
	}
	return fmt.Sprintf("%s after %d attempts: %v", why, e.attempts, e.last)
}

// Unwrap returns the errors in the order in which errors.Is and errors.As look at them.
func (e *interruption) Unwrap() []error { return []error{e.ended, e.cause, e.last} }
