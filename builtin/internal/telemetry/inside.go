package telemetry

// Telemetry's own log lines.
//
// An export that fails is told to OpenTelemetry's error handler, and what that logs must
// not be exported: with an exporter that is out of reach each failure would make the next
// one, and one that exports at once would never come back. A line has no context that
// could carry the mark of Untraced, but its stack says where it comes from.

import (
	"runtime"
	"strings"
)

// Inside reports whether the caller runs on behalf of OpenTelemetry's SDK, one of its
// exporters or its error handler, a function of the program's that these call included.
// It looks at the nearest 64 functions of the stack, in about a microsecond.
func Inside() bool {
	var stack [64]uintptr
	n := runtime.Callers(2, stack[:])
	inside := false
	places.Walk(stack[:n], func(own bool) bool {
		inside = own
		return !own
	})
	return inside
}

// places says of return addresses whether they are in OpenTelemetry's code. It is
// package-level since a hook has nowhere else to keep it.
var places = NewAddresses(ofSDK)

// ofSDK reports whether the call that returns to pc, or one inlined there, is in
// OpenTelemetry's SDK, in an exporter of its, or in the globals by which these report.
// Its instrumentation libraries are not among them: they call the program's handlers.
func ofSDK(pc uintptr) (own bool) {
	Frames(pc, func(f runtime.Frame) {
		if path, ok := strings.CutPrefix(f.Function, "go.opentelemetry.io/otel"); ok {
			for _, prefix := range []string{"/sdk/", "/sdk.", "/exporters/", "/internal/global.", ".Handle", ".ErrorHandlerFunc"} {
				own = own || strings.HasPrefix(path, prefix)
			}
		}
	})
	return own
}
