// Package twirp holds the aspect that tells of github.com/twitchtv/twirp: the RPCs that servers
// and clients of generated code serve and send, of the program and its dependencies.
//
// An RPC of Twirp is an HTTP request, and has one span on each side. A server's is the one that
// nethttp makes: it gets the method, as its route and as rpc.method, and the code of an error;
// Twirp's hooks see neither the request, whose header has the trace, nor, before the program's
// own hooks have run, the method. A client's is the RPC's own, which is what is sent, and
// nethttp tells nothing of the request. Both sides have a duration of RPCs; that of requests
// is the server's alone.
//
// What a server refuses before it has found a method, as a hook of the program's may, is told
// of as a request.
//
// It is done by hooks of Twirp's own, among those of the program, for code that protoc-gen-twirp
// v8.1 or a newer version has generated: older code says nothing of its options that could be
// woven. There is no instrumentation by OpenTelemetry that could be installed.
//
// OTEL_GO_DISABLED_INSTRUMENTATIONS=twirp switches the aspect off at run time.
package twirp

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither Twirp nor
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/twirp/hooks."

// Aspect traces and measures Twirp's servers and clients.
var Aspect = &instrument.Aspect{
	Name: "twirp",
	Doc:  "trace and measure Twirp servers and clients",
	Rules: []instrument.Rule{
		// Generated code reads its options here, when all of them are set and before it keeps the
		// hooks that are among them.
		instrument.BodyNamed("(*github.com/twitchtv/twirp.ServerOptions).ReadOpt").
			Around(instrument.Named(hooks + "Server")),
		instrument.BodyNamed("(*github.com/twitchtv/twirp.ClientOptions).ReadOpt").
			Before(instrument.Named(hooks + "Client")),
	},
}
