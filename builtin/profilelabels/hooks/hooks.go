// Package hooks holds the functions that label a goroutine while a woven function runs.
package hooks

import (
	"context"
	"runtime/pprof"
	"runtime/trace"

	"github.com/goweaver/weaver/builtin/internal/perfunc"
	"github.com/goweaver/weaver/builtin/internal/woven"
	"github.com/goweaver/weaver/instrument/hook"
)

// Ctx labels the goroutine, and returns a context with the same labels and what gives the
// goroutine back those that it had, however the function ends. A nil context stays one.
//
// The labels are those of the context, as with [pprof.Do], those that the goroutine has beside
// them, and the function's own; of one key the last counts.
func Ctx(ctx context.Context, fn *hook.Func) (context.Context, func()) {
	if ctx == nil {
		return ctx, Plain(fn)
	}
	return Label(ctx, made.Of(fn), "")
}

// Plain is [Ctx] for a function without a context.
func Plain(fn *hook.Func) func() {
	f := made.Of(fn)
	if current() == nil && !trace.IsEnabled() {
		pprof.SetGoroutineLabels(f.alone)
		return clearLabels
	}
	_, end := Label(context.Background(), f, "")
	return end
}

// clearLabels is the end of a function that found none.
func clearLabels() { restore(nil) }

// Label labels the goroutine as [Ctx] does, and with the route, if that is not empty, as
// http.route.
func Label(ctx context.Context, f *Function, route string) (context.Context, func()) {
	before := current()
	with := merged(ctx, before)
	if route != "" {
		with = pprof.WithLabels(with, pprof.Labels("http.route", route))
	}
	with = pprof.WithLabels(with, f.labels)
	pprof.SetGoroutineLabels(with)
	var region *trace.Region
	if trace.IsEnabled() {
		region = trace.StartRegion(ctx, f.name)
	}
	return with, func() {
		if region != nil {
			region.End()
		}
		restore(before)
	}
}

// A Function is what is known of a woven function.
type Function struct {
	name   string // of its region
	labels pprof.LabelSet
	alone  context.Context // with its labels alone
}

// made is package-level since a hook has no receiver that could keep it.
var made = perfunc.New(func(f *hook.Func) *Function {
	out := &Function{name: woven.ShortName(f)}
	list := []string{"function", out.name}
	for _, o := range f.Options { // of one key the last one counts, in Labels too
		if v, ok := o.Value.(string); ok {
			list = append(list, o.Key, v)
		}
	}
	out.labels = pprof.Labels(list...)
	out.alone = pprof.WithLabels(context.Background(), out.labels)
	return out
})

// Of returns what is known of the function.
func Of(fn *hook.Func) *Function { return made.Of(fn) }
