//go:build !race

package hooks

// Without the race detector, under which a sync.Pool forgets at random.

import (
	"context"
	"testing"

	"github.com/goweaver/weaver/builtin/errortrack/reporter"
)

// A function that returns no error allocates nothing, whether errors are reported or not.
func TestAllocations(t *testing.T) {
	nothing := func() error { return nil }
	for _, report := range []func(context.Context, reporter.Error){nil, func(context.Context, reporter.Error) {}} {
		reporter.Set(report)
		if n := testing.AllocsPerRun(100, func() { _, _ = top(nothing), mid(t.Context(), nothing) }); n != 0 {
			t.Errorf("%v allocations", n)
		}
	}
	reporter.Set(nil)
}
