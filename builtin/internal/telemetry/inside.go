package telemetry

// Telemetry's own log lines.
//
// An export that fails is told to OpenTelemetry's error handler, and what that logs must
// not be exported: with an exporter that is out of reach each failure would make the next
// one, and one that exports at once would never come back. A line has no context that
// could carry the mark of Untraced, but its stack says where it comes from.

import (
	"maps"
	"runtime"
	"strings"
	"sync/atomic"
)

// Inside reports whether the caller runs on behalf of OpenTelemetry's SDK, one of its
// exporters or its error handler, a function of the program's that these call included.
// It looks at the nearest 64 functions of the stack, in about a microsecond.
func Inside() bool {
	var stack [64]uintptr
	n := runtime.Callers(2, stack[:])
	var known map[uintptr]bool
	if p := places.Load(); p != nil {
		known = *p
	}
	for i, pc := range stack[:n] {
		own, ok := known[pc]
		if !ok {
			known = learn(known, stack[i:n])
			own = known[pc]
		}
		if own {
			return true
		}
	}
	return false
}

// places says of the return addresses that were seen on a stack whether they are in
// OpenTelemetry's code: there are as many as calls in the program's text, and their names
// take long to find. It outlasts calls, and a hook has nowhere else to keep it. A map that
// is in it is never written to.
var places atomic.Pointer[map[uintptr]bool]

// learn returns known with the addresses of a stack added, for the next one too. Of two
// that are added at once one may have to be learnt again.
func learn(known map[uintptr]bool, stack []uintptr) map[uintptr]bool {
	old := places.Load()
	more := make(map[uintptr]bool, len(known)+len(stack))
	maps.Copy(more, known)
	for _, pc := range stack {
		if _, ok := more[pc]; !ok {
			more[pc] = ofSDK(pc)
		}
	}
	places.CompareAndSwap(old, &more)
	return more
}

// ofSDK reports whether the call that returns to pc, or one inlined there, is in
// OpenTelemetry's SDK, in an exporter of its, or in the globals by which these report.
// Its instrumentation libraries are not among them: they call the program's handlers.
func ofSDK(pc uintptr) bool {
	frames := runtime.CallersFrames([]uintptr{pc})
	for {
		f, more := frames.Next()
		if path, ok := strings.CutPrefix(f.Function, "go.opentelemetry.io/otel"); ok {
			for _, own := range []string{"/sdk/", "/sdk.", "/exporters/", "/internal/global.", ".Handle", ".ErrorHandlerFunc"} {
				if strings.HasPrefix(path, own) {
					return true
				}
			}
		}
		if !more {
			return false
		}
	}
}
