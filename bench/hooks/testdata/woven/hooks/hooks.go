// Package hooks has the hooks that are measured: each takes what its advice can take by
// value and does nothing with it, so that what is left is the way there and back.
package hooks

import "github.com/goweaver/weaver/instrument/hook"

// Before takes the parameter.
func Before(int) {}

// BeforeCalled is Before for those who import it, with a call in their code too.
//
//go:noinline
func BeforeCalled(int) {}

// Check takes the parameter and refuses nothing.
func Check(int) error { return nil }

// Around takes the parameter at entry and the result at exit.
func Around(int) func(int) { return func(int) {} }

// Exit is also told how the function ended.
func Exit(int) func(hook.Exit) { return func(hook.Exit) {} }

// Panic is also told what the function panicked with.
func Panic(int) func(hook.Panic) { return func(hook.Panic) {} }

// Closure keeps the parameter until exit.
func Closure(n int) func(int) {
	return func(r int) {
		if r < n {
			panic("the result is less than the parameter")
		}
	}
}

// Enclose runs the body once.
func Enclose(n int, body func(int) int) int { return body(n) }

// Replace is called in the place of another function.
func Replace(n int) int { return n + 1 }

// Wrap returns the result.
func Wrap(r int) int { return r }

// An Order is a parameter by address.
type Order struct{ ID, Lines int }

// Pointer takes the address, and does not keep it.
func Pointer(o *Order) {
	if o.ID < 0 {
		panic("an order without a number")
	}
}

// PointerCalled is Pointer for those who import it, with a call in their code too.
//
//go:noinline
func PointerCalled(o *Order) { Pointer(o) }
