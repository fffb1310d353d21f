// Package graphqlgo holds the aspect that tells of what clients ask a GraphQL server made with
// github.com/graph-gophers/graphql-go: a span for each operation of any schema, with its type and
// its name, and whether it had errors, by OpenTelemetry's conventions for GraphQL.
//
// An operation that comes by HTTP has a span of its own below net/http's: several may come at
// once, or one after the other over a WebSocket, and one that fails is a request that is
// answered. A subscription's span ends when it has begun, since how long it lasts is up to its
// client. The resolvers' queries and requests lie below the span; fields have none.
//
// The library's own tracer for OpenTelemetry is not what is woven in: its spans have names that
// are no longer conventions, and the text and the variables of each query in them. A schema that
// the program has given it is left to it.
package graphqlgo

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither the library
// nor OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/graphqlgo/hooks."

const library = "github.com/graph-gophers/graphql-go"

// Aspect traces the operations of GraphQL schemas.
var Aspect = &instrument.Aspect{
	Name: "graphqlgo",
	Doc:  "trace what clients ask github.com/graph-gophers/graphql-go for",
	Rules: []instrument.Rule{
		instrument.BodyNamed("(*" + library + ".Schema).Exec").Around(instrument.Named(hooks + "Exec")).Capture("s.tracer"),
		instrument.BodyNamed("(*" + library + ".Schema).Subscribe").Around(instrument.Named(hooks + "Subscribe")).Capture("s.tracer"),

		// What an operation is shows when its document has been read.
		instrument.BodyNamed("(*"+library+"/internal/exec.Request).Execute").Before(instrument.Named(hooks+"Run")).Capture("op.Type", "op.Name.Name"),
		instrument.BodyNamed("(*"+library+"/internal/exec.Request).Subscribe").Before(instrument.Named(hooks+"Run")).Capture("op.Type", "op.Name.Name"),
	},
}
