package hooks

import (
	"context"
	"io"
	"testing"

	"github.com/goweaver/weaver/builtin/errortrack/reporter"
	"github.com/goweaver/weaver/instrument/hook"
)

//go:noinline
func plainly(f func() error) (err error) { return f() }

func BenchmarkErrortrack(b *testing.B) {
	ctx := b.Context()
	nothing, fails := func() error { return nil }, func() error { return io.EOF }
	run := func(name string, f func()) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f()
			}
		})
	}
	run("plain", func() { _ = plainly(nothing) })
	fn := &hook.Func{Package: "x", Name: "y"}
	woven := func(f func() error) (err error) { defer exit(Plain(fn), &err); return f() }
	wovenCtx := func(f func() error) (err error) { defer exit(Ctx(ctx, fn), &err); return f() }
	run("woven/none", func() { _ = woven(nothing) })
	run("woven/ctx none", func() { _ = wovenCtx(nothing) })
	reporter.Set(func(context.Context, reporter.Error) {})
	defer reporter.Set(nil)
	run("reported/none", func() { _ = woven(nothing) })
	run("reported/ctx none", func() { _ = wovenCtx(nothing) })
	run("reported/error", func() { _ = top(fails) })
	run("reported/three levels", func() { _ = top(func() error { return mid(ctx, func() error { return low(fails) }) }) })
}
