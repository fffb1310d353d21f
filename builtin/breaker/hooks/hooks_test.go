package hooks

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/goweaver/weaver/builtin/breaker/circuits"
	"github.com/goweaver/weaver/builtin/internal/vitals"
	"github.com/goweaver/weaver/instrument/hook"
)

var made atomic.Int64

// guarded returns a function with a circuit of its own, and what the rule of the aspect
// gives it, but for what the options say.
func guarded(options ...hook.Option) *hook.Func {
	return &hook.Func{
		Package: "example.com/shop", Name: fmt.Sprintf("F%03d", made.Add(1)), File: "/src/shop/shop.go", Line: 12,
		Options: append([]hook.Option{
			{Key: "name", Value: ""},
			{Key: "failures", Value: int64(5)},
			{Key: "open", Value: int64(30 * time.Second)},
			{Key: "half", Value: int64(1)},
			{Key: "interval", Value: int64(time.Minute)},
			{Key: "health", Value: "degraded"},
		}, options...),
	}
}

func option(key string, value any) hook.Option {
	if d, ok := value.(time.Duration); ok {
		value = int64(d)
	}
	return hook.Option{Key: key, Value: value}
}

var errRefused = errors.New("connection refused")

func fails() error    { return errRefused }
func succeeds() error { return nil }

func circuitOf(t *testing.T, name string) circuits.Circuit {
	t.Helper()
	for _, c := range circuits.All() {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("there is no circuit %s", name)
	return circuits.Circuit{}
}

// A circuit opens after so many failures in a row, lets nothing pass for its time, then so many
// calls to try, and closes when all of them succeed.
func TestStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fn := guarded(option("failures", int64(3)), option("open", 10*time.Second), option("half", int64(2)))
		name := fn.FullName()
		var changes []string
		defer circuits.OnChange(func(name string, from, to gobreaker.State) {
			changes = append(changes, fmt.Sprint(name, " ", from, " > ", to))
		})()
		calls := 0
		call := func(body func() error, want error, state gobreaker.State) {
			t.Helper()
			err := BreakPlain(fn, func() error { calls++; return body() })
			if !errors.Is(err, want) {
				t.Errorf("the call returned %v, not %v", err, want)
			}
			if got := circuitOf(t, name).State; got != state {
				t.Errorf("the circuit is %v, not %v", got, state)
			}
		}
		call(fails, errRefused, gobreaker.StateClosed)
		call(fails, errRefused, gobreaker.StateClosed)
		call(succeeds, nil, gobreaker.StateClosed) // they are no longer in a row
		call(fails, errRefused, gobreaker.StateClosed)
		call(fails, errRefused, gobreaker.StateClosed)
		call(fails, errRefused, gobreaker.StateOpen)
		call(succeeds, circuits.Open, gobreaker.StateOpen)
		time.Sleep(10*time.Second + 1)
		call(succeeds, nil, gobreaker.StateHalfOpen)
		call(fails, errRefused, gobreaker.StateOpen)
		time.Sleep(10*time.Second + 1)
		call(succeeds, nil, gobreaker.StateHalfOpen)
		call(succeeds, nil, gobreaker.StateClosed)
		if calls != 10 {
			t.Errorf("the body was called %d times", calls)
		}
		want := []string{"closed > open", "open > half-open", "half-open > open", "open > half-open", "half-open > closed"}
		for i := range want {
			want[i] = name + " " + want[i]
		}
		if !slices.Equal(changes, want) {
			t.Errorf("the changes were %q", changes)
		}
	})
}

// Failures are forgotten with the interval, and never without one.
func TestInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for interval, want := range map[time.Duration]gobreaker.State{time.Minute: gobreaker.StateClosed, 0: gobreaker.StateOpen} {
			fn := guarded(option("failures", int64(2)), option("interval", interval))
			_ = BreakPlain(fn, fails)
			time.Sleep(2 * time.Minute)
			_ = BreakPlain(fn, fails)
			if got := circuitOf(t, fn.FullName()).State; got != want {
				t.Errorf("with an interval of %v the circuit is %v", interval, got)
			}
		}
	})
}

// Who is not let pass learns why, in gobreaker's words too, and that it is of no use to try again.
// More calls than may try a half open circuit are not let pass either.
func TestRejections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		name := fmt.Sprint("rejections ", made.Add(1))
		fn := guarded(option("name", name), option("failures", int64(1)))
		_ = BreakPlain(fn, fails)
		check := func(reason error, text string) {
			t.Helper()
			err := Break(t.Context(), fn, func() error { t.Error("the body was called"); return nil })
			var permanent interface{ Permanent() bool }
			if !errors.Is(err, circuits.Open) || !errors.Is(err, reason) || !errors.As(err, &permanent) || !permanent.Permanent() {
				t.Errorf("the error is %#v", err)
			}
			if err.Error() != text {
				t.Errorf("the error is %q", err)
			}
		}
		check(gobreaker.ErrOpenState, "circuit "+name+" is open")
		time.Sleep(30*time.Second + 1)
		_ = BreakPlain(fn, func() error {
			check(gobreaker.ErrTooManyRequests, "circuit "+name+" is half open and has enough calls to try")
			return nil
		})
		if c := circuitOf(t, name); c.State != gobreaker.StateClosed {
			t.Errorf("the circuit is %v", c.State)
		}
	})
}

