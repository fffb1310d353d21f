// Package target has functions that do next to nothing, one for each advice. None is
// inlined, so that the plain program has the call too that a woven one can not do without.
package target

import (
	"context"

	"example.com/advices/hooks"
)

//go:noinline
func Before(n int) int { return n + 1 }

//go:noinline
func Check(n int) (int, error) { return n + 1, nil }

//go:noinline
func Around(n int) int { return n + 1 }

//go:noinline
func Exit(n int) int { return n + 1 }

//go:noinline
func Panic(n int) int { return n + 1 }

//go:noinline
func Closure(n int) int { return n + 1 }

//go:noinline
func Enclose(n int) int { return n + 1 }

//go:noinline
func Replace(n int) int { return replaced(n) }

//go:noinline
func replaced(n int) int { return n + 1 }

//go:noinline
func Wrap(n int) int { return wrapped(n) }

//go:noinline
func wrapped(n int) int { return n + 1 }

var number = 1

//go:noinline
func Set(n int) int { return n + number }

//go:noinline
func Pointer(o *hooks.Order) int { return o.Lines }

//go:noinline
func Span(_ context.Context, n int) int { return n + 1 }
