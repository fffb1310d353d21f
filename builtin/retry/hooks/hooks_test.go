package hooks

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/goweaver/weaver/builtin/retry/attempt"
	"github.com/goweaver/weaver/instrument/hook"
)

// charge returns a retried function with the policy of the aspect and no jitter, but for
// what the options say.
func charge(options ...hook.Option) *hook.Func {
	return &hook.Func{Package: "example.com/shop", Name: "Charge", Options: append([]hook.Option{
		{Key: "attempts", Value: int64(3)},
		{Key: "initial", Value: int64(50 * time.Millisecond)},
		{Key: "max", Value: int64(2 * time.Second)},
		{Key: "factor", Value: 2.0},
		{Key: "jitter", Value: 0.0},
		{Key: "total", Value: int64(30 * time.Second)},
	}, options...)}
}

func option(key string, value any) hook.Option {
	if d, ok := value.(time.Duration); ok {
		value = int64(d)
	}
	return hook.Option{Key: key, Value: value}
}

var errRefused = errors.New("connection refused")

// says has an opinion of its own on whether it is permanent.
type says bool

func (s says) Error() string   { return fmt.Sprint("permanent: ", bool(s)) }
func (s says) Permanent() bool { return bool(s) }

// A function is called until it succeeds, or until the policy or its error says that it is
// enough; the waits are those of the policy, and the caller gets the last error itself.
func TestAttempts(t *testing.T) {
	ms := func(all ...int) (out []time.Duration) {
		for _, n := range all {
			out = append(out, time.Duration(n)*time.Millisecond)
		}
		return out
	}
	permanent := backoff.Permanent(errRefused)
	wrapped := fmt.Errorf("charge: %w", permanent)
	own := fmt.Errorf("dial: %w", context.DeadlineExceeded)
	cancelled := fmt.Errorf("dial: %w", context.Canceled)
	after, late := backoff.RetryAfter(7), backoff.RetryAfter(31)
	for _, tt := range []struct {
		claim   string
		options []hook.Option
		fails   []error // of the attempts, in order; the last one for all that follow
		want    error
		at      []time.Duration // when the attempts were made
	}{
		{"a success is called once", nil, []error{nil}, nil, ms(0)},
		{"a second attempt may succeed", nil, []error{errRefused, nil}, nil, ms(0, 50)},
		{"attempts are counted with the first", nil, []error{errRefused}, errRefused, ms(0, 50, 150)},
		{"one attempt is no retry", []hook.Option{option("attempts", int64(1))}, []error{errRefused}, errRefused, ms(0)},
		{"waits grow by the factor, to the longest", []hook.Option{option("attempts", int64(6)), option("factor", 3.0), option("max", 400*time.Millisecond)},
			[]error{errRefused}, errRefused, ms(0, 50, 200, 600, 1000, 1400)},
		{"the longest wait is not below the first", []hook.Option{option("max", time.Millisecond)}, []error{errRefused}, errRefused, ms(0, 50, 100)},
		{"without a wait it is called at once", []hook.Option{option("initial", time.Duration(0))}, []error{errRefused}, errRefused, ms(0, 0, 0)},
		{"no attempt starts behind the total", []hook.Option{option("attempts", int64(9)), option("total", 349*time.Millisecond)}, []error{errRefused}, errRefused, ms(0, 50, 150)},
		{"one may start at its end", []hook.Option{option("attempts", int64(9)), option("total", 350*time.Millisecond)}, []error{errRefused}, errRefused, ms(0, 50, 150, 350)},
		{"a total of 0 is none", []hook.Option{option("total", time.Duration(0)), option("initial", time.Hour)}, []error{errRefused}, errRefused, ms(0, 3600e3, 7200e3)},
		{"backoff.Permanent ends it, and its mark is off", nil, []error{permanent}, errRefused, ms(0)},
		{"at the last attempt too", []hook.Option{option("attempts", int64(1))}, []error{permanent}, errRefused, ms(0)},
		{"one inside of another error ends it, and that is left alone", nil, []error{errRefused, wrapped}, wrapped, ms(0, 50)},
		{"an error that says it is permanent ends it", nil, []error{says(true)}, says(true), ms(0)},
		{"one that says it is not does not", nil, []error{says(false), nil}, nil, ms(0, 50)},
		{"a cancellation of somebody's ends it", nil, []error{cancelled}, cancelled, ms(0)},
		{"a deadline of the attempt's own does not", nil, []error{own, nil}, nil, ms(0, 50)},
		{"backoff.RetryAfter says how long the wait is, and waits begin anew", []hook.Option{option("attempts", int64(4))},
			[]error{errRefused, after, errRefused, nil}, nil, ms(0, 50, 7050, 7100)},
		{"within the total", nil, []error{late}, late, ms(0)},
		{"a time that is over already is no wait", nil, []error{&backoff.RetryAfterError{Duration: -1}, nil}, nil, ms(0, 0)},
	} {
		for name, call := range map[string]func(*hook.Func, func() error) error{
			"with a context": func(fn *hook.Func, body func() error) error {
				return Retry(context.Background(), fn, func(context.Context) error { return body() })
			},
			"with a nil context": func(fn *hook.Func, body func() error) error {
				return Retry(nil, fn, func(ctx context.Context) error { //nolint:staticcheck // as some callers do
					if ctx != nil {
						t.Errorf("the nil context is %v", ctx)
					}
					return body()
				})
			},
			"without": RetryPlain,
		} {
			synctest.Test(t, func(t *testing.T) {
				start, at := time.Now(), []time.Duration(nil)
				err := call(charge(tt.options...), func() error {
					at = append(at, time.Since(start))
					return tt.fails[min(len(at), len(tt.fails))-1]
				})
				same := err == tt.want //nolint:errorlint // the caller gets the error itself
				if !same || !slices.Equal(at, tt.at) {
					t.Errorf("%s, %s: %v after attempts at %v; want %v after %v", tt.claim, name, err, at, tt.want, tt.at)
				}
			})
		}
	}
}

