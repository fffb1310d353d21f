// Package nethttp holds the aspect that traces HTTP: a server span for every
// request that any http.Server of the program answers, and a client span for every
// request that goes out through an http.Transport, made by OpenTelemetry's own
// otelhttp. Servers and clients of dependencies are in it like the program's own.
//
// Where the program has no tracer provider nothing happens: each hook costs a few
// nanoseconds and the program's own functions get the values they were called with.
package nethttp

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links no
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/nethttp/hooks."

// Aspect traces HTTP servers and clients.
var Aspect = &instrument.Aspect{
	Name: "nethttp",
	Doc:  "trace HTTP servers and clients",
	Rules: []instrument.Rule{
		// Every server's requests come through here, HTTP/2 ones too, whatever the handler.
		instrument.BodyNamed("(net/http.serverHandler).ServeHTTP").
			Enclose(instrument.Named(hooks + "Serve")),
		// The pattern is set on the request that the mux got, of which middleware
		// before it may have made a copy.
		instrument.BodyNamed("(*net/http.ServeMux).ServeHTTP").
			Around(instrument.Named(hooks + "Route")),
		// A program that instruments its server itself keeps its own span, and only that.
		instrument.BodyNamed("go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp.NewMiddleware").
			Around(instrument.Named(hooks + "Middleware")),

		instrument.BodyNamed("(*net/http.Transport).RoundTrip").
			Enclose(instrument.Named(hooks + "RoundTrip")),
	},
}
