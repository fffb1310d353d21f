// Package byhand calls hooks as somebody would who imports them.
package byhand

import "example.com/advices/hooks"

//go:noinline
func Before(n int) int {
	hooks.Before(n)
	return n + 1
}

//go:noinline
func BeforeCalled(n int) int {
	hooks.BeforeCalled(n)
	return n + 1
}

//go:noinline
func Pointer(o *hooks.Order) int {
	hooks.Pointer(o)
	return o.Lines
}

//go:noinline
func PointerCalled(o *hooks.Order) int {
	hooks.PointerCalled(o)
	return o.Lines
}
