// Package hooks holds the functions that count the calls of a woven function.
package hooks

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/metric"

	"github.com/goweaver/weaver/builtin/internal/calls"
	"github.com/goweaver/weaver/instrument/hook"
)

// counted outlasts the calls of the hooks, which have no receiver to keep it in.
var counted = calls.New(calls.Config[metric.Int64Counter]{
	BuiltIn: "counters",
	Make: func(m metric.Meter, name string) (metric.Int64Counter, error) {
		return m.Int64Counter(name, metric.WithUnit("{call}"), metric.WithDescription("Number of calls of a function that have ended."))
	},
	Record: func(c metric.Int64Counter, ctx context.Context, _ time.Duration, o *calls.Outcome) {
		c.Add(ctx, 1, o.Add...)
	},
})

// Count counts a call of the function fn when it has ended, by how it did.
func Count(fn *hook.Func) func(hook.Exit) { return counted.Begin(context.Background(), fn).End() }

// CountErr is [Count] for a function that returns an error last.
func CountErr(fn *hook.Func) func(hook.Exit, error) {
	return counted.Begin(context.Background(), fn).EndErr()
}

// CountContext is [Count] for a function that takes a context first, whose span an exemplar
// is of. What works for telemetry itself is not counted.
func CountContext(ctx context.Context, fn *hook.Func) func(hook.Exit) {
	return counted.Begin(ctx, fn).End()
}

// CountContextErr is [CountContext] for a function that returns an error last.
func CountContextErr(ctx context.Context, fn *hook.Func) func(hook.Exit, error) {
	return counted.Begin(ctx, fn).EndErr()
}
