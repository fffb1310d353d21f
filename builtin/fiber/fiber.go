// Package fiber holds the aspect that tells of github.com/gofiber/fiber/v3: the route that
// Fiber found is the route of the server's span and metrics, which are those of aspect
// fasthttp, and an error that comes to Fiber's error handler is an exception of that span. A
// fiber.Ctx is a context that has the span, and so has the one that its Context returns; a
// request of Fiber's client is below the span of the context that it is sent with. It makes
// neither spans nor metrics itself, and does nothing without that aspect.
//
// Fiber's own middleware for OpenTelemetry is not installed by it: it would make a second server
// span. Where a program uses it, its spans and metrics are the only ones.
package fiber

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither Fiber nor
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/fiber/hooks."

// Aspect gives the spans and metrics of fasthttp's servers the routes of Fiber 3.
var Aspect = &instrument.Aspect{
	Name: "fiber",
	Doc:  "the routes and errors of Fiber 3 in the spans and metrics of fasthttp's servers",
	Rules: []instrument.Rule{
		// Requests come here, and again from middleware that calls the next handler; the second
		// is for apps with a context of their own.
		instrument.BodyNamed("(*github.com/gofiber/fiber/v3.App).next").
			Around(instrument.Named(hooks + "Next")),
		instrument.BodyNamed("(*github.com/gofiber/fiber/v3.App).nextCustom").
			Around(instrument.Named(hooks + "NextCustom")),
		instrument.BodyNamed("(*github.com/gofiber/fiber/v3.App).ErrorHandler").
			Before(instrument.Named(hooks + "Failed")),
		instrument.BodyNamed("(*github.com/gofiber/fiber/v3.DefaultCtx).Context").
			Around(instrument.Named(hooks + "Context")),
		// It does not ask the RequestCtx as a context.
		instrument.BodyNamed("(*github.com/gofiber/fiber/v3.DefaultCtx).Value").
			Around(instrument.Named(hooks + "Value")),

		// The client sends a copy of the request, by another goroutine and without the context.
		instrument.BodyNamed("(*github.com/gofiber/fiber/v3/client.core).execFunc").
			Before(instrument.Named(hooks+"Send")).Capture("c.ctx", "c.req.RawRequest"),

		// A program that instruments Fiber itself keeps its own spans and metrics, and only
		// these.
		instrument.BodyNamed("github.com/gofiber/contrib/v3/otel.Middleware").
			Around(instrument.Named(hooks + "Middleware")),
	},
}
