// Package hooks holds the functions that woven Echo 5 calls. They are linked into the
// program, and change nothing that it can see: the route that Echo found is told to the
// hooks of aspect nethttp, which have the server's span.
package hooks

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v5"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	nethttp "github.com/goweaver/weaver/builtin/nethttp/hooks"
	"github.com/goweaver/weaver/instrument/hook"
)

// on is false where the environment switches the built-in off. It is read once.
var on = telemetry.On("echov5")

// Route tells the server's span which route a router, of Echo or of the program's own, has
// found for the request of c. Echo notes it in the request's Pattern too, since v5.1, which
// nethttp looks at. But that may be another request than the server's: a handler in between
// has made a copy, or a ServeMux has sent it on.
func Route(c *echo.Context, ri *echo.RouteInfo) {
	if !on || c == nil || ri == nil || !telemetry.Wanted() {
		return
	}
	// Contexts of tests have no request.
	if r := c.Request(); r != nil {
		nethttp.SetRoute(r, ri.Path)
	}
}

// Handler tells which path Echo's own router has found, for a method that the path does not
// have too: the route is then one without a path. And it has the handler that was found
// record the error that it returns, with its route's own middleware inside. Middleware of
// the Echo can not be added to: a program may list it.
func Handler(c *echo.Context) func(hook.Exit, echo.HandlerFunc) echo.HandlerFunc {
	if !on || !telemetry.Wanted() {
		return nil
	}
	return func(how hook.Exit, h echo.HandlerFunc) echo.HandlerFunc {
		if how != hook.Returned || h == nil || c.Request() == nil {
			return h
		}
		nethttp.SetRoute(c.Request(), c.Path())
		ctx := c.Request().Context()
		if nethttp.ServerSpan(ctx) == nil {
			return h
		}
		return func(c *echo.Context) error {
			err := h(c)
			if err == nil || answers(err) {
				return err
			}
			// Middleware may have given the span up by now.
			if span := nethttp.ServerSpan(ctx); span != nil {
				telemetry.AddException(span, err)
			}
			return err
		}
	}
}

// answers reports whether err is a handler's way to answer with a status that is not the
// server's fault. Echo asks an error for its status in the same way; one that does not
// survive that has none.
func answers(err error) (is bool) {
	defer func() {
		if recover() != nil {
			is = false
		}
	}()
	var coder echo.HTTPStatusCoder
	if !errors.As(err, &coder) {
		return false
	}
	status := coder.StatusCode()
	return status != 0 && status < http.StatusInternalServerError
}

// Middleware is for programs that use LabStack's middleware for OpenTelemetry themselves:
// what they configured there makes the span and the metrics, and nethttp's, which were
// there first, are given up. It returns what replaces the middleware.
func Middleware() func(echo.MiddlewareFunc) echo.MiddlewareFunc { return yielding }

func yielding(middleware echo.MiddlewareFunc) echo.MiddlewareFunc {
	if middleware == nil {
		return nil // it could not be made
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		h := middleware(next)
		return func(c *echo.Context) error {
			if r := c.Request(); r != nil {
				if given := nethttp.Yield(r); given != r {
					c.SetRequest(given)
				}
			}
			return h(c)
		}
	}
}
