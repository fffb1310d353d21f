// Package hooks holds the functions that woven chi calls. They are linked into the program,
// and change nothing that it can see: the route that a router chose is told to the hooks of
// aspect nethttp, which have the server's span.
package hooks

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	nethttp "github.com/goweaver/weaver/builtin/nethttp/hooks"
)

// on is false where the environment switches the built-in off. It is read once.
var on = telemetry.On("chi")

// FindRoute has the handler that a router has found tell the route, when it is called. A
// program that only looks a route up does not call it, and is never given it.
func FindRoute(rctx *chi.Context) func(http.Handler) http.Handler {
	if !on || !telemetry.Wanted() {
		return nil
	}
	return func(h http.Handler) http.Handler {
		if h == nil {
			return nil // nothing is found
		}
		return found{h, rctx}
	}
}

// found is a handler that was found for a request.
type found struct {
	http.Handler
	rctx *chi.Context
}

// ServeHTTP implements [http.Handler]. A router below this one, which tells more, comes later.
func (f found) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	pattern := f.rctx.RoutePattern()
	if pattern == "" {
		pattern = "/" // which some versions cut with what ends in a slash
	}
	nethttp.SetRoute(r, pattern)
	f.Handler.ServeHTTP(w, r)
}
