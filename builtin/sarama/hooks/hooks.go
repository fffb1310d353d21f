// Package hooks holds the functions that make spans and metrics of what a program does with
// Kafka by github.com/IBM/sarama, called from the bodies of what its producers and consumers
// come down to.
//
// The library has no contexts. A message that is sent has a span from when it leaves the
// producer's input until it comes back, in a trace of its own; but where the program has
// written a context to its headers, the span is that one's child, and the headers stay. Else
// they have the span's while the message is the library's, and are the program's own again
// when it is returned: by SendMessage, or on Successes and Errors. With a Config.Version before
// 0.11, which has no headers, nothing is added.
//
// A message that is received has a span when the library puts it into the channel of its
// consumer, with a link to that of its producer. That is earlier than the program takes it
// from there, by at most Config.ChannelBufferSize messages; to put another channel in between
// would change its capacity, its length and what closing means. So nothing is said of how long
// it took, and what the program does with the message it does in whatever trace it has for that.
//
// The library's own extension points, interceptors, are left to the program. otelsarama, which
// contrib has given up and another has taken over, puts producers and consumers into types of
// its own, with a channel in between; where the program has it, it tells.
package hooks

import (
	"errors"
	"sync/atomic"

	"github.com/IBM/sarama"
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/aside"
	"github.com/goweaver/weaver/builtin/internal/kafkaerr"
	"github.com/goweaver/weaver/builtin/internal/messaging"
	"github.com/goweaver/weaver/instrument/hook"
)

// library has the switch, the tracer and the instruments of the built-in, and clients what is
// known of producers and consumers by their configuration, which is all that says anything of
// them. They outlast the calls of the hooks, which have no receiver to keep them in.
var (
	library = newLibrary()
	clients aside.Table[sarama.Config, client]
)

func newLibrary() *messaging.Library {
	l := messaging.NewLibrary("sarama", "github.com/goweaver/weaver/builtin/sarama", semconv.MessagingSystemKafka)
	l.ErrorType = errorType
	return l
}

// errorType returns the name that Kafka has for an error, or that of the library's variable.
func errorType(err error) string {
	var answer sarama.KError
	if errors.As(err, &answer) {
		return kafkaerr.Name(int(answer))
	}
	for _, known := range []struct {
		err  error
		name string
	}{
		{sarama.ErrOutOfBrokers, "ErrOutOfBrokers"},
		{sarama.ErrClosedClient, "ErrClosedClient"},
		{sarama.ErrNotConnected, "ErrNotConnected"},
		{sarama.ErrShuttingDown, "ErrShuttingDown"},
		{sarama.ErrMessageTooLarge, "ErrMessageTooLarge"},
		{sarama.ErrTransactionNotReady, "ErrTransactionNotReady"},
	} {
		if errors.Is(err, known.err) {
			return "github.com/IBM/sarama." + known.name
		}
	}
	return ""
}

// A client is what is known of producers and consumers of one configuration.
type client struct {
	producer, consumer messaging.Client
	traced             messaging.Client // the producer, where otelsarama has a span for the message

	headers bool // its messages can have headers
	acked   bool // its messages have offsets when they are sent
	latest  latest
}

func describe(c *sarama.Config) *client {
	known := &client{headers: c.Version.IsAtLeast(sarama.V0_11_0_0), acked: c.Producer.RequiredAcks != sarama.NoResponse}
	if c.ClientID != "" {
		spans := []attribute.KeyValue{semconv.MessagingClientID(c.ClientID)}
		known.producer.Spans, known.consumer.Spans = spans, spans
	}
	known.traced.OwnSpans.Store(true)
	return known
}

// configured returns the client of the configuration that is the captured value with index 0.
func configured(c hook.Captured) *client {
	config, _ := c.At(0).Any().(*sarama.Config)
	return clients.Of(config, describe)
}

// ownConsumers says that the program has otelsarama for a consumer. It is taken to have it for
// all: a consumer is wrapped when it has begun to fetch, and its messages have gone into its
// channel by then.
var ownConsumers atomic.Bool

// OwnConsumers is for otelsarama's functions that wrap consumers and handlers.
func OwnConsumers() { ownConsumers.Store(true) }
