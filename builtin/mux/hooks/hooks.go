// Package hooks holds the functions that woven gorilla/mux calls. They are linked into the
// program, and change nothing that it can see: the route that a router chose is told to the
// hooks of aspect nethttp, which have the server's span.
package hooks

import (
	"net/http"
	"runtime"
	"strings"

	"github.com/gorilla/mux"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	nethttp "github.com/goweaver/weaver/builtin/nethttp/hooks"
)

// on is false where the environment switches the built-in off. It is read once.
var on = telemetry.On("mux")

// Match tells the server's span which route a router has found for the request that it is
// about to serve. A router is asked for other reasons too: by the route of a subrouter,
// which may still decide against it, and by a program that looks something up. Only what
// ServeHTTP asks counts.
func Match(req *http.Request, match *mux.RouteMatch) func(matched bool) {
	if !on || !telemetry.Wanted() || !serving() {
		return nil
	}
	return func(matched bool) {
		if matched {
			chosen(req, match)
		}
	}
}

// chosen tells of the route of a match. With an error, the match is of a handler for what
// is not found or not allowed, and its route is that of the subrouter which has the
// handler. A route may also have no path, only a host or a header, say.
func chosen(req *http.Request, match *mux.RouteMatch) {
	if match.MatchErr != nil || match.Route == nil {
		return
	}
	if path, err := match.Route.GetPathTemplate(); err == nil {
		nethttp.SetRoute(req, path)
	}
}

// serving reports whether the innermost call of (*mux.Router).Match on the stack is that of
// (*mux.Router).ServeHTTP. Nothing that Match is given tells, and its callers have other
// names from version to version, ServeHTTP aside.
func serving() bool {
	const router = "github.com/gorilla/mux.(*Router)."
	var stack [16]uintptr // what weaver and other aspects put in between is a few calls
	frames := runtime.CallersFrames(stack[:runtime.Callers(2, stack[:])])
	for matching := false; ; {
		f, more := frames.Next()
		name, ours := strings.CutPrefix(f.Function, router)
		if matching {
			return ours && strings.HasPrefix(name, "ServeHTTP") // or a part of it that an aspect encloses
		}
		if !more {
			return false
		}
		matching = ours && name == "Match"
	}
}

// Middleware is for programs that use OpenTelemetry's otelmux themselves: what they
// configured there makes the span and the metrics, and nethttp's, which were there first,
// are given up. It returns what replaces the middleware.
func Middleware() func(mux.MiddlewareFunc) mux.MiddlewareFunc { return yielding }

func yielding(middleware mux.MiddlewareFunc) mux.MiddlewareFunc {
	return func(next http.Handler) http.Handler {
		h := middleware(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			given := nethttp.Yield(r)
			h.ServeHTTP(w, given)
			if given.MultipartForm != nil {
				r.MultipartForm = given.MultipartForm // as the middleware hands it on itself
			}
		})
	}
}
