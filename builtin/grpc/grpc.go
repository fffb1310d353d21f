// Package grpc holds the aspect that tells of google.golang.org/grpc: a client span and a
// duration for each RPC that a ClientConn sends, a server span and a duration for each that a
// Server answers, unary and streaming, of the program and its dependencies. An RPC that is
// sent again, by a retry policy, has a client span for each attempt.
//
// What tells of them is OpenTelemetry's own otelgrpc, among the stats handlers of every server
// and connection. It is told a little more than gRPC does, where it would leave the semantic
// conventions for RPC:
//
//   - Of clients server.address and server.port are those of the connection's target, in spans
//     and metrics, also of RPCs that found no server; otelgrpc has the address that the target
//     was resolved to, if there was one. That is network.peer.address and network.peer.port.
//   - A method that a server does not have is called _OTHER, as names are that clients can make
//     up; what the client asked for is rpc.method_original. The RPC has failed as
//     UNIMPLEMENTED; otelgrpc never ends its span.
//   - Spans of RPCs that failed have error.type, as the metrics do.
//   - An RPC whose handler did not return, but panicked or ended its goroutine, has failed.
//
// The rest is otelgrpc's: the scope; rpc.system.name, rpc.method and rpc.response.status_code
// in rpc.client.call.duration, rpc.server.call.duration and the spans; the older conventions
// with OTEL_SEMCONV_STABILITY_OPT_IN.
//
// What the program tells of itself it is not told of twice, RPC by RPC: where a stats handler
// of the program's own is otelgrpc's, with whatever options and filters, or opens a span, or
// where an interceptor has sent the context of a client span with the RPC. Exports of
// telemetry to a collector are not told of. A server behind net/http, by ServeHTTP, has the
// span and metrics of its RPCs and not those of their HTTP requests.
//
// Without a provider our handlers do nothing, and find one that is set later; but gRPC makes
// the events that it hands to stats handlers, which is some thirty allocations for a call, on
// both sides together. A connection that a package variable is initialised with, before the
// hooks are, is not told of.
//
// OTEL_GO_DISABLED_INSTRUMENTATIONS=grpc switches the aspect off at run time.
package grpc

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links no
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/grpc/hooks."

// otelgrpc is where the program's own instrumentation is, if it has one.
const otelgrpc = "go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc."

// Aspect traces and measures gRPC servers and clients.
var Aspect = &instrument.Aspect{
	Name: "grpc",
	Doc:  "trace and measure gRPC servers and clients",
	Rules: []instrument.Rule{
		instrument.BodyNamed("google.golang.org/grpc.NewServer").
			Around(instrument.Named(hooks + "Server")),
		// Dial and DialContext come here too.
		instrument.BodyNamed("google.golang.org/grpc.NewClient").
			Around(instrument.Named(hooks + "Client")),

		// A program that instruments its servers and clients itself keeps its own spans and
		// metrics, and only these.
		instrument.BodyNamed("(*" + otelgrpc + "serverHandler).TagRPC").
			Before(instrument.Named(hooks + "OwnServer")),
		instrument.BodyNamed("(*" + otelgrpc + "clientHandler).TagRPC").
			Before(instrument.Named(hooks + "OwnClient")),
	},
}
