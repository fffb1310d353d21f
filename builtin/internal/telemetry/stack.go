package telemetry

import (
	"maps"
	"runtime"
	"sync/atomic"
)

// Addresses say of each return address that was seen on a stack what a T says: there are as
// many as calls in the program's text, and to find the names of what they are in takes long.
// What is known outlasts the calls of a hook.
type Addresses[T any] struct {
	known atomic.Pointer[map[uintptr]T] // a map that is in it is never written to
	of    func(pc uintptr) T
}

// NewAddresses returns addresses of which nothing is known yet. What of returns is of the call
// that returns to pc, and of those inlined there.
func NewAddresses[T any](of func(pc uintptr) T) *Addresses[T] {
	return &Addresses[T]{of: of}
}

// Walk calls see for the addresses of a stack, in order, until it returns false. It allocates
// nothing for one that was seen before.
func (a *Addresses[T]) Walk(stack []uintptr, see func(T) bool) {
	var known map[uintptr]T
	if p := a.known.Load(); p != nil {
		known = *p
	}
	for i, pc := range stack {
		v, ok := known[pc]
		if !ok {
			known = a.learn(known, stack[i:])
			v = known[pc]
		}
		if !see(v) {
			return
		}
	}
}

// learn returns known with the addresses of a stack added, for the next one too. Of two
// that are added at once one may have to be learnt again.
func (a *Addresses[T]) learn(known map[uintptr]T, stack []uintptr) map[uintptr]T {
	old := a.known.Load()
	more := make(map[uintptr]T, len(known)+len(stack))
	maps.Copy(more, known)
	for _, pc := range stack {
		if _, ok := more[pc]; !ok {
			more[pc] = a.of(pc)
		}
	}
	a.known.CompareAndSwap(old, &more)
	return more
}

// Frames calls see for the function of the call that returns to pc, and for those inlined
// there, the innermost first.
func Frames(pc uintptr, see func(runtime.Frame)) {
	frames := runtime.CallersFrames([]uintptr{pc})
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		see(f)
	}
}
