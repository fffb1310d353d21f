// Package kafkago holds the aspect that traces and measures what a program does with Kafka by
// github.com/segmentio/kafka-go: what its writers write, and what its readers fetch and commit.
//
// What goes over a Conn or a Client, the library's lower level, is not told: its methods have
// no context to find a parent in, or do a part of what a writer or a reader does.
package kafkago

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither
// OpenTelemetry nor the library.
const hooks = "github.com/goweaver/weaver/builtin/kafkago/hooks."

// Aspect traces and measures Kafka clients.
var Aspect = &instrument.Aspect{
	Name: "kafkago",
	Doc:  "trace and measure what goes through github.com/segmentio/kafka-go",
	Rules: []instrument.Rule{
		instrument.BodyNamed("(*github.com/segmentio/kafka-go.Writer).WriteMessages").Around(instrument.Named(hooks+"Write")).Take(ctx, receiver, messages, result),
		// What is written to the wire of a message: the headers are only here.
		instrument.BodyNamed("(*github.com/segmentio/kafka-go.writerRecords).ReadRecord").Around(instrument.Named(hooks + "ReadRecord")),
		// ReadMessage is these two.
		instrument.BodyNamed("(*github.com/segmentio/kafka-go.Reader).FetchMessage").Around(instrument.Named(hooks+"Fetch")).Take(ctx, receiver, result, instrument.Result(1)),
		instrument.BodyNamed("(*github.com/segmentio/kafka-go.Reader).CommitMessages").Around(instrument.Named(hooks+"Commit")).Take(ctx, receiver, messages, result),
	},
}

// What the hooks take, where the order is not the target's.
var (
	receiver = instrument.Recv
	ctx      = instrument.Param(0)
	messages = instrument.Param(1)
	result   = instrument.Result(0)
)
