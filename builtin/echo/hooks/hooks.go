// Package hooks holds the functions that woven Echo 4 calls. They are linked into the
// program, and change nothing that it can see: the route that Echo found is told to the
// hooks of aspect nethttp, which have the server's span.
package hooks

import (
	"net/http"
	"reflect"

	"github.com/labstack/echo/v4"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	nethttp "github.com/goweaver/weaver/builtin/nethttp/hooks"
	"github.com/goweaver/weaver/instrument/hook"
)

// on is false where the environment switches the built-in off. It is read once.
var on = telemetry.On("echo")

// Find tells the server's span which route the router found for the request of c. For a
// method that a path does not have that is the path, as Echo and its middleware have it,
// and for a path that is not there nothing: up to v4.7 the context's path is then what the
// client sent.
func Find(c echo.Context) func(hook.Exit) {
	if !on || !telemetry.Wanted() {
		return nil
	}
	return func(how hook.Exit) {
		// A router can be asked about a path without a request.
		if how != hook.Returned || c.Request() == nil || is(c.Handler(), echo.NotFoundHandler) {
			return
		}
		nethttp.SetRoute(c.Request(), c.Path())
	}
}

// is reports whether f and g have the same code, which is all that tells functions apart.
func is(f, g echo.HandlerFunc) bool {
	return reflect.ValueOf(f).Pointer() == reflect.ValueOf(g).Pointer()
}

// New has a new Echo record the errors that come to its error handler, whatever handler that
// is. The program has no way to look at an Echo's middleware, and puts its own inside. An
// Echo that is made before this package is initialised goes without.
func New() func(*echo.Echo) {
	if !on {
		return nil
	}
	return func(e *echo.Echo) { e.Use(failing) }
}

// failing is a middleware. Echo calls it anew for each request, so that where nothing is
// recorded next is all that there is.
func failing(next echo.HandlerFunc) echo.HandlerFunc {
	if _, tracing := telemetry.TracerProvider(); !tracing {
		return next
	}
	return func(c echo.Context) error {
		ctx := c.Request().Context() // of the server, whatever the handlers replace
		err := next(c)
		if err == nil || answers(err) {
			return err
		}
		if span := nethttp.ServerSpan(ctx); span != nil {
			telemetry.AddException(span, err)
		}
		return err
	}
}

// answers reports whether err is a handler's way to answer with a status that is not the
// server's fault, as Echo's own error handler sees it.
func answers(err error) bool {
	he, ok := err.(*echo.HTTPError) //nolint:errorlint // nor does Echo look into it
	if !ok || he == nil {
		return false
	}
	if inner, ok := he.Internal.(*echo.HTTPError); ok && inner != nil { //nolint:errorlint // likewise
		he = inner
	}
	return he.Code < http.StatusInternalServerError
}

// Middleware is for programs that use otelecho, or LabStack's middleware, themselves: what
// they configured there makes the span and the metrics, and nethttp's, which were there
// first, are given up. It returns what replaces the middleware.
func Middleware() func(echo.MiddlewareFunc) echo.MiddlewareFunc { return yielding }

func yielding(middleware echo.MiddlewareFunc) echo.MiddlewareFunc {
	if middleware == nil {
		return nil // it could not be made
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		h := middleware(next)
		return func(c echo.Context) error {
			if r := c.Request(); r != nil {
				if given := nethttp.Yield(r); given != r {
					c.SetRequest(given)
				}
			}
			return h(c)
		}
	}
}
