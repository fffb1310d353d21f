package hooks

// What a logger or handler was given before it logs.
//
// A record has the attributes of its own call. Those of With and WithGroup are in the
// handler, which has formatted them by then or keeps them to itself, and a handler has no
// method to be asked by. So they are noted where they are given: for the handlers of
// log/slog by handler, since a program may give them attributes without a logger; for all
// others by logger. Nothing of the program's is kept alive by that.
//
// It costs something, so it is only done where there may be spans or an export: the
// environment has a variable of OpenTelemetry's, as it has where otelsdk starts the SDK, or
// there is a provider already. A program that sets one itself, and gives attributes to a
// logger before that, exports its records without them.

import (
	"log/slog"
	"os"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"weak"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// A past is what a logger or handler was given. A nil one is nothing.
type past struct {
	bridge slog.Handler // OpenTelemetry's handler with the same
	ids    bool         // a trace id is among it
}

func (p *past) hasIDs() bool { return p != nil && p.ids }

// bridgeOf returns the handler to export a record by.
func (p *past) bridgeOf() slog.Handler {
	if p == nil {
		return root()
	}
	return p.bridge
}

// withAttrs returns the past of a logger that is given attrs more.
func (p *past) withAttrs(attrs []slog.Attr) *past {
	next := &past{ids: p.hasIDs()}
	for _, a := range attrs {
		next.ids = next.ids || a.Key == traceID
	}
	next.bridge = withAttrs(p.bridgeOf(), attrs)
	return next
}

// withGroup returns the past of a logger that is given an open group.
func (p *past) withGroup(name string) *past {
	return &past{ids: p.hasIDs(), bridge: p.bridgeOf().WithGroup(name)}
}

// asked is whether the environment has a variable of OpenTelemetry's, other than the one
// that switches built-ins off.
var asked = asksFor(os.Environ())

func asksFor(environ []string) bool {
	for _, kv := range environ {
		key, value, _ := strings.Cut(kv, "=")
		if strings.HasPrefix(key, "OTEL_") && key != telemetry.Switch && value != "" {
			return true
		}
	}
	return false
}

// noting reports whether what loggers are given is noted.
func noting() bool {
	if asked {
		return true
	}
	if _, ok := telemetry.LoggerProvider(); ok {
		return true
	}
	_, ok := telemetry.TracerProvider() // a record may have ids already
	return ok
}

// pasts holds the pasts of loggers and handlers by their address, which another one may
// have later: what is found there counts only for the one that it was noted for, and goes
// with it. It is package-level since a hook has no receiver that could keep it, and log/slog's
// own types have no room.
var pasts struct {
	some atomic.Bool // saves the lock where there are none
	mu   sync.RWMutex
	by   map[uintptr]any // a *entry[T]
}

type entry[T any] struct {
	of weak.Pointer[T]
	*past
}

// note remembers the past of x.
func note[T any](x *T, p *past) {
	n := &entry[T]{weak.Make(x), p}
	at := address(x)
	pasts.mu.Lock()
	if pasts.by == nil {
		pasts.by = map[uintptr]any{}
	}
	pasts.by[at] = n
	pasts.some.Store(true)
	pasts.mu.Unlock()
	runtime.AddCleanup(x, forget[T], forgotten[T]{at, n})
}

type forgotten[T any] struct {
	at uintptr
	n  *entry[T]
}

func forget[T any](f forgotten[T]) {
	pasts.mu.Lock()
	defer pasts.mu.Unlock()
	if pasts.by[f.at] == any(f.n) {
		delete(pasts.by, f.at)
	}
}

// recall returns the past of x, nil if there is none.
func recall[T any](x *T) *past {
	if !pasts.some.Load() {
		return nil
	}
	pasts.mu.RLock()
	n, ok := pasts.by[address(x)].(*entry[T])
	pasts.mu.RUnlock()
	if !ok || n.of.Value() != x {
		return nil
	}
	return n.past
}

func address[T any](x *T) uintptr { return reflect.ValueOf(x).Pointer() }

// pastOf returns what l was given, l or its handler.
func pastOf(l *slog.Logger) *past {
	if !pasts.some.Load() {
		return nil
	}
	switch h := l.Handler().(type) {
	case *slog.JSONHandler:
		return recall(h)
	case *slog.TextHandler:
		return recall(h)
	}
	return recall(l)
}
