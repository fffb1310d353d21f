// Package gqlgen holds the aspect that tells of what clients ask a GraphQL server made with
// github.com/99designs/gqlgen: a span for each operation of any server, with its type and its
// name, and whether it had errors, by OpenTelemetry's conventions for GraphQL.
//
// An operation that comes by HTTP has a span of its own below net/http's: several may come
// one after the other over a WebSocket, and one that fails is a request that is answered. A
// subscription's span ends with its last answer. What resolvers ask others for lies below the
// span; fields have none. A request whose document can not be read, or is no operation of the
// schema's, has a span as well; that a persisted query is not known yet is an answer.
//
// Contrib has no instrumentation for this library. A server with the extension of
// github.com/ravilushqa/otelgqlgen has the spans of that, and no others.
package gqlgen

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither the library
// nor OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/gqlgen/hooks."

const executor = "github.com/99designs/gqlgen/graphql/executor.Executor"

// Aspect traces the operations of GraphQL servers.
var Aspect = &instrument.Aspect{
	Name: "gqlgen",
	Doc:  "trace what clients ask github.com/99designs/gqlgen for",
	Rules: []instrument.Rule{
		// All transports come by these, in this order.
		instrument.BodyNamed("(*" + executor + ").CreateOperationContext").Around(instrument.Named(hooks + "Read")).Capture("e.extensions"),
		instrument.BodyNamed("(*" + executor + ").DispatchOperation").Around(instrument.Named(hooks + "Dispatch")).Capture("e.extensions"),
	},
}
