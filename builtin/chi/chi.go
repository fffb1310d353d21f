// Package chi holds the aspect that tells of github.com/go-chi/chi/v5: the route that a Mux
// chose is the route of the server's span and metrics, which are those of aspect nethttp. It
// makes none itself, and does nothing without that aspect.
//
// The route is what chi's own RoutePattern says of it: the patterns of all routers that the
// request has come through. Where a router that is mounted below another one does not find
// what is asked for, that is the pattern it is mounted at, such as /api/*.
//
// The otelchi of github.com/riandyrn is not installed by it. It would make a second server
// span, by older conventions, and wrap what handlers write to. Where a program uses it, its
// spans are the only ones.
package chi

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither chi nor
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/"

// Aspect gives the spans and metrics of HTTP servers the routes of chi.
var Aspect = &instrument.Aspect{
	Name: "chi",
	Doc:  "the routes of chi in the spans and metrics of HTTP servers",
	Rules: []instrument.Rule{
		// Every router asks here, and programs that look something up; what tells is
		// whether the handler that was found is called.
		instrument.BodyNamed("(*github.com/go-chi/chi/v5.node).FindRoute").
			Around(instrument.Named(hooks + "chi/hooks.FindRoute")),

		// A program that instruments its routers itself keeps its own spans, and only these.
		// A middleware of chi's is one of net/http's.
		instrument.BodyNamed("github.com/riandyrn/otelchi.Middleware").
			Around(instrument.Named(hooks + "nethttp/hooks.Middleware")),
	},
}
