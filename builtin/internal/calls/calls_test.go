package calls

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/goweaver/weaver/builtin/internal/race"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

var place = &hook.Func{Package: "example.com/shop/orders", Name: "(*Shop).Place", Options: []hook.Option{{Key: "name", Value: "function.calls"}}}

// A told is what a call was recorded as.
type told struct {
	ctx   context.Context
	name  string // of the instrument
	took  time.Duration
	attrs map[attribute.Key]string
}

// newCalls returns calls that are told to see.
func newCalls(timed bool, see func(told)) *Calls[string] {
	return New(Config[string]{
		BuiltIn: "counters", Timed: timed,
		Make: func(_ metric.Meter, name string) (string, error) {
			if strings.Contains(name, " ") {
				return name, errors.New("a blank")
			}
			return name, nil
		},
		Record: func(name string, ctx context.Context, took time.Duration, o *Outcome) {
			t := told{ctx, name, took, map[attribute.Key]string{}}
			add, record := metric.NewAddConfig(o.Add).Attributes(), metric.NewRecordConfig(o.Record).Attributes()
			if !add.Equals(&record) {
				panic("the options differ")
			}
			for _, kv := range add.ToSlice() {
				t.attrs[kv.Key] = kv.Value.AsString()
			}
			see(t)
		},
	})
}

// provide gives the process a meter provider until the test ends.
func provide(t testing.TB) {
	before := otel.GetMeterProvider()
	otel.SetMeterProvider(sdkmetric.NewMeterProvider())
	t.Cleanup(func() { otel.SetMeterProvider(before) })
}

type failure string

func (f failure) Error() string { return string(f) }

// coded says itself what type it is.
type coded struct{ error }

func (coded) ErrorType() string { return "sold\xffout" }

// nothing is an error that nobody may ask.
type nothing struct{ of *int }

func (n *nothing) Error() string        { return strconv.Itoa(*n.of) }
func (n *nothing) Is(error) bool        { return *n.of == 0 }
func (n *nothing) ErrorType() string    { return strconv.Itoa(*n.of) }
func (n *nothing) Unwrap() (none error) { panic("not to be called") }

// Each end of a call has its outcome, and all that are no success an error.type.
func TestOutcome(t *testing.T) {
	provide(t)
	var got told
	c := newCalls(false, func(t told) { got = t })
	for claim, tt := range map[string]struct {
		how     hook.Exit
		err     error
		outcome string
		failure string
	}{
		"a return":               {hook.Returned, nil, "ok", ""},
		"an error":               {hook.Returned, failure("x"), "error", "github.com/goweaver/weaver/builtin/internal/calls.failure"},
		"a pointer":              {hook.Returned, &fs.PathError{Err: fs.ErrExist}, "error", "*fs.PathError"},
		"a wrapped error":        {hook.Returned, fmt.Errorf("read: %w", failure("x")), "error", "github.com/goweaver/weaver/builtin/internal/calls.failure"},
		"one without a type":     {hook.Returned, io.EOF, "error", "*errors.errorString"},
		"one that says its type": {hook.Returned, fmt.Errorf("place: %w", coded{io.EOF}), "error", "sold\uFFFDout"},
		"a caller that gave up":  {hook.Returned, fmt.Errorf("place: %w", context.Canceled), "error", "context.Canceled"},
		"a deadline":             {hook.Returned, &fs.PathError{Err: context.DeadlineExceeded}, "error", "context.DeadlineExceeded"},
		"one that is a timeout":  {hook.Returned, &fs.PathError{Err: os.ErrDeadlineExceeded}, "error", "timeout"},
		"methods that panic":     {hook.Returned, &nothing{}, "error", "*calls.nothing"},
		"a nil pointer":          {hook.Returned, (*nothing)(nil), "error", "*calls.nothing"},
		"a panic":                {hook.Panicked, nil, "panic", "panic"},
		"a panic after an error": {hook.Panicked, io.EOF, "panic", "panic"},
		"Goexit":                 {hook.Goexit, nil, "goexit", "goexit"},
		"Goexit after an error":  {hook.Goexit, io.EOF, "goexit", "goexit"},
	} {
		c.Begin(t.Context(), place).EndErr()(tt.how, tt.err)
		want := map[attribute.Key]string{"code.function.name": "example.com/shop/orders.(*Shop).Place", OutcomeKey: tt.outcome}
		if tt.failure != "" {
			want["error.type"] = tt.failure
		}
		if !maps.Equal(got.attrs, want) || got.ctx != t.Context() || got.took != 0 || got.name != "function.calls" {
			t.Errorf("%s: recorded as %v, want %v", claim, got, want)
		}
	}
	c.Begin(nil, place).End()(hook.Returned) //nolint:staticcheck // of a function without one
	if got.ctx == nil || got.attrs[OutcomeKey] != "ok" {
		t.Errorf("a function without context and error: recorded as %v", got)
	}
}

