package hooks

import (
	"context"
	"errors"
	"slices"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/messaging"
	"github.com/goweaver/weaver/instrument/hook"
)

// Write is for (*kafka.Writer).WriteMessages. The messages that the library gets are copies of
// the caller's.
func Write(ctx context.Context, w *kafka.Writer, msgs []kafka.Message) ([]kafka.Message, func(error, hook.Exit)) {
	if !library.Live() || w == nil || len(msgs) == 0 {
		return msgs, nil
	}
	b := &batch{topic: w.Topic, messages: msgs, added: make([][]kafka.Header, len(msgs))}
	_, span := library.Start(ctx, messaging.Operation{
		Type: messaging.Send, Name: "send", Client: writers.Of(w, describeWriter), Messages: b, Batch: len(msgs) > 1,
	})
	if span == nil {
		return msgs, nil
	}
	return b.sent(), func(err error, how hook.Exit) {
		var several kafka.WriteErrors
		if errors.As(err, &several) && len(several) == len(msgs) {
			span.EndParts(err, how, func(i int) bool { return several[i] == nil })
			return
		}
		span.End(err, how)
	}
}

// A batch is the messages of one call.
type batch struct {
	topic    string // the writer's, or "" if the messages have theirs
	messages []kafka.Message
	added    [][]kafka.Header
}

// Len implements [messaging.Messages], as the following do.
func (b *batch) Len() int { return len(b.messages) }

// Destination returns a message's topic.
func (b *batch) Destination(i int) string {
	if b.topic != "" {
		return b.topic
	}
	return b.messages[i].Topic
}

// Headers returns a message's headers, with room for further ones.
func (b *batch) Headers(i int) propagation.TextMapCarrier {
	return headers{b.messages[i].Headers, &b.added[i]}
}

// Attributes returns what is known of a message: where it will be is not.
func (b *batch) Attributes(i int) []attribute.KeyValue { return tombstone(nil, b.messages[i]) }

// tombstone adds that the message says that there is nothing any more under its key, if it does.
func tombstone(attrs []attribute.KeyValue, m kafka.Message) []attribute.KeyValue {
	if m.Key != nil && m.Value == nil {
		attrs = append(attrs, semconv.MessagingKafkaMessageTombstone(true))
	}
	return attrs
}

// The program gets the messages back: in the errors of the writer, to its balancer and its
// Completion. It is to find the headers there that it has given them. So what was added lies
// behind the end of a message's headers, in a slice whose last element says so, and comes
// forward where the message is written to the wire.

// hidden is the key of that last element.
const hidden = "\x00github.com/goweaver/weaver/builtin/kafkago"

// sent returns the messages with what was added to their headers.
func (b *batch) sent() []kafka.Message {
	msgs := b.messages
	for i, added := range b.added {
		if len(added) == 0 {
			continue
		}
		if &msgs[0] == &b.messages[0] {
			msgs = slices.Clone(msgs)
		}
		own := msgs[i].Headers
		all := make([]kafka.Header, 0, len(own)+len(added)+1)
		all = append(append(append(all, own...), added...), kafka.Header{Key: hidden})
		msgs[i].Headers = all[:len(own)]
	}
	return msgs
}

// ReadRecord is for the method of that name by which a writer's messages become what is
// written, once for each attempt. What it takes is what kafka.Record is an alias of, as rules
// compare the names of types.
func ReadRecord() func(*protocol.Record) {
	if !library.Live() {
		return nil
	}
	return reveal
}

// reveal adds what is hidden behind the record's headers.
func reveal(r *protocol.Record) {
	if r == nil || cap(r.Headers) == len(r.Headers) {
		return
	}
	if all := r.Headers[:cap(r.Headers)]; all[len(all)-1].Key == hidden {
		r.Headers = all[:len(all)-1]
	}
}

// headers are those of a message, for a propagator. Of several with the same key the last one
// counts, as in Kafka's own client.
type headers struct {
	own   []kafka.Header
	added *[]kafka.Header // nil for a message that was received
}

// Get implements [propagation.TextMapCarrier], as the following do.
func (h headers) Get(key string) string {
	for i := len(h.own) - 1; i >= 0; i-- {
		if h.own[i].Key == key {
			return string(h.own[i].Value)
		}
	}
	return ""
}

// Set adds a header.
func (h headers) Set(key, value string) {
	if h.added != nil {
		*h.added = append(*h.added, kafka.Header{Key: key, Value: []byte(value)})
	}
}

// Keys returns the keys of all headers.
func (h headers) Keys() []string {
	keys := make([]string, len(h.own))
	for i, header := range h.own {
		keys[i] = header.Key
	}
	return keys
}
