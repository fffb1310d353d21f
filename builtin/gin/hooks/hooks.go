// Package hooks holds the functions that woven gin code calls. They are linked into the
// program, and change nothing that it can see but for one thing: a gin.Context finds the
// span of its request.
package hooks

import (
	"reflect"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	nethttp "github.com/goweaver/weaver/builtin/nethttp/hooks"
)

// on is false where the environment switches the built-in off. It is read once.
var on = telemetry.On("gin")

// Serve tells the server's span, when gin is done with a request, the route that gin chose
// and the errors that are in the context, which is gin's way for handlers to report what
// they have answered for already. The span's status is that of the answer.
//
// A request that no route is for has none, whatever its path. One that is sent on by
// HandleContext, for which its path is changed, has the route that answered it, and its
// errors once: those of the handlers that answered.
func Serve(c *gin.Context) func() {
	if !on || c.Request == nil || !telemetry.Wanted() {
		return nil
	}
	r, path, before := c.Request, c.Request.URL.Path, len(c.Errors)
	return func() {
		nethttp.SetRoute(r, c.FullPath())
		if span := nethttp.ServerSpan(r.Context()); span != nil && r.URL.Path == path {
			for _, err := range c.Errors[min(before, len(c.Errors)):] {
				telemetry.AddException(span, err.Err)
			}
		}
	}
}

// Value returns what replaces a nil result of c.Value: what the request's context has under
// the key, where it is a key of OpenTelemetry's. Without it a handler that hands c on as a
// context, as most do, would have the spans of its databases and clients in traces of their
// own, unless the engine's ContextWithFallback is set. What other packages keep in contexts
// is found or not found as ever.
//
// A program may have made the request's context from c, which then asks itself: there
// nothing is found, as without the hook.
func Value(c *gin.Context, key any) func(any) any {
	if _, asked := key.(probe); asked {
		return found
	}
	if !on || c == nil || c.Request == nil || !ours(key) || !telemetry.Wanted() {
		return nil
	}
	return func(value any) any {
		if ctx := c.Request.Context(); value == nil && ctx.Value(probe{}) == nil {
			return ctx.Value(key)
		}
		return value
	}
}

// A probe is the key that every gin.Context has a value for.
type probe struct{}

func found(any) any { return probe{} }

// ours reports whether the key is of a type of OpenTelemetry's or weaver's.
func ours(key any) bool {
	t := reflect.TypeOf(key)
	if t == nil {
		return false
	}
	path := t.PkgPath()
	return strings.HasPrefix(path, "go.opentelemetry.io/") || strings.HasPrefix(path, "github.com/goweaver/weaver/")
}

// Middleware is for programs that use otelgin themselves: what they configured there makes
// the span and the metrics, and the server's, which were there first, are given up. That
// is so with the built-in switched off too, which nethttp may not be.
//
// It returns what replaces the result of otelgin.Middleware.
func Middleware() func(gin.HandlerFunc) gin.HandlerFunc { return yielding }

func yielding(middleware gin.HandlerFunc) gin.HandlerFunc {
	return func(c *gin.Context) {
		if c.Request != nil {
			c.Request = nethttp.Yield(c.Request)
		}
		middleware(c)
	}
}