// Waits are spread by the jitter, and by no more than it.
func TestJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fn, seen := charge(option("attempts", int64(2)), option("jitter", 0.5)), map[time.Duration]bool{}
		for range 50 {
			start := time.Now()
			_ = RetryPlain(fn, func() error { return errRefused })
			wait := time.Since(start)
			if wait < 25*time.Millisecond || wait > 75*time.Millisecond {
				t.Errorf("a wait of %v", wait)
			}
			seen[wait] = true
		}
		if len(seen) < 25 {
			t.Errorf("50 waits are %d different ones", len(seen))
		}
	})
}

// After the context has ended there is no attempt, the wait ends at once, and the caller can
// see that it has, why it has, and what the last attempt said.
func TestCancelled(t *testing.T) {
	shutdown := errors.New("shutting down")
	for _, tt := range []struct {
		claim  string
		at     time.Duration // when the context ends
		cause  error
		fails  error
		takes  time.Duration // each attempt
		ended  time.Duration
		calls  int
		is     []error
		text   string
		itself bool // the attempt's error
	}{
		{"while it waits", 70 * time.Millisecond, nil, errRefused, 0, 70 * time.Millisecond, 2,
			[]error{context.Canceled, errRefused}, "context canceled after 2 attempts: connection refused", false},
		{"while it waits, with a cause", 20 * time.Millisecond, shutdown, errRefused, 0, 20 * time.Millisecond, 1,
			[]error{context.Canceled, shutdown, errRefused}, "context canceled (shutting down) after 1 attempt: connection refused", false},
		{"while an attempt runs", 10 * time.Millisecond, nil, errRefused, 20 * time.Millisecond, 20 * time.Millisecond, 1,
			[]error{context.Canceled, errRefused}, "context canceled after 1 attempt: connection refused", false},
		{"while an attempt runs, which says so", 10 * time.Millisecond, nil, fmt.Errorf("dial: %w", context.Canceled), 20 * time.Millisecond, 20 * time.Millisecond, 1,
			[]error{context.Canceled}, "dial: context canceled", true},
		{"while an attempt runs that is permanent", 10 * time.Millisecond, nil, says(true), 20 * time.Millisecond, 20 * time.Millisecond, 1,
			[]error{says(true)}, "permanent: true", true},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(tt.at, func() { cancel(tt.cause) })
			start, calls := time.Now(), 0
			err := Retry(ctx, charge(), func(context.Context) error {
				calls++
				time.Sleep(tt.takes)
				return tt.fails
			})
			if took := time.Since(start); took != tt.ended || calls != tt.calls {
				t.Errorf("%s: %d attempts in %v, want %d in %v", tt.claim, calls, took, tt.calls, tt.ended)
			}
			for _, want := range tt.is {
				if !errors.Is(err, want) {
					t.Errorf("%s: %v is not %v", tt.claim, err, want)
				}
			}
			if err.Error() != tt.text {
				t.Errorf("%s: the error is %q, want %q", tt.claim, err, tt.text)
			}
			if (err == tt.fails) != tt.itself { //nolint:errorlint // the error itself
				t.Errorf("%s: the error is the attempt's: %v", tt.claim, !tt.itself)
			}
		})
	}
}

