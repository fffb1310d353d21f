package telemetry

import (
	"os"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"weak"
)

// Notes hold what hooks know of values that have no room for it, by their address. Another
// value may be at the same address later: what is found there counts only for the one that
// it was noted for, and goes with it. The zero value has none.
type Notes struct {
	some atomic.Bool // saves the lock where there are none
	mu   sync.RWMutex
	by   map[uintptr]any // a *noted[T, K]
}

type noted[T, K any] struct {
	of weak.Pointer[T]
	k  K
}

// Note remembers k for x, which is on the heap, in the place of what was noted before. It
// does not keep x alive, nor may k.
func Note[T, K any](n *Notes, x *T, k K) {
	at := address(x)
	n.mu.Lock()
	defer n.mu.Unlock()
	if had, ok := n.by[at].(*noted[T, K]); ok && had.of.Value() == x {
		had.k = k
		return
	}
	if n.by == nil {
		n.by = map[uintptr]any{}
	}
	entry := &noted[T, K]{weak.Make(x), k}
	n.by[at] = entry
	n.some.Store(true)
	runtime.AddCleanup(x, func(entry *noted[T, K]) {
		n.mu.Lock()
		defer n.mu.Unlock()
		if n.by[at] == any(entry) {
			delete(n.by, at)
		}
	}, entry)
}

// Noted returns what was noted for x, and whether anything was.
func Noted[T, K any](n *Notes, x *T) (k K, ok bool) {
	if !n.some.Load() {
		return k, false
	}
	n.mu.RLock()
	defer n.mu.RUnlock()
	entry, ok := n.by[address(x)].(*noted[T, K])
	if !ok || entry.of.Value() != x {
		return k, false
	}
	return entry.k, true
}

func address[T any](x *T) uintptr { return reflect.ValueOf(x).Pointer() }

// Noting reports whether what loggers are given before they log is worth a note. That costs
// something, so it is only where there may be spans or an export: the environment has a
// variable of OpenTelemetry's, as it has where otelsdk starts the SDK, or there is a provider
// already. A program that sets one itself, and gives attributes to a logger before that,
// exports its records without them.
func Noting() bool {
	if asked {
		return true
	}
	if _, ok := LoggerProvider(); ok {
		return true
	}
	_, ok := TracerProvider() // a record may have ids already
	return ok
}

// asked is whether the environment has a variable of OpenTelemetry's, other than the one
// that switches built-ins off.
var asked = asksFor(os.Environ())

func asksFor(environ []string) bool {
	for _, kv := range environ {
		key, value, _ := strings.Cut(kv, "=")
		if strings.HasPrefix(key, "OTEL_") && key != Switch && value != "" {
			return true
		}
	}
	return false
}
