// Package mux holds the aspect that tells of github.com/gorilla/mux: the route that a
// Router chose is the route of the server's span and metrics, which are those of aspect
// nethttp. It makes none itself, and does nothing without that aspect.
//
// OpenTelemetry's otelmux is not installed by it. It would make a second server span, wrap
// what handlers write to, and know nothing of requests that no route matches. Where a
// program uses it, its spans and metrics are the only ones.
package mux

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither mux nor
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/mux/hooks."

// Aspect gives the spans and metrics of HTTP servers the routes of gorilla/mux.
var Aspect = &instrument.Aspect{
	Name: "mux",
	Doc:  "the routes of gorilla/mux in the spans and metrics of HTTP servers",
	Rules: []instrument.Rule{
		instrument.BodyNamed("(*github.com/gorilla/mux.Router).Match").
			Around(instrument.Named(hooks + "Match")),

		// A program that instruments its routers itself keeps its own spans and metrics,
		// and only these.
		instrument.BodyNamed("go.opentelemetry.io/contrib/instrumentation/github.com/gorilla/mux/otelmux.Middleware").
			Around(instrument.Named(hooks + "Middleware")),
	},
}
