// Package hooks holds the functions that woven httprouter calls. They are linked into the
// program: the route that a router chose is told to the hooks of aspect nethttp, which have
// the server's span.
package hooks

import (
	"net/http"

	"github.com/julienschmidt/httprouter"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	nethttp "github.com/goweaver/weaver/builtin/nethttp/hooks"
)

// on is false where the environment switches the built-in off. It is read once.
var on = telemetry.On("httprouter")

// Handle returns the handle that is registered for path in the place of the program's: one
// that tells its route first. A router finds a handle only for a request that it is about to
// serve, or for a program that serves with what Lookup returns.
func Handle(_, path string, handle httprouter.Handle) httprouter.Handle {
	if !on || handle == nil {
		return handle // what a router makes of none depends on its version
	}
	return func(w http.ResponseWriter, r *http.Request, ps httprouter.Params) {
		if telemetry.Wanted() && r != nil {
			nethttp.SetRoute(r, path)
		}
		handle(w, r, ps)
	}
}
