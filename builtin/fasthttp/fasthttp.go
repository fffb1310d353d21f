// Package fasthttp holds the aspect that tells of HTTP by github.com/valyala/fasthttp, as
// nethttp does of net/http: a server span and metrics for each request that a Server answers,
// a client span and metrics for each that goes out through a HostClient, which is what a
// Client sends by, or a PipelineClient. Frameworks on top of it, such as Fiber, are in it.
//
// A RequestCtx is a context, and has the span: what is called with it, or with a context made
// of it, is in the trace. The functions of a client take no context, so a request says itself
// where it comes from: a served one that is sent on is below the span that it is served by,
// and so is a copy of it; any other begins a trace. A request that has a trace header already
// comes from a program that propagates by itself, and is left alone.
//
// The span of a server ends with the handler, or where that has left a stream to send, when it
// is sent; that of a client when the response is there, be its body a stream or not.
package fasthttp

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither
// OpenTelemetry nor the library.
const hooks = "github.com/goweaver/weaver/builtin/fasthttp/hooks."

// Aspect traces and measures servers and clients of fasthttp.
var Aspect = &instrument.Aspect{
	Name: "fasthttp",
	Doc:  "trace and measure HTTP servers and clients of fasthttp",
	Rules: []instrument.Rule{
		// What is known of a request, kept with it. A RequestCtx has its request in it.
		instrument.StructNamed("github.com/valyala/fasthttp.Request").
			Add(instrument.NewField[any]("weaver")),

		// A server calls its handler in the middle of a long function, so the handler is what
		// is changed, when it begins to serve.
		instrument.BodyNamed("(*github.com/valyala/fasthttp.Server).Serve").
			Before(instrument.Named(hooks + "Serve")),
		instrument.BodyNamed("(*github.com/valyala/fasthttp.Server).ServeConn").
			Before(instrument.Named(hooks + "Serve")),
		// Streams are sent when the handler is done.
		instrument.BodyNamed("github.com/valyala/fasthttp.writeResponse").
			Around(instrument.Named(hooks + "Written")),
		instrument.BodyNamed("(*github.com/valyala/fasthttp.Server).releaseCtx").
			Before(instrument.Named(hooks + "Released")),
		instrument.BodyNamed("(*github.com/valyala/fasthttp.RequestCtx).Value").
			Around(instrument.Named(hooks + "Value")),

		// Every form of sending comes down to one of these, redirects once for each request.
		instrument.BodyNamed("(*github.com/valyala/fasthttp.HostClient).Do").
			Around(instrument.Named(hooks + "Do")),
		instrument.BodyNamed("(*github.com/valyala/fasthttp.HostClient).doNonNilReqResp").
			Around(instrument.Named(hooks + "Attempt")),
		instrument.BodyNamed("(*github.com/valyala/fasthttp.PipelineClient).Do").
			Around(instrument.Named(hooks + "Pipeline")),
		instrument.BodyNamed("(*github.com/valyala/fasthttp.PipelineClient).DoDeadline").
			Around(instrument.Named(hooks + "PipelineCopy")),
		// What a request comes from goes with it, until it is used for another one.
		instrument.BodyNamed("(*github.com/valyala/fasthttp.Request).CopyTo").
			Around(instrument.Named(hooks + "CopyTo")),
		instrument.BodyNamed("(*github.com/valyala/fasthttp.Request).Reset").
			Before(instrument.Named(hooks + "Reset")),
	},
}
