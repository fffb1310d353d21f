package hooks

// What the hooks of routers other than net/http's own tell of a request that is being
// served. They are in modules of their own, and need not know whether the aspect is there.

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel/trace"
)

// A choice is the route that a router chose.
type choice struct {
	pattern string
	whole   bool // the router saw the path as it came
}

// SetRoute notes that a router chose pattern, a path with placeholders in the router's own
// form, for r or a copy of it. It is the route of the server's span and metrics, also where a
// ServeMux had sent the request on to the router, whose pattern says less. But where a
// handler in between has cut the path, the ServeMux's counts, or that of a router further
// out: it alone has seen all of it.
// Without a request of Serve's, or with an empty pattern, nothing happens.
func SetRoute(r *http.Request, pattern string) {
	x := exchangeOf(r.Context())
	if x == nil || pattern == "" {
		return
	}
	chosen := &choice{pattern: pattern, whole: r.URL != nil && r.URL.Path == x.path}
	if before := x.router.Load(); before != nil && before.whole && !chosen.whole {
		return
	}
	x.router.Store(chosen)
}

// ServerSpan returns the span of the request that ctx belongs to. It is nil where there
// is none, or where it is given up for the program's own.
func ServerSpan(ctx context.Context) trace.Span {
	x := exchangeOf(ctx)
	if x == nil || x.unspanned.Load() || !x.span.IsRecording() {
		return nil
	}
	return x.span
}

// routeOf returns the request's route, or "". A router that nobody tells of may have set
// the request's pattern.
func (x *exchange) routeOf(req *http.Request) string {
	chosen := x.router.Load()
	if chosen != nil && chosen.whole {
		return chosen.pattern
	}
	if p := x.route.Load(); p != nil {
		return route(*p)
	}
	if chosen != nil {
		return chosen.pattern
	}
	return route(req.Pattern)
}
