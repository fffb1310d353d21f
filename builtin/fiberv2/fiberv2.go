// Package fiberv2 holds the aspect that tells of github.com/gofiber/fiber/v2: the route that
// Fiber found is the route of the server's span and metrics, which are those of aspect
// fasthttp, and an error that comes to Fiber's error handler is an exception of that span.
// UserContext has the span too, as the RequestCtx has that Context returns. It makes neither
// spans nor metrics itself, and does nothing without that aspect.
//
// Fiber's own otelfiber is not installed by it: it would make a second server span, and its
// conventions are older ones. Where a program uses it, its spans and metrics are the only
// ones.
package fiberv2

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither Fiber nor
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/fiberv2/hooks."

// Aspect gives the spans and metrics of fasthttp's servers the routes of Fiber 2.
var Aspect = &instrument.Aspect{
	Name: "fiberv2",
	Doc:  "the routes and errors of Fiber 2 in the spans and metrics of fasthttp's servers",
	Rules: []instrument.Rule{
		// Requests come here, and again from middleware that calls the next handler.
		instrument.BodyNamed("(*github.com/gofiber/fiber/v2.App).next").
			Around(instrument.Named(hooks + "Next")),
		instrument.BodyNamed("(*github.com/gofiber/fiber/v2.App).ErrorHandler").
			Before(instrument.Named(hooks + "Failed")),
		instrument.BodyNamed("(*github.com/gofiber/fiber/v2.Ctx).UserContext").
			Around(instrument.Named(hooks + "UserContext")),

		// A program that instruments Fiber itself keeps its own spans and metrics, and only
		// these.
		instrument.BodyNamed("github.com/gofiber/contrib/otelfiber.Middleware").
			Around(instrument.Named(hooks + "Middleware")),
		instrument.BodyNamed("github.com/gofiber/contrib/otelfiber/v2.Middleware").
			Around(instrument.Named(hooks + "Middleware")),
	},
}
