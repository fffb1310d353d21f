// Package echo holds the aspect that tells of github.com/labstack/echo/v4: the route that
// Echo found is the route of the server's span and metrics, which are those of aspect
// nethttp, and an error that a handler leaves to Echo is an exception of that span. It
// makes neither spans nor metrics itself, and does nothing without that aspect.
//
// OpenTelemetry's otelecho and LabStack's own middleware are not installed by it. They
// would make a second server span, and know nothing of what is answered before them. Where
// a program uses one, its spans and metrics are the only ones.
package echo

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither Echo nor
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/echo/hooks."

// Aspect gives the spans and metrics of HTTP servers the routes of Echo 4.
var Aspect = &instrument.Aspect{
	Name: "echo",
	Doc:  "the routes and errors of Echo 4 in the spans and metrics of HTTP servers",
	Rules: []instrument.Rule{
		instrument.BodyNamed("(*github.com/labstack/echo/v4.Router).Find").
			Around(instrument.Named(hooks + "Find")),
		instrument.BodyNamed("github.com/labstack/echo/v4.New").
			Around(instrument.Named(hooks + "New")),

		// A program that instruments Echo itself keeps its own spans and metrics, and only
		// these.
		instrument.BodyNamed("go.opentelemetry.io/contrib/instrumentation/github.com/labstack/echo/otelecho.Middleware").
			Around(instrument.Named(hooks + "Middleware")),
		instrument.BodyNamed("(github.com/labstack/echo-otel/v4.Config).ToMiddleware").
			Around(instrument.Named(hooks + "Middleware")),
	},
}
