package hooks

// What the hooks of routers other than net/http's own tell of a request that is being
// served. They are in modules of their own, and need not know whether the aspect is there.

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/httpspan"
)

// SetRoute notes that a router chose pattern, a path with placeholders in the router's own
// form, for r or a copy of it. It is the route of the server's span and metrics, also where a
// ServeMux had sent the request on to the router, whose pattern says less. But where a
// handler in between has cut the path, the ServeMux's counts, or that of a router further
// out: it alone has seen all of it.
// Without a request of Serve's, or with an empty pattern, nothing happens.
func SetRoute(r *http.Request, pattern string) {
	if x := httpspan.Of(r.Context()); x != nil && pattern != "" {
		x.SetRoute(pattern, r.URL != nil && r.URL.Path == x.Path)
	}
}

// ServerSpan returns the span of the request that ctx belongs to. It is nil where there
// is none, or where it is given up for the program's own.
func ServerSpan(ctx context.Context) trace.Span {
	x := httpspan.Of(ctx)
	if x == nil || !x.Recording() {
		return nil
	}
	return x.Span
}
