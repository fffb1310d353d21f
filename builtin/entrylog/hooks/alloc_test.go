//go:build !race

package hooks

// Without the race detector, under which a sync.Pool forgets at random.

import (
	"context"
	"io"
	"log/slog"
	"testing"

	"github.com/goweaver/weaver/instrument/hook"
)

// A logger that is enabled for nothing has the hook return nothing to call, and one that is
// enabled for errors alone costs no allocation until there is one.
func TestAllocations(t *testing.T) {
	values := hook.Captured{Values: hook.MakeValues("id", 7, "name", "a")}
	f, ctx := function(), context.Background()
	use(t, slog.LevelError+1, io.Discard)
	if CtxErr(ctx, f, values) != nil || Ctx(ctx, f, values) != nil || Plain(f, values) != nil || PlainErr(f, values) != nil {
		t.Error("something is called at the end")
	}
	use(t, slog.LevelError, io.Discard)
	if n := testing.AllocsPerRun(100, func() { CtxErr(ctx, f, values)(hook.Returned, nil) }); n != 0 {
		t.Errorf("%v allocations where nothing is logged", n)
	}
	use(t, slog.LevelInfo, io.Discard)
	ours := testing.AllocsPerRun(100, func() { CtxErr(ctx, f, values)(hook.Returned, nil) })
	theirs := testing.AllocsPerRun(100, func() { _ = byHand(ctx, 7, "a") })
	if ours > theirs {
		t.Errorf("%v allocations, by hand %v", ours, theirs)
	}
}
