// Package gin holds the aspect for programs that serve with github.com/gin-gonic/gin: the
// server's span and metrics, which the aspect nethttp makes, get the route that gin chose,
// and the span the errors that handlers left in the context.
//
// OpenTelemetry's otelgin is not installed for it. It would make a second span and a second
// metric of each request, and asks for a version of gin of its own; a program that uses it
// keeps it, and has its span and metrics only.
package gin

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither
// OpenTelemetry nor gin.
const hooks = "github.com/goweaver/weaver/builtin/gin/hooks."

// Aspect tells the server's span what gin knows of a request.
var Aspect = &instrument.Aspect{
	Name: "gin",
	Doc:  "name what gin serves by its routes",
	Rules: []instrument.Rule{
		// Requests come here after the server, HandleContext and tests alike.
		instrument.BodyNamed("(*github.com/gin-gonic/gin.Engine).handleHTTPRequest").
			Around(instrument.Named(hooks + "Serve")),
		// A gin.Context is a context.Context that many hand to databases and clients.
		instrument.BodyNamed("(*github.com/gin-gonic/gin.Context).Value").
			Around(instrument.Named(hooks + "Value")),

		instrument.BodyNamed("go.opentelemetry.io/contrib/instrumentation/github.com/gin-gonic/gin/otelgin.Middleware").
			Around(instrument.Named(hooks + "Middleware")),
	},
}
