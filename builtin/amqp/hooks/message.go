package hooks

import (
	"strings"

	"github.com/rabbitmq/amqp091-go"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/messaging"
)

// A message is what is told of a message, and the only one of its operation: it is its
// [messaging.Messages].
type message struct {
	headers          propagation.TextMapCarrier
	key              string // the routing key
	id, conversation string
	tag              uint64 // of its delivery, or 0
	anonymous        bool   // the server has made up the name of its queue
}

// operation returns the operation on m of that type and name: to the exchange, or from the
// queue that it came to by the exchange.
func (m *message) operation(typ messaging.Type, name string, c *messaging.Client, exchange, queue string) messaging.Operation {
	op := messaging.Operation{Type: typ, Name: name, Client: c, Messages: m}
	m.anonymous = anonymous(queue) || exchange == "" && anonymous(m.key)
	switch {
	case !m.anonymous:
		op.Destination = destination(exchange, m.key, queue)
	case exchange != "":
		op.Destination = destination(exchange, m.key, "")
	default:
		op.Destination, op.Unnamed = destination("", m.key, queue), true
	}
	return op
}

// anonymous reports whether the server has made up the name of the queue. There are as many
// of these as there are clients.
func anonymous(queue string) bool {
	return strings.HasPrefix(queue, "amq.gen-") || strings.HasPrefix(queue, "amq.rabbitmq.reply-to")
}

// destination returns what the conventions for RabbitMQ call a destination.
func destination(exchange, key, queue string) string {
	if queue == key {
		queue = ""
	}
	var parts []string
	for _, part := range []string{exchange, key, queue} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return "amq.default"
	}
	return strings.Join(parts, ":")
}

// Len implements [messaging.Messages].
func (m *message) Len() int { return 1 }

// Destination implements [messaging.Messages]: the operation says it.
func (m *message) Destination(int) string { return "" }

// Headers implements [messaging.Messages].
func (m *message) Headers(int) propagation.TextMapCarrier { return m.headers }

// Attributes implements [messaging.Messages].
func (m *message) Attributes(int) []attribute.KeyValue {
	var attrs []attribute.KeyValue
	if m.key != "" {
		attrs = append(attrs, semconv.MessagingRabbitMQDestinationRoutingKey(m.key))
	}
	if m.id != "" {
		attrs = append(attrs, semconv.MessagingMessageID(m.id))
	}
	if m.conversation != "" {
		attrs = append(attrs, semconv.MessagingMessageConversationID(m.conversation))
	}
	if m.tag != 0 {
		attrs = append(attrs, semconv.MessagingRabbitMQMessageDeliveryTag(int(m.tag)))
	}
	if m.anonymous {
		attrs = append(attrs, semconv.MessagingDestinationAnonymous(true))
	}
	return attrs
}

// A table is the headers of a message as a carrier.
type table amqp091.Table

// Get implements [propagation.TextMapCarrier]. Clients in other languages have sent bytes.
func (t table) Get(key string) string {
	switch v := t[key].(type) {
	case string:
		return v
	case []byte:
		return string(v)
	}
	return ""
}

// Set implements [propagation.TextMapCarrier].
func (t table) Set(key, value string) { t[key] = value }

// Keys implements [propagation.TextMapCarrier].
func (t table) Keys() []string {
	keys := make([]string, 0, len(t))
	for key := range t {
		keys = append(keys, key)
	}
	return keys
}
