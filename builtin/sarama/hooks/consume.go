package hooks

import (
	"context"
	"strconv"
	"sync"
	"time"
	"weak"

	"github.com/IBM/sarama"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/messaging"
	"github.com/goweaver/weaver/instrument/hook"
)

// groups are the consumers of the groups that are open, by the library's consumer, which is
// of a type that has no name here: a *messaging.Client each.
var groups sync.Map

// Claim is for newConsumerGroupClaim, with which a group begins to consume a partition.
func Claim(c hook.Captured) {
	consumer, group := c.At(1).Any(), c.At(2)
	known := configured(c)
	if !library.On || known == nil || consumer == nil || group.Kind() != hook.KindString {
		return
	}
	if _, ok := groups.Load(consumer); !ok {
		groups.LoadOrStore(consumer, &messaging.Client{
			Shared: []attribute.KeyValue{semconv.MessagingConsumerGroupName(group.String())}, Spans: known.consumer.Spans,
		})
	}
}

// Close is for (*consumerGroup).Close.
func Close(c hook.Captured) func() {
	consumer := c.At(0).Any()
	if !library.On || consumer == nil {
		return nil
	}
	return func() { groups.Delete(consumer) }
}

// Received is for (*partitionConsumer).interceptors, which each message goes through on its
// way to the program: twice, if that is late.
func Received(msg *sarama.ConsumerMessage, c hook.Captured) {
	if !library.Live() || msg == nil {
		return
	}
	known := configured(c)
	if known == nil || known.latest.is(msg) {
		return
	}
	side := &known.consumer
	if group, ok := groups.Load(c.At(1).Any()); ok {
		side = group.(*messaging.Client)
	}
	if ownConsumers.Load() {
		side.OwnSpans.Store(true)
	}
	library.Record(context.Background(), time.Now(), messaging.Operation{
		Type: messaging.Receive, Name: "consume", Client: side, Messages: received{msg}, Untimed: true,
	}, nil, hook.Returned)
}

// latest is the message of each partition that was told of last. It keeps none alive.
type latest struct{ messages sync.Map }

type partition struct {
	topic string
	id    int32
}

// is reports whether msg is the latest of its partition, and makes it that.
func (l *latest) is(msg *sarama.ConsumerMessage) bool {
	w := weak.Make(msg)
	had, ok := l.messages.Swap(partition{msg.Topic, msg.Partition}, w)
	return ok && had == w
}

// received is a message that a consumer gets, the only one of its operation.
type received struct{ message *sarama.ConsumerMessage }

// Len implements [messaging.Messages], as the following do.
func (r received) Len() int { return 1 }

// Destination returns the message's topic.
func (r received) Destination(int) string { return r.message.Topic }

// Headers returns the message's headers.
func (r received) Headers(int) propagation.TextMapCarrier { return consumed(r) }

// Attributes returns where the message is.
func (r received) Attributes(int) []attribute.KeyValue {
	attrs := []attribute.KeyValue{
		semconv.MessagingDestinationPartitionID(strconv.Itoa(int(r.message.Partition))),
		semconv.MessagingKafkaOffset(int(r.message.Offset)),
	}
	if r.message.Key != nil && r.message.Value == nil {
		attrs = append(attrs, semconv.MessagingKafkaMessageTombstone(true))
	}
	return attrs
}

// consumed is the headers of a message that was received, for a propagator.
type consumed struct{ message *sarama.ConsumerMessage }

// Get implements [propagation.TextMapCarrier], as the following do.
func (c consumed) Get(key string) string {
	for i := len(c.message.Headers) - 1; i >= 0; i-- {
		if h := c.message.Headers[i]; h != nil && string(h.Key) == key {
			return string(h.Value)
		}
	}
	return ""
}

// Set does nothing: the message is the program's.
func (consumed) Set(string, string) {}

// Keys returns the keys of all headers.
func (c consumed) Keys() []string {
	keys := make([]string, 0, len(c.message.Headers))
	for _, h := range c.message.Headers {
		if h != nil {
			keys = append(keys, string(h.Key))
		}
	}
	return keys
}
