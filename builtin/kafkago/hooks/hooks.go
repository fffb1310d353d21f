// Package hooks holds the functions that make spans and metrics of what a program does with
// Kafka by github.com/segmentio/kafka-go, called from the bodies of the methods of its writers
// and readers. OpenTelemetry's contrib has nothing for that library, and there is nothing in it
// to hook into.
//
// A call of WriteMessages has one span, whose context all its messages carry, but for those that
// carry one already. Of a writer that is Async, it says that the messages were queued: what
// becomes of them the writer itself does not say to whom it got them from. A message that is
// fetched has a span that is linked to that of its producer, and so a commit has one.
package hooks

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/segmentio/kafka-go"
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/aside"
	"github.com/goweaver/weaver/builtin/internal/kafkaerr"
	"github.com/goweaver/weaver/builtin/internal/messaging"
)

// library has the switch, the tracer and the instruments of the built-in; writers and readers
// what is known of the program's. They outlast the calls of the hooks, which have no receiver
// to keep them in.
var (
	library = newLibrary()
	writers aside.Table[kafka.Writer, messaging.Client]
	readers aside.Table[kafka.Reader, messaging.Client]
)

func newLibrary() *messaging.Library {
	l := messaging.NewLibrary("kafkago", "github.com/goweaver/weaver/builtin/kafkago", semconv.MessagingSystemKafka)
	l.ErrorType = errorType
	return l
}

// errorType returns the name that Kafka has for an error: of those of several messages, that
// of the first.
func errorType(err error) string {
	var several kafka.WriteErrors
	if errors.As(err, &several) {
		for _, one := range several {
			if one != nil {
				err = one
				break
			}
		}
	}
	var answer kafka.Error
	if errors.As(err, &answer) {
		return kafkaerr.Name(int(answer))
	}
	var large kafka.MessageTooLargeError
	if errors.As(err, &large) {
		return kafkaerr.Name(int(kafka.MessageSizeTooLarge))
	}
	return ""
}

// defaultPort is the one that the library has for a broker without.
const defaultPort = 9092

// describeWriter returns what is known of a writer: where it writes to, if that is one broker.
func describeWriter(w *kafka.Writer) *messaging.Client {
	if w.Addr == nil {
		return new(messaging.Client)
	}
	return &messaging.Client{Shared: place(strings.Split(w.Addr.String(), ","))}
}

// describeReader returns what is known of a reader.
func describeReader(r *kafka.Reader) *messaging.Client {
	config := r.Config()
	c := &messaging.Client{Shared: place(config.Brokers)}
	if config.GroupID != "" {
		c.Shared = append(c.Shared, semconv.MessagingConsumerGroupName(config.GroupID))
	}
	return c
}

// place returns where the broker is, if it is one: of several none is the one.
func place(brokers []string) []attribute.KeyValue {
	if len(brokers) != 1 {
		return nil
	}
	return messaging.Server(brokers[0], defaultPort)
}

// ended reports whether err only says that what was done with that context was to end.
func ended(ctx context.Context, err error) bool {
	return errors.Is(err, io.EOF) || ctx.Err() != nil && errors.Is(err, ctx.Err())
}
