// Package pubsub holds the aspect that tells what a program sends to and gets from Google Cloud
// Pub/Sub by cloud.google.com/go/pubsub/v2: a span and a duration for each message that is
// published, from Publish until the server has it, and for each callback of Receive, which
// gets a context with that span in it.
//
// A message carries the context of the span that sent it in its attributes, by the names that
// Google's own clients use, in all languages; the program's own message is not changed. What
// has a context already keeps it. The callback's span has a link to that span. It is a child of
// it as well where Receive was not called in a span, and else of the latter.
//
// The library can make spans itself, EnableOpenTelemetryTracing. A client for which the program
// has it do so is left to that, and no other client is made to: it makes some eight spans of a
// message, by conventions of 2024, and no metrics; it writes the context to the message that
// the program has in its hands, before v2.4.0 to attributes that messages may share, which is a
// data race; and it does all that whether there is a provider or not. What both send, both
// understand.
//
// The RPCs below are told of by whoever tells of gRPC. That which publishes sends a batch of
// messages, in the background, and that by which they come is one for all: neither belongs to a
// message, so they are traces of their own.
//
// OTEL_GO_DISABLED_INSTRUMENTATIONS=pubsub switches the aspect off at run time.
package pubsub

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither
// OpenTelemetry nor the library.
const hooks = "github.com/goweaver/weaver/builtin/pubsub/hooks."

// Aspect traces and measures clients of Google Cloud Pub/Sub.
var Aspect = &instrument.Aspect{
	Name: "pubsub",
	Doc:  "trace and measure what goes through cloud.google.com/go/pubsub/v2",
	Rules: []instrument.Rule{
		instrument.BodyNamed("(*cloud.google.com/go/pubsub/v2.Publisher).Publish").
			Around(instrument.Named(hooks+"Publish")).
			Take(instrument.Param(0), instrument.Recv, instrument.Param(1), instrument.Result(0)).
			Capture("t.enableTracing"),
		// By this a message is said to have been published, or not, when that is known.
		instrument.BodyNamed("cloud.google.com/go/internal/pubsub.SetPublishResult").
			Around(instrument.Named(hooks + "Published")),
		instrument.BodyNamed("(*cloud.google.com/go/pubsub/v2.Subscriber).Receive").
			Before(instrument.Named(hooks + "Receive")).
			Capture("s.enableTracing"),
	},
}