// What counts as a failure: every error but a cancellation, unless the program says otherwise.
func TestOutcomes(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	late, stop := context.WithDeadline(t.Context(), time.Now())
	defer stop()
	notFound := errors.New("not found")
	own := func(err error) bool {
		if errors.Is(err, context.Canceled) {
			t.Error("asked about a cancellation")
		}
		return !errors.Is(err, notFound)
	}
	var none context.Context
	for _, tt := range []struct {
		claim   string
		failure func(error) bool
		ctx     context.Context
		err     error
		want    gobreaker.Counts
	}{
		{"an error is a failure", nil, t.Context(), errRefused, gobreaker.Counts{TotalFailures: 1}},
		{"without a context too", nil, none, errRefused, gobreaker.Counts{TotalFailures: 1}},
		{"a deadline is a failure", nil, late, fmt.Errorf("dial: %w", context.DeadlineExceeded), gobreaker.Counts{TotalFailures: 1}},
		{"a cancellation is nothing", nil, t.Context(), fmt.Errorf("dial: %w", context.Canceled), gobreaker.Counts{TotalExclusions: 1}},
		{"without a context too", nil, none, context.Canceled, gobreaker.Counts{TotalExclusions: 1}},
		{"whatever the error is of a caller who has given up", own, cancelled, errRefused, gobreaker.Counts{TotalExclusions: 1}},
		{"a success is one though the caller has given up", nil, cancelled, nil, gobreaker.Counts{TotalSuccesses: 1}},
		{"the program says what is no failure", own, t.Context(), notFound, gobreaker.Counts{TotalSuccesses: 1}},
		{"the program says what is one", own, t.Context(), errRefused, gobreaker.Counts{TotalFailures: 1}},
		{"the program is not asked about a cancellation", own, t.Context(), context.Canceled, gobreaker.Counts{TotalExclusions: 1}},
	} {
		circuits.Failure(tt.failure)
		fn := guarded()
		if err := Break(tt.ctx, fn, func() error { return tt.err }); err != tt.err { //nolint:errorlint // the error itself
			t.Errorf("%s: the call returned %v", tt.claim, err)
		}
		got := circuitOf(t, fn.FullName()).Counts
		if got.TotalFailures != tt.want.TotalFailures || got.TotalExclusions != tt.want.TotalExclusions || got.TotalSuccesses != tt.want.TotalSuccesses {
			t.Errorf("%s: counted %+v", tt.claim, got)
		}
	}
	circuits.Failure(nil)
}

// A panic passes as it is, and is a failure; so is the end of the goroutine. Neither leaves a
// half open circuit waiting.
func TestEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for claim, end := range map[string]func(){"panic": func() { panic(errRefused) }, "Goexit": runtime.Goexit} {
			fn := guarded(option("failures", int64(1)))
			for range 2 {
				var value any
				var wg sync.WaitGroup
				wg.Go(func() {
					defer func() { value = recover() }()
					_ = BreakPlain(fn, func() error { end(); return nil })
					t.Errorf("%s: the call returned", claim)
				})
				wg.Wait()
				if claim == "panic" && value != any(errRefused) { //nolint:errorlint // the value itself
					t.Errorf("the panic is %v", value)
				}
				if got := circuitOf(t, fn.FullName()).State; got != gobreaker.StateOpen {
					t.Errorf("%s: the circuit is %v", claim, got)
				}
				time.Sleep(30*time.Second + 1)
			}
			if err := BreakPlain(fn, succeeds); err != nil {
				t.Errorf("%s: the circuit is still in use: %v", claim, err)
			}
		}
	})
}

