// Package connect holds the aspect that tells of connectrpc.com/connect: a client span and a
// duration for each RPC that a Client sends, a server span and a duration for each that a
// Handler answers, unary and streaming, by the protocols of Connect, gRPC and gRPC-Web, of the
// program and its dependencies.
//
// Both cover the program's own interceptors, so that one that refuses an RPC has failed it, and
// one that sends it again is within one RPC. The name of the status is that of gRPC whatever
// the protocol, such as NOT_FOUND, and the same codes as there have a server's RPC failed.
//
// An RPC has one span on each side. Of its HTTP request, which it is all there is to, nethttp
// tells nothing: neither on the server, whose span it gives up, nor on the client, where the
// RPC's own span is sent. What a Handler refuses before it calls its implementation, for a
// method or a content type that it does not serve, say, is a request of net/http's and no RPC.
//
// OpenTelemetry has no instrumentation for it. The otelconnect of connect's authors is not
// installed: it asks for Go 1.26 and the newest versions of connect, both major ones, puts its
// header into the caller's own, and begins at the interceptors, behind what reads a request.
// Where a program has installed it, it is what tells of the RPCs that come to it, whatever its
// filters.
//
// A handler that a package variable is initialised with, before the hooks are, is not told of;
// net/http's requests then are.
//
// OTEL_GO_DISABLED_INSTRUMENTATIONS=connect switches the aspect off at run time.
package connect

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither connect nor
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/connect/hooks."

// Aspect traces and measures Connect's handlers and clients.
var Aspect = &instrument.Aspect{
	Name: "connect",
	Doc:  "trace and measure Connect RPC handlers and clients",
	Rules: []instrument.Rule{
		// All others come to one of these two.
		instrument.BodyNamed("connectrpc.com/connect.NewUnaryHandler").
			Around(instrument.Named(hooks + "Handler")),
		instrument.BodyNamed("connectrpc.com/connect.newStreamHandler").
			Around(instrument.Named(hooks + "Handler")),

		// Calls, around all interceptors. An interceptor of ours among them would have connect check
		// those of the program where it does not if there is one alone.
		instrument.BodyNamed("(*connectrpc.com/connect.Client).CallUnary").
			Around(instrument.Named(hooks + "Call")).Capture("c"),
		instrument.BodyNamed("(*connectrpc.com/connect.Client).newConn").
			Around(instrument.Named(hooks + "Stream")).Capture("c"),
		// Each request that a client sends.
		instrument.BodyNamed("connectrpc.com/connect.newDuplexHTTPCall").
			Before(instrument.Named(hooks + "Send")),

		// A program that instruments its handlers and clients itself keeps its own spans and
		// metrics, and only these.
		instrument.BodyNamed("(*connectrpc.com/otelconnect.Interceptor).WrapUnary").
			Around(instrument.Named(hooks + "OwnUnary")),
		instrument.BodyNamed("(*connectrpc.com/otelconnect.Interceptor).WrapStreamingClient").
			Around(instrument.Named(hooks + "OwnClient")),
		instrument.BodyNamed("(*connectrpc.com/otelconnect.Interceptor).WrapStreamingHandler").
			Around(instrument.Named(hooks + "OwnHandler")),
	},
}
