// Package hooks holds the functions that woven Fiber 3 calls. They are linked into the
// program, and change nothing that it can see but for one thing: a fiber.Ctx, and the context
// of a request where the program has set none, have the span of the request.
package hooks

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v3"
	"github.com/valyala/fasthttp"

	"github.com/goweaver/weaver/builtin/internal/httpspan"
	"github.com/goweaver/weaver/builtin/internal/known"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// on is false where the environment switches the built-in off. It is read once.
var on = telemetry.On("fiber")

// requests is where the hooks of aspect fasthttp keep the exchange of a request.
var requests = known.NewField[fasthttp.Request]()

// middleware says of a route whether it is one of Use, which others come after.
var middleware = known.MemberOf[fiber.Route, bool]("use")

// exchangeOf returns the exchange of the request of c, or nil.
func exchangeOf(c interface{ RequestCtx() *fasthttp.RequestCtx }) *httpspan.Exchange {
	if rctx := c.RequestCtx(); rctx != nil {
		return httpspan.Held(requests.Load(&rctx.Request))
	}
	return nil
}

// Next tells the server's span which route was found for c. It is for a function that runs
// the first handler of the next route that fits, and runs again inside of that where a
// handler calls c.Next: the innermost is done first, and the last route that was found is the
// one of the request. A handler that is there for all requests is no route, and neither is
// one that others come after, though they be not found.
func Next(c *fiber.DefaultCtx) func(bool) {
	if !on || c == nil || !telemetry.Wanted() {
		return nil
	}
	return found(c)
}

// NextCustom is Next for apps with a context of their own.
func NextCustom(c fiber.CustomCtx) func(bool) {
	if !on || c == nil || !telemetry.Wanted() {
		return nil
	}
	return found(c)
}

func found(c fiber.Ctx) func(bool) {
	x := exchangeOf(c)
	if x == nil {
		return nil
	}
	return func(was bool) {
		if !was {
			x.SetRoute("", true)
			return
		}
		route := c.Route()
		if use := middleware.Of(route); use != nil && *use && (x.Routed() || route.Path == "/") {
			return
		}
		x.SetRoute(route.Path, true)
	}
}

// Failed records an error that comes to the error handler of an app, whatever handler that
// is. The span's status is that of the answer.
func Failed(c fiber.Ctx, err error) {
	if !on || c == nil || err == nil || !telemetry.Wanted() || answers(err) {
		return
	}
	if x := exchangeOf(c); x != nil && x.Recording() {
		telemetry.AddException(x.Span, err)
	}
}

// answers reports whether err is a handler's way to answer with a status that is not the
// server's fault.
func answers(err error) bool {
	var answer *fiber.Error
	return errors.As(err, &answer) && answer != nil && answer.Code < fiber.StatusInternalServerError
}

// Context returns what replaces the context of a program that has set none: the exchange's,
// which has the span and what came with the request, and as little else.
func Context(c *fiber.DefaultCtx) func(context.Context) context.Context {
	if !on || c == nil || !telemetry.Wanted() {
		return nil
	}
	x := exchangeOf(c)
	if x == nil {
		return nil
	}
	return func(ctx context.Context) context.Context {
		if ctx == context.Background() {
			return x.Context()
		}
		return ctx
	}
}

// Value returns what replaces a nil result of c.Value: what the exchange's context has under
// the key, where it is a key of OpenTelemetry's. A handler hands c on as a context.
func Value(c *fiber.DefaultCtx, key any) func(any) any {
	if !on || c == nil || !telemetry.Wanted() {
		return nil
	}
	x := exchangeOf(c)
	if x == nil || !httpspan.OwnKey(key) {
		return nil
	}
	return func(value any) any {
		if value == nil {
			return x.Context().Value(key)
		}
		return value
	}
}

// Send has a request of the client's come from the context that it is sent with: the copy that
// goes out, by aspect fasthttp, does too.
func Send(c hook.Captured) {
	if !on || !telemetry.Wanted() {
		return
	}
	ctx, _ := c.At(0).Any().(context.Context)
	req, _ := c.At(1).Any().(*fasthttp.Request)
	if ctx != nil && req != nil && httpspan.Held(requests.Load(req)) == nil {
		requests.Store(req, httpspan.OriginOf(ctx))
	}
}

// Middleware is for programs that use Fiber's own middleware for OpenTelemetry: what they
// configured there makes the span and the metrics, and fasthttp's, which were there first, are
// given up. It returns what replaces the middleware.
//
// A fiber.Handler is an alias, of what is written here.
func Middleware() func(func(fiber.Ctx) error) func(fiber.Ctx) error { return yielding }

func yielding(h fiber.Handler) fiber.Handler {
	if h == nil {
		return nil
	}
	return func(c fiber.Ctx) error {
		if x := exchangeOf(c); x != nil {
			yield(c, x)
		}
		return h(c)
	}
}

// yield gives the exchange up: the request's context is what it was without the span.
func yield(c fiber.Ctx, x *httpspan.Exchange) {
	ctx := c.Context()
	if ctx == context.Background() {
		ctx = x.Context()
	}
	if given, yielded := x.Yield(ctx); yielded {
		x.Leave()
		c.SetContext(given)
	}
}
