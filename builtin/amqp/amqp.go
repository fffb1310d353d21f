// Package amqp holds the aspect that tells what a program sends to RabbitMQ and gets from it
// by github.com/rabbitmq/amqp091-go: a span and a duration for each message that is published,
// got, or delivered to a consumer, and how many there are.
//
// A message carries the context of the span that published it in its headers, unless the
// program has put one there. What the program is given comes through a channel, in which the
// library keeps what it has read ahead, so nothing says when the program takes a message and
// no context can be handed along with it. It says when it is done with one, by Ack, Nack or
// Reject: only then there is a span, of a process that began when the library had the message.
// It is a child of the span that published the message, with a link to that as well; it has
// failed if the program has rejected the message. Of a consumer that needs not acknowledge
// there is a receive that took no time; and what is left unacknowledged when a channel is
// closed, read ahead or not, has not been processed.
//
// The field has no instrumentation of the library that is kept.
//
// OTEL_GO_DISABLED_INSTRUMENTATIONS=amqp switches the aspect off at run time.
package amqp

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither
// OpenTelemetry nor the library.
const hooks = "github.com/goweaver/weaver/builtin/amqp/hooks."

// Aspect traces and measures clients of RabbitMQ.
var Aspect = &instrument.Aspect{
	Name: "amqp",
	Doc:  "trace and measure what goes through github.com/rabbitmq/amqp091-go",
	Rules: []instrument.Rule{
		// Where a connection leads to, and what a channel has under way.
		instrument.BodyNamed("github.com/rabbitmq/amqp091-go.DialConfig").Around(instrument.Named(hooks + "Dial")),
		instrument.BodyNamed("github.com/rabbitmq/amqp091-go.newChannel").Around(instrument.Named(hooks + "NewChannel")),
		instrument.BodyNamed("(*github.com/rabbitmq/amqp091-go.Channel).shutdown").Before(instrument.Named(hooks + "Shutdown")),

		// Some of these come down to others, in each version in another way.
		instrument.BodyNamed("(*github.com/rabbitmq/amqp091-go.Channel).PublishWithContext").Around(instrument.Named(hooks + "PublishWithContext")).Take(withContext...),
		instrument.BodyNamed("(*github.com/rabbitmq/amqp091-go.Channel).PublishWithDeferredConfirmWithContext").Around(instrument.Named(hooks + "PublishWithContext")).Take(withContext...),
		instrument.BodyNamed("(*github.com/rabbitmq/amqp091-go.Channel).Publish").Around(instrument.Named(hooks + "Publish")),
		instrument.BodyNamed("(*github.com/rabbitmq/amqp091-go.Channel).PublishWithDeferredConfirm").Around(instrument.Named(hooks + "Publish")),

		// Every request that is answered comes here, that for a consumer too, whose tag the library
		// may have made up.
		instrument.BodyNamed("(*github.com/rabbitmq/amqp091-go.Channel).call").Before(instrument.Named(hooks + "Call")).Capture("req"),
		instrument.BodyNamed("github.com/rabbitmq/amqp091-go.newDelivery").Around(instrument.Named(hooks + "Delivered")),
		instrument.BodyNamed("(*github.com/rabbitmq/amqp091-go.Channel).Get").Around(instrument.Named(hooks + "Get")),
		instrument.BodyNamed("(*github.com/rabbitmq/amqp091-go.Channel).Ack").Around(instrument.Named(hooks + "Ack")),
		instrument.BodyNamed("(*github.com/rabbitmq/amqp091-go.Channel).Nack").Around(instrument.Named(hooks+"Nack")).Take(instrument.Recv, instrument.Param(0), instrument.Param(1), instrument.Result(0)),
		instrument.BodyNamed("(*github.com/rabbitmq/amqp091-go.Channel).Reject").Around(instrument.Named(hooks + "Reject")),
	},
}

// withContext is what the hook on a method with a context takes.
var withContext = []instrument.Item{
	instrument.Param(0), instrument.Recv, instrument.Param(1), instrument.Param(2), instrument.Param(5), instrument.Result(-1),
}
