// Package echov5 holds the aspect that tells of github.com/labstack/echo/v5: the route that
// Echo found is the route of the server's span and metrics, which are those of aspect
// nethttp, and an error that a route's handler returns is an exception of that span. It
// makes neither spans nor metrics itself, and does nothing without that aspect.
//
// LabStack's own middleware is not installed by it. It would make a second server span, be
// in the list that Echo gives of its middleware, and know nothing of what is answered before
// it. Where a program uses it, its spans and metrics are the only ones.
package echov5

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither Echo nor
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/echov5/hooks."

// Aspect gives the spans and metrics of HTTP servers the routes of Echo 5.
var Aspect = &instrument.Aspect{
	Name: "echov5",
	Doc:  "the routes and errors of Echo 5 in the spans and metrics of HTTP servers",
	Rules: []instrument.Rule{
		// Routers of the program's own call it too.
		instrument.BodyNamed("(*github.com/labstack/echo/v5.Context).InitializeRoute").
			Before(instrument.Named(hooks + "Route")),
		instrument.BodyNamed("(*github.com/labstack/echo/v5.DefaultRouter).Route").
			Around(instrument.Named(hooks + "Handler")),

		// A program that instruments Echo itself keeps its own spans and metrics, and only
		// these. The first is the name that the second had before.
		instrument.BodyNamed("(github.com/labstack/echo-opentelemetry.Config).ToMiddleware").
			Around(instrument.Named(hooks + "Middleware")),
		instrument.BodyNamed("(github.com/labstack/echo-otel/v5.Config).ToMiddleware").
			Around(instrument.Named(hooks + "Middleware")),
	},
}
