// Package calls is what the built-ins counters and durations share: a measurement for each
// call of a woven function when it has ended, with the function and how it ended as
// attributes.
//
// Which function it is says code.function.name. How the call has ended is in two
// attributes: function.call.outcome is ok, error, panic or goexit, for all calls, and
// error.type is there only where it is not ok, as the semantic conventions ask for. So all
// failures are one query, whichever of the two it goes by. The conventions, of version 1.43, have
// no metrics of functions, and the namespaces of theirs are not for others to add to: app is that
// of mobile and web clients, code is for attributes. So what is not theirs is in one called function.
package calls

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/perfunc"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// A Config says what is measured, by instruments of type I.
type Config[I any] struct {
	BuiltIn string // its name, by which it is switched off
	Timed   bool   // whether Record is told how long a call took

	// Make returns the instrument of that name, which is the function's option. With an error it may
	// be a no-op.
	Make func(m metric.Meter, name string) (I, error)
	// Record records a call that has ended; took is 0 if Config is not Timed.
	Record func(inst I, ctx context.Context, took time.Duration, o *Outcome)
}

// Calls measures the calls of functions, each when it has ended.
type Calls[I any] struct {
	config    Config[I]
	on        bool // by the environment
	functions *perfunc.Map[function[I]]
	unused    sync.Pool // of *Call[I]
}

// New returns what measures as config says.
func New[I any](config Config[I]) *Calls[I] {
	c := &Calls[I]{config: config, on: telemetry.On(config.BuiltIn)}
	c.functions = perfunc.New(c.function)
	return c
}

// A function is one that is woven.
type function[I any] struct {
	instrument *telemetry.Instruments[I]
	outcomes   outcomes
}

// function returns what is kept of fn. Functions may have a metric in common: the SDK makes one
// of instruments that are the same.
func (c *Calls[I]) function(fn *hook.Func) *function[I] {
	scope := "github.com/goweaver/weaver/builtin/" + c.config.BuiltIn
	return &function[I]{
		instrument: telemetry.NewInstruments(scope, func(m metric.Meter) I {
			inst, err := c.config.Make(m, fn.Text("name"))
			if err != nil {
				otel.Handle(fmt.Errorf("%s: the metric of %s: %w", c.config.BuiltIn, fn.FullName(), err))
			}
			return inst
		}, metric.WithSchemaURL(semconv.SchemaURL)),
		outcomes: newOutcomes(fn.FullName()),
	}
}

// Begin returns a call of fn that begins, with ctx or nil, or nil where there is nobody to
// tell: without a meter provider, in telemetry's own work, or where the built-in is off.
func (c *Calls[I]) Begin(ctx context.Context, fn *hook.Func) *Call[I] {
	if !c.on {
		return nil
	}
	if _, ok := telemetry.MeterProvider(); !ok || ctx != nil && telemetry.IsUntraced(ctx) {
		return nil
	}
	f := c.functions.Of(fn)
	inst := f.instrument.Current()
	if inst == nil {
		return nil
	}
	if ctx == nil {
		ctx = context.Background()
	}
	call, ok := c.unused.Get().(*Call[I])
	if !ok {
		call = &Call[I]{calls: c}
		call.end = func(how hook.Exit) { call.close(how, nil) }
		call.endErr = call.close
	}
	call.ctx, call.function, call.instrument = ctx, f, inst
	if c.config.Timed {
		call.began = time.Now()
	}
	return call
}

// A Call is one that has not ended, with the functions to end it by. These are made once and
// used again with the next call, so that none allocates a closure: by hand there is a deferred
// function, which is on the stack.
type Call[I any] struct {
	calls  *Calls[I]
	end    func(hook.Exit)
	endErr func(hook.Exit, error)

	ctx        context.Context
	function   *function[I]
	instrument *I
	began      time.Time
}

// End returns the exit function of the function that was called, nil if there is nobody to tell.
func (c *Call[I]) End() func(hook.Exit) {
	if c == nil {
		return nil
	}
	return c.end
}

// EndErr is [Call.End] for a function that returns an error last.
func (c *Call[I]) EndErr() func(hook.Exit, error) {
	if c == nil {
		return nil
	}
	return c.endErr
}

// close records the call, once: what ends next is another one.
func (c *Call[I]) close(how hook.Exit, err error) {
	var took time.Duration
	if c.calls.config.Timed {
		took = time.Since(c.began)
	}
	config, ctx, inst := &c.calls.config, c.ctx, c.instrument
	o := c.function.outcomes.of(how, err)
	c.ctx, c.function, c.instrument = nil, nil, nil
	c.calls.unused.Put(c)
	config.Record(*inst, ctx, took, o)
}