// The first attempt is made whatever the context says, as it is in the plain program.
func TestCancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	calls := 0
	if err := Retry(ctx, charge(), func(context.Context) error { calls++; return nil }); err != nil || calls != 1 {
		t.Errorf("%d attempts, %v", calls, err)
	}
}

// Where the deadline comes before the next attempt there is nothing to wait for; where it
// comes while an attempt runs, that is told.
func TestDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 149*time.Millisecond)
		defer cancel()
		start, calls := time.Now(), 0
		err := Retry(ctx, charge(), func(context.Context) error { calls++; return errRefused })
		if took := time.Since(start); took != 50*time.Millisecond || calls != 2 || err != errRefused { //nolint:errorlint // the error itself
			t.Errorf("%d attempts in %v, %v", calls, took, err)
		}
		err = Retry(ctx, charge(), func(ctx context.Context) error { <-ctx.Done(); return errRefused })
		if took := time.Since(start); took != 149*time.Millisecond || !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, errRefused) {
			t.Errorf("after %v: %v", took, err)
		}
	})
}

// A panic and a Goexit pass at once.
func TestEnds(t *testing.T) {
	calls := 0
	func() {
		defer func() {
			if v := recover(); v != "boom" {
				t.Errorf("the panic is %v", v)
			}
		}()
		_ = RetryPlain(charge(), func() error { calls++; panic("boom") })
	}()
	done := make(chan bool)
	go func() {
		defer close(done)
		_ = Retry(context.Background(), charge(), func(context.Context) error { calls++; runtime.Goexit(); return errRefused })
		t.Error("Goexit did not end the goroutine")
	}()
	<-done
	if calls != 2 {
		t.Errorf("%d calls", calls)
	}
}

// Each attempt but the first has a context with its number, also below another function
// that is retried, and the context's values are there.
func TestNumber(t *testing.T) {
	type key struct{}
	synctest.Test(t, func(t *testing.T) {
		var got []int
		inner := func(ctx context.Context) error {
			return Retry(ctx, charge(option("attempts", int64(2))), func(ctx context.Context) error {
				got = append(got, attempt.Of(ctx))
				if ctx.Value(key{}) != "order" {
					t.Error("the context's value is gone")
				}
				return errRefused
			})
		}
		_ = Retry(context.WithValue(t.Context(), key{}, "order"), charge(option("attempts", int64(2))), func(ctx context.Context) error {
			got = append(got, -attempt.Of(ctx))
			return inner(ctx)
		})
		if want := []int{-1, 1, 2, -2, 1, 2}; !slices.Equal(got, want) {
			t.Errorf("the attempts are %v, want %v", got, want)
		}
	})
}

