// Package anthropic holds the aspect that tells of what a program asks models for by
// github.com/anthropics/anthropic-sdk-go: a client span for each message and completion, of
// every client, made by the program or by a library, with the tokens that it took, and how
// long it took.
//
// From v1.81.0 on the library makes spans itself, wherever there is a tracer provider, and with
// options of its own: these are the program's spans then, and what is woven only measures.
//
// Before that, the span is that of the call, named "chat claude-x" as OpenTelemetry's conventions
// for generative AI have it; below it is net/http's for each request that the library sends, of
// which a retry makes several. An answer that is streamed is part of the call until its end, or
// until the program closes the stream or loses it. What is asked and answered is never told,
// nor which tools there are, nor the words at which a model is to stop.
//
// The provider is "anthropic" whatever platform a client asks; server.address says which that
// is. Other calls, such as for batches and counting tokens, are HTTP requests of net/http's
// alone.
package anthropic

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither the library
// nor OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/anthropic/hooks."

const library = "github.com/anthropics/anthropic-sdk-go"

// Aspect traces and measures what models are asked for.
var Aspect = &instrument.Aspect{
	Name: "anthropic",
	Doc:  "trace and measure what goes through github.com/anthropics/anthropic-sdk-go",
	Rules: []instrument.Rule{
		instrument.BodyNamed("(*" + library + ".MessageService).New").Around(instrument.Named(hooks + "Message")),
		instrument.BodyNamed("(*" + library + ".MessageService).NewStreaming").Around(instrument.Named(hooks + "MessageStream")),
		instrument.BodyNamed("(*" + library + ".BetaMessageService).New").Around(instrument.Named(hooks + "BetaMessage")),
		instrument.BodyNamed("(*" + library + ".BetaMessageService).NewStreaming").Around(instrument.Named(hooks + "BetaMessageStream")),
		instrument.BodyNamed("(*" + library + ".CompletionService).New").Around(instrument.Named(hooks + "Completion")),
		instrument.BodyNamed("(*" + library + ".CompletionService).NewStreaming").Around(instrument.Named(hooks + "CompletionStream")),

		// A stream is read here, of whatever it is.
		instrument.BodyNamed("(*" + library + "/packages/ssestream.Stream).Next").Around(instrument.Named(hooks + "Next")),
		instrument.BodyNamed("(*" + library + "/packages/ssestream.Stream).Close").Before(instrument.Named(hooks + "Close")),

		// Where a request goes is known when it has been sent. The receiver's type is not exported.
		instrument.BodyNamed("(*" + library + "/internal/requestconfig.RequestConfig).Execute").
			Around(instrument.Named(hooks + "Execute")).Capture("cfg"),
	},
}
