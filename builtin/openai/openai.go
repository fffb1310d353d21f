// Package openai holds the aspect that tells of what a program asks models for by
// github.com/openai/openai-go/v3: a client span for each chat, response, completion and
// request for embeddings, of every client, made by the program or by a library, with the
// tokens that it took, and how long it took.
//
// The span is that of the call, named "chat gpt-5" as OpenTelemetry's conventions for generative
// AI have it; below it is net/http's for each request that the library sends, of which a retry
// makes several. An answer that is streamed is part of the span until its end, or until
// the program closes the stream or loses it. What is asked and answered is never told, nor which
// tools there are, nor the words at which a model is to stop.
//
// The provider is "openai" whatever server a client is sent to, as the conventions have it for
// this protocol; server.address says which that is.
//
// Contrib has no instrumentation for this library. Other calls, such as for images and files, are
// HTTP requests of net/http's alone.
package openai

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither the library
// nor OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/openai/hooks."

const library = "github.com/openai/openai-go/v3"

// Aspect traces and measures what models are asked for.
var Aspect = &instrument.Aspect{
	Name: "openai",
	Doc:  "trace and measure what goes through github.com/openai/openai-go/v3",
	Rules: []instrument.Rule{
		instrument.BodyNamed("(*" + library + ".ChatCompletionService).New").Around(instrument.Named(hooks + "Chat")),
		instrument.BodyNamed("(*" + library + ".ChatCompletionService).NewStreaming").Around(instrument.Named(hooks + "ChatStream")),
		instrument.BodyNamed("(*" + library + "/responses.ResponseService).New").Around(instrument.Named(hooks + "Response")),
		instrument.BodyNamed("(*" + library + "/responses.ResponseService).NewStreaming").Around(instrument.Named(hooks + "ResponseStream")),
		instrument.BodyNamed("(*" + library + ".CompletionService).New").Around(instrument.Named(hooks + "Completion")),
		instrument.BodyNamed("(*" + library + ".CompletionService).NewStreaming").Around(instrument.Named(hooks + "CompletionStream")),
		instrument.BodyNamed("(*" + library + ".EmbeddingService).New").Around(instrument.Named(hooks + "Embeddings")),

		// A stream is read here, of whatever it is.
		instrument.BodyNamed("(*" + library + "/packages/ssestream.Stream).Next").Around(instrument.Named(hooks + "Next")),
		instrument.BodyNamed("(*" + library + "/packages/ssestream.Stream).Close").Before(instrument.Named(hooks + "Close")),

		// Where a request goes is known when it has been sent. The receiver's type is not exported.
		instrument.BodyNamed("(*" + library + "/internal/requestconfig.RequestConfig).Execute").
			Around(instrument.Named(hooks + "Execute")).Capture("cfg"),
	},
}