// Functions of one name share a circuit. What one says of it and another does not is taken
// together, in whatever order they are called, and what they do not agree about is told.
func TestShared(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(before)
	shared := fmt.Sprint("shared ", made.Add(1))
	name := option("name", shared)
	plain, three := guarded(name), guarded(name, option("failures", int64(3)))
	short := guarded(name, option("open", time.Second), option("failures", int64(3)))
	other := guarded(name, option("failures", int64(5)), option("open", time.Second), option("interval", 2*time.Minute))
	_ = BreakPlain(plain, fails)
	_ = BreakPlain(three, fails) // makes it anew
	_ = BreakPlain(short, succeeds)
	if log.Len() > 0 {
		t.Errorf("logged %s", &log)
	}
	_ = BreakPlain(other, fails)
	_ = BreakPlain(short, fails)
	_ = BreakPlain(other, fails)
	c := circuitOf(t, shared)
	if err := BreakPlain(plain, succeeds); c.State != gobreaker.StateOpen || !errors.Is(err, circuits.Open) {
		t.Errorf("the circuit is %v, %v", c.State, err)
	}
	if want := []string{plain.FullName(), three.FullName(), short.FullName(), other.FullName()}; !slices.Equal(c.Functions, want) {
		t.Errorf("the functions are %q", c.Functions)
	}
	mistake := fmt.Sprintf("/src/shop/shop.go:12: %s has failures=5, and /src/shop/shop.go:12: %s has 3, which counts; say it in one place",
		other.FullName(), three.FullName())
	if !slices.Equal(c.Mistakes, []string{mistake}) || strings.Count(log.String(), "level=ERROR") != 1 || !strings.Contains(log.String(), mistake) {
		t.Errorf("the mistakes are %q, logged is %s", c.Mistakes, &log)
	}
}

// A function that is told of changes may look at the circuits, and call what has one; the changes
// that it makes are told too, behind the one that it was told of.
func TestOnChangeCalls(t *testing.T) {
	fn, next := guarded(option("failures", int64(1))), guarded(option("failures", int64(1)))
	var told []string
	stop := circuits.OnChange(func(name string, _, to gobreaker.State) {
		told = append(told, name+" "+to.String())
		if name == fn.FullName() {
			_ = BreakPlain(next, fails)
			if got := circuitOf(t, next.FullName()).State; got != gobreaker.StateOpen {
				t.Errorf("the other circuit is %v", got)
			}
		}
		told = append(told, "done")
	})
	_ = BreakPlain(fn, fails)
	want := []string{fn.FullName() + " open", "done", next.FullName() + " open", "done"}
	if !slices.Equal(told, want) {
		t.Errorf("told of %q", told)
	}
	stop()
	stop()
	circuits.Reset()
	if len(told) != len(want) || circuitOf(t, fn.FullName()).State != gobreaker.StateClosed {
		t.Errorf("told of %q", told)
	}
}

// The health of the program has every circuit in it that wants to be.
func TestVitals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		of := func(health string) string {
			fn := guarded(option("failures", int64(1)), option("health", health))
			_ = BreakPlain(fn, fails)
			return "breaker " + fn.FullName()
		}
		closed := guarded()
		_ = BreakPlain(closed, fails)
		degraded, failing, none := of("degraded"), of("failing"), of("none")
		check := func(want ...vitals.Vital) {
			t.Helper()
			var got []vitals.Vital
			for _, v := range vitals.All() {
				if slices.Contains([]string{degraded, failing, none, "breaker " + closed.FullName()}, v.Name) {
					got = append(got, v)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("the vitals are %v, want %v", got, want)
			}
		}
		check(vitals.Vital{Name: "breaker " + closed.FullName()},
			vitals.Vital{Name: degraded, State: vitals.Degraded, Detail: "open"},
			vitals.Vital{Name: failing, State: vitals.Failing, Detail: "open"})
		time.Sleep(30*time.Second + 1)
		check(vitals.Vital{Name: "breaker " + closed.FullName()},
			vitals.Vital{Name: degraded, State: vitals.Degraded, Detail: "half-open"},
			vitals.Vital{Name: failing, State: vitals.Degraded, Detail: "half-open"})
	})
}

// Many goroutines find one circuit, which opens once.
func TestConcurrent(t *testing.T) {
	fn := guarded(option("failures", int64(50)))
	opened := 0
	defer circuits.OnChange(func(name string, _, _ gobreaker.State) {
		if name == fn.FullName() {
			opened++
		}
	})()
	var ran atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				_ = Break(t.Context(), fn, func() error { ran.Add(1); return io.EOF })
			}
		})
	}
	wg.Wait()
	if n := ran.Load(); n < 50 || n > 57 {
		t.Errorf("%d calls were let pass", n)
	}
	if opened != 1 {
		t.Errorf("the circuit opened %d times", opened)
	}
}

// A call that is let pass allocates what gobreaker's Allow does, and one that is not nothing.
func TestAllocs(t *testing.T) {
	fn, ctx := guarded(option("failures", int64(1))), t.Context()
	if n := testing.AllocsPerRun(100, func() { _ = Break(ctx, fn, succeeds) }); n != 1 {
		t.Errorf("a call allocates %v times", n)
	}
	_ = Break(ctx, fn, fails)
	if n := testing.AllocsPerRun(100, func() { _ = Break(ctx, fn, succeeds) }); n != 0 {
		t.Errorf("a rejection allocates %v times", n)
	}
}
