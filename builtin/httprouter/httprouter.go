// Package httprouter holds the aspect that tells of github.com/julienschmidt/httprouter: the
// route that a Router chose is the route of the server's span and metrics, which are those of
// aspect nethttp. It makes none itself, and does nothing without that aspect.
//
// The router keeps no patterns, so a handle learns its own where it is registered. That is
// the one thing to be seen: the Handle that Lookup returns is a function around the one that
// was registered.
package httprouter

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither
// httprouter nor OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/httprouter/hooks."

// Aspect gives the spans and metrics of HTTP servers the routes of httprouter.
var Aspect = &instrument.Aspect{
	Name: "httprouter",
	Doc:  "the routes of httprouter in the spans and metrics of HTTP servers",
	Rules: []instrument.Rule{
		// GET, Handler, ServeFiles and all others come here.
		instrument.BodyNamed("(*github.com/julienschmidt/httprouter.Router).Handle").
			Before(instrument.Named(hooks + "Handle")),
	},
}