// The metric is named by the function's option; where OpenTelemetry refuses to make it, its error
// handler is told which function's it is.
func TestName(t *testing.T) {
	provide(t)
	var errs []string
	before := otel.GetErrorHandler()
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { errs = append(errs, err.Error()) }))
	t.Cleanup(func() { otel.SetErrorHandler(before) })
	var got told
	c := newCalls(false, func(t told) { got = t })
	for _, name := range []string{"orders.placed", "or ders"} {
		fn := *place
		fn.Options = []hook.Option{{Key: "name", Value: name}}
		c.Begin(t.Context(), &fn).End()(hook.Returned)
		c.Begin(t.Context(), &fn).End()(hook.Returned)
		if got.name != name {
			t.Errorf("the instrument is %q, want %q", got.name, name)
		}
	}
	if want := "counters: the metric of example.com/shop/orders.(*Shop).Place: a blank"; len(errs) != 1 || errs[0] != want {
		t.Errorf("OpenTelemetry is told %q, want once %q", errs, want)
	}
}

// A call is timed from its beginning to its end.
func TestTimed(t *testing.T) {
	provide(t)
	var got told
	c := newCalls(true, func(t told) { got = t })
	began := time.Now()
	end := c.Begin(t.Context(), place).End()
	time.Sleep(10 * time.Millisecond)
	end(hook.Returned)
	if got.took < 10*time.Millisecond || got.took > time.Since(began) {
		t.Errorf("the call took %v", got.took)
	}
}

// There is nobody to tell without a provider, in telemetry's own work, or where the built-in is
// off; a provider that is set later is told, and the context of the caller may be nil.
func TestNobody(t *testing.T) {
	n := 0
	c := newCalls(true, func(told) { n++ })
	nobody := func(claim string, ctx context.Context) {
		if end, endErr := c.Begin(ctx, place).End(), c.Begin(ctx, place).EndErr(); end != nil || endErr != nil {
			t.Errorf("%s: somebody is told", claim)
		}
	}
	if allocs := testing.AllocsPerRun(100, func() { nobody("no provider", t.Context()) }); allocs != 0 {
		t.Errorf("%v allocations without a provider", allocs)
	}
	before := otel.GetMeterProvider()
	otel.SetMeterProvider(noop.NewMeterProvider())
	nobody("a provider that does nothing", t.Context())
	otel.SetMeterProvider(before)
	provide(t)
	nobody("telemetry itself", telemetry.Untraced(t.Context()))
	c.Begin(t.Context(), place).End()(hook.Returned)
	if n != 1 {
		t.Errorf("%d calls are told of", n)
	}
	c.on = false
	nobody("switched off", t.Context())
}

// Errors may say of what type they are without an end. Each is told, and few are remembered.
func TestManyTypes(t *testing.T) {
	provide(t)
	seen := map[string]int{}
	c := newCalls(false, func(t told) { seen[t.attrs["error.type"]]++ })
	for range 2 {
		for i := range 2 * mostTypes {
			c.Begin(t.Context(), place).EndErr()(hook.Returned, numbered(i))
		}
	}
	if len(seen) != 2*mostTypes {
		t.Errorf("%d types are told", len(seen))
	}
	if known := *c.functions.Of(place).outcomes.failed.Load(); len(known) != mostTypes {
		t.Errorf("%d types are remembered", len(known))
	}
}

type numbered int

func (n numbered) Error() string     { return "" }
func (n numbered) ErrorType() string { return strconv.Itoa(int(n)) }

// What ends a call is used again with the next one, and only there: calls that go on at the
// same time, one in another, end each as they did.
func TestConcurrent(t *testing.T) {
	provide(t)
	var mu sync.Mutex
	seen := map[string]int{}
	c := newCalls(true, func(t told) {
		mu.Lock()
		defer mu.Unlock()
		seen[t.ctx.Value(key{}).(string)+" "+t.attrs[OutcomeKey]]++
	})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				outer := c.Begin(context.WithValue(context.Background(), key{}, "outer"), place).EndErr()
				inner := c.Begin(context.WithValue(context.Background(), key{}, "inner"), place).End()
				inner(hook.Panicked)
				outer(hook.Returned, io.EOF)
			}
		})
	}
	wg.Wait()
	if want := map[string]int{"outer error": 400, "inner panic": 400}; !maps.Equal(seen, want) {
		t.Errorf("told %v, want %v", seen, want)
	}
}

type key struct{}

// A call that ends well or panics allocates nothing.
func TestAllocations(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector allocates")
	}
	provide(t)
	c := New(Config[string]{
		BuiltIn: "counters", Timed: true,
		Make:   func(_ metric.Meter, name string) (string, error) { return name, nil },
		Record: func(string, context.Context, time.Duration, *Outcome) {},
	})
	ctx := t.Context()
	if n := testing.AllocsPerRun(100, func() {
		c.Begin(ctx, place).EndErr()(hook.Returned, nil)
		c.Begin(ctx, place).End()(hook.Panicked)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
