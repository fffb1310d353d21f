// Package nethttp holds the aspect that tells of HTTP: a server span and metrics for
// every request that any http.Server of the program answers, and a client span and
// metrics for every request that goes out through an http.Transport, by OpenTelemetry's
// semantic conventions. Servers and clients of dependencies are in it like the program's
// own, and those of golang.org/x/net/http2.
//
// Where the program has neither a tracer nor a meter provider nothing happens: each hook
// costs a few nanoseconds and the program's own functions get the values they were called
// with. OTEL_GO_DISABLED_INSTRUMENTATIONS=nethttp switches the aspect off at run time.
package nethttp

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links no
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/nethttp/hooks."

// Aspect traces and measures HTTP servers and clients.
var Aspect = &instrument.Aspect{
	Name: "nethttp",
	Doc:  "trace and measure HTTP servers and clients",
	Rules: []instrument.Rule{
		// Every server's requests come through here, HTTP/2 ones too, whatever the handler.
		instrument.BodyNamed("(net/http.serverHandler).ServeHTTP").
			Around(instrument.Named(hooks + "Serve")),
		// But those of a connection that the program has x/net's http2 serve, as by h2c.
		instrument.BodyNamed("(*golang.org/x/net/http2.ServeConnOpts).handler").
			Around(instrument.Named(hooks + "HTTP2")),
		// The pattern is set on the request that the mux got, of which middleware
		// before it may have made a copy.
		instrument.BodyNamed("(*net/http.ServeMux).ServeHTTP").
			Around(instrument.Named(hooks + "Route")),

		instrument.BodyNamed("(*net/http.Transport).RoundTrip").
			Around(instrument.Named(hooks + "RoundTrip")),
		instrument.BodyNamed("(*golang.org/x/net/http2.Transport).RoundTrip").
			Around(instrument.Named(hooks + "RoundTrip")),
		// The request that is sent is a copy; CancelRequest is called with the original.
		instrument.BodyNamed("(*net/http.Transport).prepareTransportCancel").
			Before(instrument.Named(hooks + "Cancelable")),

		// A program that instruments its servers and clients itself keeps its own spans and
		// metrics, and only these.
		instrument.BodyNamed("go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp.NewMiddleware").
			Around(instrument.Named(hooks + "Middleware")),
		instrument.BodyNamed("(*go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp.Transport).RoundTrip").
			Around(instrument.Named(hooks + "OwnTransport")),
	},
}
