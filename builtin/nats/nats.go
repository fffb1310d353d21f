// Package nats holds the aspect that tells what a program sends and gets by NATS with
// github.com/nats-io/nats.go: a span and a duration for each message that is published, for
// each request until it is answered, for each callback of a subscription, and for what is
// received otherwise, with JetStream as without. Both of the library's APIs for JetStream are
// told of.
//
// A message carries the context of the span that sent it in its headers, unless the program
// has put one there, the server knows no headers, or it would be too large with them. The
// callback of a subscription is a child of that span, with a link to it as well. What NextMsg,
// Fetch and JetStream's Next return has the link alone. Neither gives the program a context
// to go on with: the library has no place for one.
//
// An answer has no span: the request is told of where it was sent, and where it was processed.
// What a program asks of the server itself, by subjects that begin with $, is not told: the
// management of streams, what fetches messages and what acknowledges them. Nor are key-value
// and object stores, which go through such subjects: their keys would be names here.
// What comes through a channel of the program's own, by ChanSubscribe, and a JetStream message
// that FetchBatch hands out by one, nothing can be told of: nobody sees the program take it.
//
// The field has no instrumentation of the library that is kept.
//
// OTEL_GO_DISABLED_INSTRUMENTATIONS=nats switches the aspect off at run time.
package nats

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither
// OpenTelemetry nor the library.
const hooks = "github.com/goweaver/weaver/builtin/nats/hooks."

// Aspect traces and measures clients of NATS.
var Aspect = &instrument.Aspect{
	Name: "nats",
	Doc:  "trace and measure what goes through github.com/nats-io/nats.go",
	Rules: []instrument.Rule{
		// What all publishing and all requests come down to.
		instrument.BodyNamed("(*github.com/nats-io/nats.go.Conn).publish").Around(instrument.Named(hooks + "Publish")),
		instrument.BodyNamed("(*github.com/nats-io/nats.go.Conn).request").Around(instrument.Named(hooks + "Request")),
		instrument.BodyNamed("(*github.com/nats-io/nats.go.Conn).requestWithContext").Around(instrument.Named(hooks+"RequestWithContext")).Take(ctx, instrument.Recv, instrument.Param(1), instrument.Param(2), instrument.Param(3), instrument.Result(-1)),

		// To publish to a stream is a request, and what that is answered may be an error. The message
		// is the program's: what is to be sent with it is added when it is written.
		instrument.BodyNamed("(*github.com/nats-io/nats.go.js).PublishMsg").Around(instrument.Named(hooks + "PublishMsg")).Capture("js.nc"),
		instrument.BodyNamed("(*github.com/nats-io/nats.go/jetstream.jetStream).PublishMsg").Around(instrument.Named(hooks + "PublishMsgWithContext")).Capture("js.conn"),
		instrument.BodyNamed("(*github.com/nats-io/nats.go.Msg).headerBytes").Around(instrument.Named(hooks + "HeaderBytes")),

		instrument.BodyNamed("(*github.com/nats-io/nats.go.Conn).subscribe").Before(instrument.Named(hooks + "Subscribe")),
		instrument.BodyNamed("(*github.com/nats-io/nats.go.Subscription).NextMsg").Around(instrument.Named(hooks + "NextMsg")),
		instrument.BodyNamed("(*github.com/nats-io/nats.go.Subscription).NextMsgWithContext").Around(instrument.Named(hooks+"NextMsgWithContext")).Take(ctx, instrument.Recv, instrument.Result(0), instrument.Result(1)),
		instrument.BodyNamed("(*github.com/nats-io/nats.go.Subscription).Fetch").Around(instrument.Named(hooks + "Fetch")),
		// What the newer API for JetStream hands out it makes here.
		instrument.BodyNamed("(*github.com/nats-io/nats.go/jetstream.jetStream).toJSMsg").Before(instrument.Named(hooks + "Received")).Capture("js.conn"),
	},
}

// ctx is the context of the methods that have one.
var ctx = instrument.Param(0)