// Who asks is told of each failure that another attempt follows, and of no other.
func TestOnFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []attempt.Failure
		stop := attempt.OnFailure(func(_ context.Context, f attempt.Failure) { got = append(got, f) })
		defer stop()
		_ = RetryPlain(charge(), func() error { return errRefused })
		_ = RetryPlain(charge(), func() error { return says(true) })
		want := []attempt.Failure{
			{Function: "example.com/shop.Charge", Attempt: 1, Err: errRefused, Wait: 50 * time.Millisecond},
			{Function: "example.com/shop.Charge", Attempt: 2, Err: errRefused, Wait: 100 * time.Millisecond},
		}
		if !slices.Equal(got, want) {
			t.Errorf("told of %v, want %v", got, want)
		}
	})
}

// Calls of one function at once have nothing to do with each other.
func TestConcurrent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fn := charge()
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				start, calls := time.Now(), 0
				time.Sleep(time.Duration(i) * time.Millisecond)
				err := Retry(t.Context(), fn, func(context.Context) error { calls++; return errRefused })
				if took := time.Since(start); took != time.Duration(150+i)*time.Millisecond || calls != 3 || err == nil {
					t.Errorf("%d attempts in %v, %v", calls, took, err)
				}
			})
		}
		wg.Wait()
	})
}

// A call that succeeds allocates nothing.
func TestAllocs(t *testing.T) {
	fn, ctx := charge(), t.Context()
	body := func(context.Context) error { return nil }
	plain := func() error { return nil }
	if n := testing.AllocsPerRun(100, func() { _, _ = Retry(ctx, fn, body), RetryPlain(fn, plain) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// retryHook is called as woven code calls a hook: what it is given may be kept, for all that the
// compiler knows.
var retryHook = Retry

// A shop has a function that is retried, as it is woven and as one writes it by hand. Every call of
// work with a number that each does not divide fails.
type shop struct {
	fn    *hook.Func
	calls int
	each  int
}

func (s *shop) work(context.Context, string) (int, error) {
	if s.calls++; s.calls%s.each != 0 {
		return 0, errRefused
	}
	return s.calls, nil
}

func (s *shop) woven(ctx context.Context, id string) (n int, err error) {
	err = retryHook(ctx, s.fn, func(ctx context.Context) error { n, err = s.work(ctx, id); return err })
	return
}

func (s *shop) byHand(ctx context.Context, id string) (int, error) {
	waits := &backoff.ExponentialBackOff{MaxInterval: 2 * time.Second, Multiplier: 2}
	return backoff.Retry(ctx, func() (int, error) { return s.work(ctx, id) },
		backoff.WithBackOff(waits), backoff.WithMaxTries(3), backoff.WithMaxElapsedTime(30*time.Second))
}

// A woven function allocates no more than one that calls backoff.Retry.
func TestAllocsByHand(t *testing.T) {
	for each := 1; each <= 2; each++ {
		s := &shop{fn: charge(option("initial", time.Duration(0))), each: each}
		woven := testing.AllocsPerRun(100, func() { _, _ = s.woven(t.Context(), "o-1") })
		byHand := testing.AllocsPerRun(100, func() { _, _ = s.byHand(t.Context(), "o-1") })
		if woven > byHand {
			t.Errorf("a call of %d attempts allocates %v times, and %v by hand", each, woven, byHand)
		}
	}
}

// Calls that succeed at once, and calls whose second attempt does, without a wait between them.
func BenchmarkRetry(b *testing.B) {
	for each := 1; each <= 2; each++ {
		s := &shop{fn: charge(option("initial", time.Duration(0))), each: each}
		for _, form := range []struct {
			name string
			call func(context.Context, string) (int, error)
		}{{"plain", s.work}, {"woven", s.woven}, {"by hand", s.byHand}} {
			b.Run(fmt.Sprintf("%s, attempt %d succeeds", form.name, each), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					_, _ = form.call(context.Background(), "o-1")
				}
			})
		}
	}
}
