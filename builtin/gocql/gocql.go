// Package gocql holds the aspect that traces and measures what a program does with Cassandra, or
// what speaks CQL like it, by github.com/gocql/gocql, with any session, made by the program or
// by a library: a client span and a duration for each query and each batch that a session
// executes, and for each further page of a query's rows, by OpenTelemetry's conventions for
// databases and for Cassandra.
//
// It is woven into the session's two methods that execute queries and batches, and is no
// observer: a query has room for one, which is the program's, and it is told of what is over.
// What the library tries again, on the same node or on another, and what it tries
// speculatively, is within the one span, which says which node has answered. What it asks by
// its control connection is not told of.
//
// A session, query or batch that has an observer of otelgocql's, or of another known
// instrumentation, is told of by that alone. Nothing is told of connections: gocql sends many
// queries at once on each, and none waits for one.
//
// OTEL_GO_DISABLED_INSTRUMENTATIONS=gocql switches the aspect off at run time.
package gocql

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither
// OpenTelemetry nor the library.
const hooks = "github.com/goweaver/weaver/builtin/gocql/hooks."

// Aspect traces and measures Cassandra clients.
var Aspect = &instrument.Aspect{
	Name: "gocql",
	Doc:  "trace and measure what goes through github.com/gocql/gocql",
	Rules: []instrument.Rule{
		instrument.BodyNamed("(*github.com/gocql/gocql.Session).executeQuery").Around(instrument.Named(hooks + "Query")),
		instrument.BodyNamed("(*github.com/gocql/gocql.Session).executeBatch").Around(instrument.Named(hooks + "Batch")),
	},
}
