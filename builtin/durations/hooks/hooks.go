// Package hooks holds the functions that measure how long a woven function takes.
package hooks

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/metric"

	"github.com/goweaver/weaver/builtin/internal/calls"
	"github.com/goweaver/weaver/instrument/hook"
)

// measured outlasts the calls of the hooks, which have no receiver to keep it in. Its buckets
// are those that the semantic conventions have for the durations of HTTP and RPC, in seconds.
var measured = calls.New(calls.Config[metric.Float64Histogram]{
	BuiltIn: "durations",
	Timed:   true,
	Make: func(m metric.Meter, name string) (metric.Float64Histogram, error) {
		return m.Float64Histogram(name, metric.WithUnit("s"), metric.WithDescription("Duration of calls of a function."),
			metric.WithExplicitBucketBoundaries(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10))
	},
	Record: func(h metric.Float64Histogram, ctx context.Context, took time.Duration, o *calls.Outcome) {
		h.Record(ctx, took.Seconds(), o.Record...)
	},
})

// Time measures a call of the function fn.
func Time(fn *hook.Func) func(hook.Exit) { return measured.Begin(context.Background(), fn).End() }

// TimeErr is [Time] for a function that returns an error last.
func TimeErr(fn *hook.Func) func(hook.Exit, error) {
	return measured.Begin(context.Background(), fn).EndErr()
}

// TimeContext is [Time] for a function that takes a context first, whose span an exemplar is
// of. What works for telemetry itself is not measured.
func TimeContext(ctx context.Context, fn *hook.Func) func(hook.Exit) {
	return measured.Begin(ctx, fn).End()
}

// TimeContextErr is [TimeContext] for a function that returns an error last.
func TimeContextErr(ctx context.Context, fn *hook.Func) func(hook.Exit, error) {
	return measured.Begin(ctx, fn).EndErr()
}
