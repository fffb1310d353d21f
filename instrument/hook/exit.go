package hook

// How a function ended: what an exit function can ask for beside results.

import (
	"runtime"
	_ "unsafe" // for go:linkname
)

// An Exit says how a function ended. An exit function gets it by having a parameter
// of type Exit. Nothing is recovered for it: a panic goes on as if nobody had looked.
// It takes some hundred nanoseconds to find out, since the stack has to be asked.
type Exit uint8

const (
	// Returned is the end by a return statement, or by the end of the body; that of a
	// function that has recovered from its own panic too.
	Returned Exit = iota
	// Panicked is the end by a panic that goes on to the caller.
	Panicked
	// Goexit is the end of the goroutine by [runtime.Goexit], which is also what
	// testing.T's FailNow and SkipNow do.
	Goexit
)

// String returns returned, panicked or goexit.
func (e Exit) String() string {
	switch e {
	case Returned:
		return "returned"
	case Panicked:
		return "panicked"
	case Goexit:
		return "goexit"
	}
	return "unknown"
}

// A Panic is what a function panicked with. An exit function gets it by having a
// parameter of type Panic; its zero value says that there was none.
//
// Only for such an exit function, and only if it is not nil, weaver recovers. When the
// exit function has returned, woven code panics anew with the same value. Who recovers
// further up sees no difference; a program that crashes says "[recovered, repanicked]"
// behind the value, and the trace begins with woven code, below which stands all that
// it had before. An exit function that only needs to know that there was a panic takes
// an [Exit], which leaves no trace.
type Panic struct {
	// Value is the value of the panic, in the place of a nil one a
	// *runtime.PanicNilError. Under GODEBUG=panicnil=1 that is nil; Exit knows it.
	Value any
}

// how returns how the function F ends. Woven code calls it, through a linkname, from a
// function that F defers.
//
// A deferred function is called by whatever has the function end: by runtime.gopanic or
// runtime.Goexit, as of Go 1.25 and 1.26, or else by F itself, be it the compiler's
// call at the end or that of runtime.deferreturn, which Callers does not show. Nor does it
// show the function that the compiler makes of a deferred call with arguments.
//
//go:linkname how
//go:noinline
func how() Exit {
	const caller = 3 // of the deferred function; before it are Callers, how and that
	var pcs [1]uintptr
	if runtime.Callers(caller, pcs[:]) == 0 {
		return Returned
	}
	// What Callers returns is the address behind the call.
	switch runtime.FuncForPC(pcs[0] - 1).Name() {
	case "runtime.gopanic":
		return Panicked
	case "runtime.Goexit":
		return Goexit
	}
	return Returned
}
