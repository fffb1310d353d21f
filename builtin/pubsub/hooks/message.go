package hooks

import (
	"maps"

	"cloud.google.com/go/pubsub/v2"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// What the library's signatures have is declared by a package that is internal to Google's
// modules, and named by these aliases only.
type (
	// Message is a message of the program's.
	Message = pubsub.Message
	// PublishResult is what becomes of one that is published.
	PublishResult = pubsub.PublishResult
)

// A message is the only one of an operation: it is its [messaging.Messages].
type message struct {
	carrier propagation.TextMapCarrier
	of      *Message
}

// Len implements [messaging.Messages].
func (*message) Len() int { return 1 }

// Destination implements [messaging.Messages]: the operation says it.
func (*message) Destination(int) string { return "" }

// Headers implements [messaging.Messages].
func (m *message) Headers(int) propagation.TextMapCarrier { return m.carrier }

// Attributes implements [messaging.Messages].
func (m *message) Attributes(int) []attribute.KeyValue {
	var attrs []attribute.KeyValue
	if m.of.ID != "" {
		attrs = append(attrs, semconv.MessagingMessageID(m.of.ID))
	}
	if m.of.OrderingKey != "" {
		attrs = append(attrs, semconv.MessagingGCPPubSubMessageOrderingKey(m.of.OrderingKey))
	}
	if m.of.DeliveryAttempt != nil {
		attrs = append(attrs, semconv.MessagingGCPPubSubMessageDeliveryAttempt(*m.of.DeliveryAttempt))
	}
	return attrs
}

// prefix is what Google's own clients write before the names of headers, in all languages.
const prefix = "googclient_"

// A carrier is the attributes of a message as a carrier.
type carrier struct{ of map[string]string }

// Get implements [propagation.TextMapCarrier]. Who writes attributes by hand leaves out the
// prefix.
func (c carrier) Get(key string) string {
	if v, ok := c.of[prefix+key]; ok {
		return v
	}
	return c.of[key]
}

// What Pub/Sub takes: attributes of a message, bytes of a value, and of a message, less what
// may be added to it.
const (
	mostAttributes = 100
	longestValue   = 1024
	largest        = pubsub.MaxPublishRequestBytes - 8*longestValue
)

// Set implements [propagation.TextMapCarrier]. A message is not to be refused for what is added
// to it.
func (c carrier) Set(key, value string) {
	if _, had := c.of[prefix+key]; len(value) <= longestValue && (had || len(c.of) < mostAttributes) {
		c.of[prefix+key] = value
	}
}

// Keys implements [propagation.TextMapCarrier].
func (c carrier) Keys() []string {
	keys := make([]string, 0, len(c.of))
	for key := range c.of {
		keys = append(keys, key)
	}
	return keys
}

// newCarrier gives the message attributes of its own and returns them, nil if there is no room
// for more.
func newCarrier(m *Message) propagation.TextMapCarrier {
	size := len(m.Data)
	for key, value := range m.Attributes {
		size += len(key) + len(value)
	}
	if size > largest {
		return nil
	}
	attributes := make(map[string]string, len(m.Attributes)+2)
	maps.Copy(attributes, m.Attributes)
	m.Attributes = attributes
	return carrier{attributes}
}
