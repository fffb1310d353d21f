// Package elasticsearch holds the aspect that traces and measures what a program asks
// Elasticsearch for by github.com/elastic/go-elasticsearch, versions 8 and 9, with any client, made
// by the program or by a library.
//
// Both send all by one transport, github.com/elastic/elastic-transport-go, which has a place for
// an instrumentation that it tells which of the API's endpoints is called. Where the program has
// put none there, it finds the hooks' own, as long as there is somebody to tell. That which comes
// with the transport is not it: it follows conventions that are no more, and measures nothing.
//
// The span of an endpoint is above those of its requests, which net/http's client has: the
// transport may ask one node after the other.
package elasticsearch

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither
// OpenTelemetry nor the library.
const hooks = "github.com/goweaver/weaver/builtin/elasticsearch/hooks."

// Aspect traces and measures Elasticsearch clients.
var Aspect = &instrument.Aspect{
	Name: "elasticsearch",
	Doc:  "trace and measure what goes through github.com/elastic/go-elasticsearch",
	Rules: []instrument.Rule{
		instrument.BodyNamed("(*github.com/elastic/elastic-transport-go/v8/elastictransport.Client).InstrumentationEnabled").
			Around(instrument.Named(hooks + "Enabled")),
		instrument.BodyNamed("(*github.com/elastic/elastic-transport-go/v8/elastictransport.Client).Perform").
			Around(instrument.Named(hooks + "Perform")),
	},
}
