// Package hooks holds the functions that call a woven function again when it has failed.
//
// The waits are those of github.com/cenkalti/backoff, and so are the errors by which a
// function can ask for no further attempt or for a wait of its own. The loop is not that of
// its Retry: that allocates before the first attempt, drops what the last attempt said
// when the context ends, and waits for a deadline before which no attempt can follow.
package hooks

import (
	"context"
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/goweaver/weaver/builtin/internal/perfunc"
	"github.com/goweaver/weaver/builtin/retry/attempt"
	"github.com/goweaver/weaver/instrument/hook"
)

// Retry calls the body until it succeeds or the policy, the error or the context says that
// it is enough, and returns what it returned last. Each attempt but the first gets a context
// that knows its number.
func Retry(ctx context.Context, fn *hook.Func, body func(context.Context) error) error {
	if ctx == nil { // which the body may well expect
		return RetryPlain(fn, func() error { return body(ctx) })
	}
	start := time.Now()
	err := body(attempt.With(ctx, 1))
	if err == nil {
		return nil
	}
	return (&failed{policy: policies.Of(fn), fn: fn, start: start, err: err}).again(ctx, body)
}

// RetryPlain is [Retry] for a function that takes no context first: nothing interrupts a
// wait.
func RetryPlain(fn *hook.Func, body func() error) error {
	start := time.Now()
	err := body()
	if err == nil {
		return nil
	}
	f := &failed{policy: policies.Of(fn), fn: fn, start: start, err: err}
	return f.again(context.Background(), func(context.Context) error { return body() })
}

// policies holds what the options of each retried function say, which hooks have no
// receiver to keep in.
var policies = perfunc.New(policyOf)

type policy struct {
	attempts     int64
	initial, max time.Duration
	factor       float64
	jitter       float64
	total        time.Duration // 0 if there is no limit
}

// policyOf reads what the rule and the directive say. The rule has every option.
func policyOf(fn *hook.Func) *policy {
	p := &policy{initial: duration(fn, "initial"), max: duration(fn, "max"), total: duration(fn, "total")}
	p.attempts, _ = fn.Option("attempts").(int64)
	p.factor, _ = fn.Option("factor").(float64)
	p.jitter, _ = fn.Option("jitter").(float64)
	p.max = max(p.max, p.initial)
	return p
}

func duration(fn *hook.Func, key string) time.Duration {
	ns, _ := fn.Option(key).(int64)
	return time.Duration(ns)
}

// failed is a call of a retried function whose attempts so far have all failed.
type failed struct {
	*policy
	fn    *hook.Func
	start time.Time
	err   error // of the last attempt
	n     int   // which one that was, from 1
	waits backoff.ExponentialBackOff
	timer *time.Timer
}

// again makes the further attempts.
func (f *failed) again(ctx context.Context, body func(context.Context) error) error {
	f.waits = backoff.ExponentialBackOff{
		InitialInterval: f.initial, MaxInterval: f.max, Multiplier: f.factor, RandomizationFactor: f.jitter,
	}
	f.waits.Reset()
	for f.n = 1; ; f.n++ {
		if int64(f.n) >= f.attempts || !retriable(f.err) {
			return unmarked(f.err)
		}
		if ctx.Err() != nil {
			return f.interrupted(ctx)
		}
		wait := f.wait()
		if f.tooLong(ctx, wait) {
			return unmarked(f.err)
		}
		attempt.Failed(ctx, attempt.Failure{Function: f.fn.FullName(), Attempt: f.n, Err: f.err, Wait: wait})
		if f.sleep(ctx, wait); ctx.Err() != nil {
			return f.interrupted(ctx)
		}
		if f.err = body(attempt.With(ctx, f.n+1)); f.err == nil {
			return nil
		}
	}
}

// wait returns how long it is until the next attempt: what the error asks for, after which
// the waits begin anew, or what the policy says.
func (f *failed) wait() time.Duration {
	if after := (*backoff.RetryAfterError)(nil); errors.As(f.err, &after) {
		f.waits.Reset()
		return max(after.Duration, 0)
	}
	return f.waits.NextBackOff()
}

// tooLong reports whether the next attempt would start when the policy's time is over, or
// the context.
func (f *failed) tooLong(ctx context.Context, wait time.Duration) bool {
	now := time.Now()
	if f.total > 0 && now.Sub(f.start)+wait > f.total {
		return true
	}
	deadline, ok := ctx.Deadline()
	return ok && now.Add(wait).After(deadline)
}

// sleep returns when the time is over, or at once when the context is.
func (f *failed) sleep(ctx context.Context, wait time.Duration) {
	if wait <= 0 {
		return
	}
	// It is used again only after it has fired, so nothing is left in its channel.
	if f.timer == nil {
		f.timer = time.NewTimer(wait)
	} else {
		f.timer.Reset(wait)
	}
	select {
	case <-f.timer.C:
	case <-ctx.Done():
		f.timer.Stop()
	}
}
