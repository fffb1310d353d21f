// Package woven finds the function that a hook runs for among those that are called.
package woven

import (
	"runtime"
	"strings"

	"github.com/goweaver/weaver/instrument/hook"
)

// A Place is a function as package runtime knows it. The zero Place is one that was not found.
type Place struct {
	// Entry is the address at which the function starts. Of a generic one it is that of the
	// instances of one shape.
	Entry uintptr
	// Name is the function's name as runtime.Frame has it.
	Name string
}

// Find returns where f is, by looking for it on the stack: it is called, however deep, by a
// hook that runs for f. That takes microseconds, so the answer is to be kept.
func Find(f *hook.Func) Place {
	var pcs [32]uintptr // a hook's own functions, and the adapters that call it
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for more := true; more; {
		var frame runtime.Frame
		frame, more = frames.Next()
		if is(frame, f) {
			return Place{Entry: frame.Entry, Name: frame.Function}
		}
	}
	return Place{}
}

// is reports whether the frame is one of f, which is never inlined, since it defers. A function
// that is enclosed has its name and stands in another file; the line tells functions apart that only a
// build does, such as two named init.
func is(frame runtime.Frame, f *hook.Func) bool {
	if frame.Func == nil {
		return false
	}
	if f.Name != "init" && strings.ReplaceAll(frame.Function, "[...]", "") == f.FullName() {
		return true
	}
	_, line := frame.Func.FileLine(frame.Entry)
	return frame.File == f.File && line == f.Line
}

// PC returns an address by which log/slog and others name the function and the line of its
// declaration, or 0 for the zero Place. They take it for the address behind a call.
func (p Place) PC() uintptr {
	if p.Entry == 0 {
		return 0
	}
	return p.Entry + 1
}

// ShortName returns the function's name behind the last element of its package's path, as a
// reader of the code sees it. A major version at the end says nothing by itself.
func ShortName(f *hook.Func) string { return packageName(f.Package) + "." + f.Name }

func packageName(path string) string {
	dir, last := "", path
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		dir, last = path[:i], path[i+1:]
	}
	if n := strings.TrimPrefix(last, "v"); dir != "" && n != last && n != "" && strings.Trim(n, "0123456789") == "" {
		return packageName(dir)
	}
	return last
}
