// Package reporter is where a program says what becomes of the errors that leave its
// functions. It is what a program with the aspect errortrack imports; without the aspect it
// does nothing.
//
//	reporter.Set(func(ctx context.Context, e reporter.Error) {
//		slog.ErrorContext(ctx, e.Err.Error(), "in", e.Function, "stack", e.String())
//	})
package reporter

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
)

// An Error is an error that has left the functions of the main modules.
type Error struct {
	// Err is what the last of them returned. It is the program's own value.
	Err error
	// Function is the first function that the error left, or the first of the errors that it
	// wraps: with the import path, as [runtime.Frame] has it.
	Function string
	// Stack is how the program had come there, that function first.
	Stack []runtime.Frame
}

// String returns the stack as [runtime/debug.Stack] writes one.
func (e Error) String() string {
	var b strings.Builder
	for _, f := range e.Stack {
		fmt.Fprintf(&b, "%s(...)\n\t%s:%d\n", f.Function, f.File, f.Line)
	}
	return b.String()
}

// Both are package-level since the hooks, which have no receiver, are told by them.
var (
	report  atomic.Pointer[func(context.Context, Error)]
	ignores atomic.Pointer[func(error) bool]
)

// Set has errors be reported to f, or to nobody if f is nil; before the first Set it is nobody.
//
// f runs in the goroutine of the function that the error leaves last, before its caller goes
// on, so what takes long is to be handed on. A panic of f is one of that function. The context
// is that of the first function on the error's way that takes one as its first parameter,
// or else context.Background(). What f itself calls is not tracked; goroutines that it starts are.
func Set(f func(ctx context.Context, e Error)) {
	if f == nil {
		report.Store(nil)
		return
	}
	report.Store(&f)
}

// Ignore has errors be left out that f reports true for, in the place of the default, which is
// true for [context.Canceled] and what wraps it. A nil f brings that back. f is asked once an
// error would be reported.
func Ignore(f func(error) bool) {
	if f == nil {
		ignores.Store(nil)
		return
	}
	ignores.Store(&f)
}

// Current returns what errors are reported to, or nil. It is called by woven code.
func Current() func(context.Context, Error) {
	if f := report.Load(); f != nil {
		return *f
	}
	return nil
}

// Ignoring returns what was given to [Ignore], or nil. It is called by woven code.
func Ignoring() func(error) bool {
	if f := ignores.Load(); f != nil {
		return *f
	}
	return nil
}
