// Package telemetry is what the hooks of the built-ins share: whether the program has
// traces, metrics and logs at all, asked for at a price that every call can pay; what it
// makes them with at the moment; the switch of each built-in; and the mark on work that
// must not be told of.
package telemetry

import (
	"context"
	"os"
	"reflect"
	"strings"
	"sync/atomic"
)

// A question is whether one of OpenTelemetry's global providers makes anything.
// OpenTelemetry has no answer to that: a global provider is never nil, and before the
// first is set it is a placeholder of an unexported type. Comparing types needs no lock
// and no allocation. A question never changes after initialisation; its placeholder stays
// nil in a program that sets its provider from an earlier initialiser, where the
// placeholder is no longer to be seen.
type question struct {
	placeholder, nothing reflect.Type
}

// ask returns the question about the global that is v now. Values of the type nothing
// make nothing.
func ask(v any, nothing reflect.Type) question {
	q := question{nothing: nothing}
	if Unset(v) {
		q.placeholder = reflect.TypeOf(v)
	}
	return q
}

// set reports whether v, what the global is now, makes anything.
func (q question) set(v any) bool {
	t := reflect.TypeOf(v)
	return t != nil && t != q.placeholder && t != q.nothing
}

// Unset reports whether v, one of OpenTelemetry's globals, is still the placeholder
// that delegates to what the program may set later.
func Unset(v any) bool {
	t := reflect.TypeOf(v)
	if t == nil || t.Kind() != reflect.Pointer {
		return false
	}
	path := t.Elem().PkgPath()
	return strings.HasPrefix(path, "go.opentelemetry.io/otel/internal/") ||
		strings.HasPrefix(path, "go.opentelemetry.io/otel/log/internal/")
}

// Switch names the variable with the built-ins that are off.
const Switch = "OTEL_GO_DISABLED_INSTRUMENTATIONS"

// On reports whether the built-in of that name is on: the environment variable that
// [Switch] names, a list with commas between, does not have it. The names are those of
// the list in a registration file, in any case. Hooks ask once, when they are initialised.
func On(name string) bool {
	for off := range strings.SplitSeq(os.Getenv(Switch), ",") {
		if strings.EqualFold(strings.TrimSpace(off), name) {
			return false
		}
	}
	return true
}

// Wanted reports whether the program has a tracer or a meter provider.
func Wanted() bool {
	if _, ok := TracerProvider(); ok {
		return true
	}
	_, ok := MeterProvider()
	return ok
}

type untracedKey struct{}

// Untraced returns a context for telemetry's own work, such as an export, of which
// no hook tells: that would make more of it.
func Untraced(ctx context.Context) context.Context {
	return context.WithValue(ctx, untracedKey{}, true)
}

// IsUntraced reports whether ctx comes from [Untraced].
func IsUntraced(ctx context.Context) bool { return ctx.Value(untracedKey{}) != nil }

// own is the server of telemetry's own, if it has one: an SDK is set up in one place and
// asked about in another.
var own atomic.Pointer[any]

// SetOwnServer notes the *http.Server, or nil, by which telemetry itself is handed out.
func SetOwnServer(s any) { own.Store(&s) }

// IsOwnServer reports whether s is what SetOwnServer was told, and there is one.
func IsOwnServer(s any) bool {
	p := own.Load()
	return p != nil && *p != nil && *p == s
}
