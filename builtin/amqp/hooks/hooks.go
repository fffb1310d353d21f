// Package hooks holds the functions that make spans and metrics of what a program does with
// RabbitMQ by github.com/rabbitmq/amqp091-go, called from the bodies of the library's own
// methods. Package amqp says what is told and why.
package hooks

import (
	"context"
	"maps"
	"reflect"
	"sync"

	"github.com/rabbitmq/amqp091-go"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/messaging"
	"github.com/goweaver/weaver/instrument/hook"
)

// library has the switch, the tracer and the instruments of the built-in. It outlasts the
// calls of the hooks, which have no receiver to keep it in.
var library = newLibrary()

func newLibrary() *messaging.Library {
	l := messaging.NewLibrary("amqp", "github.com/goweaver/weaver/builtin/amqp", semconv.MessagingSystemRabbitMQ)
	l.ErrorType = errorType
	return l
}

// underWay are the headers of the messages that are being published, by the address of their
// map: each is made for one call, and by it the methods know that another one is around them.
var underWay sync.Map

// PublishWithContext is for (*amqp091.Channel).PublishWithContext and
// PublishWithDeferredConfirmWithContext.
func PublishWithContext(ctx context.Context, ch *amqp091.Channel, exchange, key string, msg amqp091.Publishing) (amqp091.Publishing, func(error, hook.Exit)) {
	if !library.Live() {
		return msg, nil
	}
	return publish(ctx, ch, exchange, key, msg)
}

// Publish is for (*amqp091.Channel).Publish and PublishWithDeferredConfirm, which have no
// context to find the caller's span in.
func Publish(ch *amqp091.Channel, exchange, key string, msg amqp091.Publishing) (amqp091.Publishing, func(error, hook.Exit)) {
	if !library.Live() {
		return msg, nil
	}
	return publish(context.Background(), ch, exchange, key, msg)
}

// publish starts a publishing. The headers of the message that is returned are the call's own:
// the program may use those of its message for others, at the same time.
func publish(ctx context.Context, ch *amqp091.Channel, exchange, key string, msg amqp091.Publishing) (amqp091.Publishing, func(error, hook.Exit)) {
	if msg.Headers != nil {
		if _, around := underWay.Load(address(msg.Headers)); around {
			return msg, nil
		}
	}
	headers := make(amqp091.Table, len(msg.Headers)+2) // an empty one is not sent
	maps.Copy(headers, msg.Headers)
	msg.Headers = headers
	m := &message{headers: table(headers), key: key, id: msg.MessageId, conversation: msg.CorrelationId}
	_, span := library.Start(ctx, m.operation(messaging.Send, "publish", known(ch).client, exchange, ""))
	underWay.Store(address(headers), nil)
	return msg, func(err error, how hook.Exit) {
		underWay.Delete(address(headers))
		if span != nil {
			span.End(err, how)
		}
	}
}

// address returns what the map is known by. It keeps the map.
func address(headers amqp091.Table) any { return reflect.ValueOf(headers).UnsafePointer() }
