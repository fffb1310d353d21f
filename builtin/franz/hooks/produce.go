package hooks

import (
	"context"
	"slices"
	"strconv"
	"unsafe"

	"github.com/twmb/franz-go/pkg/kgo"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/messaging"
	"github.com/goweaver/weaver/instrument/hook"
)

// A production is a record on its way to the broker. It is the only one of its operation.
type production struct {
	record  *kgo.Record
	topic   string
	promise func(*kgo.Record, error)
	span    *messaging.Span

	before []kgo.RecordHeader // the program's
	own    []kgo.RecordHeader // that were added
}

// Produce is for (*kgo.Client).Produce and TryProduce.
func Produce(ctx context.Context, cl *kgo.Client, r *kgo.Record, promise func(*kgo.Record, error)) func(*kgo.Record, error) {
	if !library.Live() || r == nil {
		return promise
	}
	c := clients.Of(cl, describe)
	if c == nil {
		return promise
	}
	// As the library has it, but a context that the program has given the record counts if
	// there is a span in it.
	if ctx == nil {
		ctx = context.Background()
	}
	if r.Context != nil && trace.SpanContextFromContext(r.Context).IsValid() {
		ctx = r.Context
	}
	p := &production{record: r, topic: r.Topic, promise: promise, before: r.Headers}
	if p.topic == "" || c.always {
		p.topic = c.topic
	}
	_, p.span = library.Start(ctx, messaging.Operation{Type: messaging.Send, Name: "send", Client: &c.producer, Messages: p})
	if p.span == nil {
		return promise
	}
	p.own = r.Headers[len(p.before):]
	return p.done
}

// done is the record's promise.
func (p *production) done(r *kgo.Record, err error) {
	p.restore()
	if err != nil {
		p.span.End(err, hook.Returned)
	} else {
		attrs := []attribute.KeyValue{semconv.MessagingDestinationPartitionID(strconv.Itoa(int(r.Partition)))}
		if r.Offset >= 0 {
			attrs = append(attrs, semconv.MessagingKafkaOffset(int(r.Offset)))
		}
		p.span.End(nil, hook.Returned, attrs...)
	}
	if p.promise != nil {
		p.promise(r, err)
	}
}

// restore takes the headers away that were added, and leaves what hooks of the program's have
// made of the others.
func (p *production) restore() {
	if len(p.own) == 0 {
		return
	}
	left := slices.DeleteFunc(slices.Clone(p.record.Headers), func(h kgo.RecordHeader) bool {
		return slices.ContainsFunc(p.own, func(own kgo.RecordHeader) bool { return same(h, own) })
	})
	if slices.EqualFunc(left, p.before, same) {
		left = p.before
	}
	p.record.Headers = left
}

// same reports whether a and b are the same header, and not only equal ones.
func same(a, b kgo.RecordHeader) bool {
	return a.Key == b.Key && len(a.Value) == len(b.Value) && unsafe.SliceData(a.Value) == unsafe.SliceData(b.Value)
}

// Len implements [messaging.Messages], as the following do.
func (p *production) Len() int { return 1 }

// Destination returns the record's topic.
func (p *production) Destination(int) string { return p.topic }

// Headers returns the record's headers.
func (p *production) Headers(int) propagation.TextMapCarrier { return headers{p.record} }

// Attributes returns what is known of the record: its partition is not.
func (p *production) Attributes(int) []attribute.KeyValue {
	if tombstone(p.record) {
		return []attribute.KeyValue{semconv.MessagingKafkaMessageTombstone(true)}
	}
	return nil
}

// tombstone reports whether the record says that there is nothing any more under its key.
func tombstone(r *kgo.Record) bool { return r.Key != nil && r.Value == nil }

// headers are those of a record, for a propagator. Of several with the same key the last one
// counts, as in Kafka's own client.
type headers struct{ record *kgo.Record }

// Get implements [propagation.TextMapCarrier], as the following do.
func (h headers) Get(key string) string {
	for i := len(h.record.Headers) - 1; i >= 0; i-- {
		if h.record.Headers[i].Key == key {
			return string(h.record.Headers[i].Value)
		}
	}
	return ""
}

// Set adds a header, to a copy: the slice is the program's, which may have given it to other
// records as well.
func (h headers) Set(key, value string) {
	h.record.Headers = append(slices.Clip(h.record.Headers), kgo.RecordHeader{Key: key, Value: []byte(value)})
}

// Keys returns the keys of all headers.
func (h headers) Keys() []string {
	keys := make([]string, len(h.record.Headers))
	for i, header := range h.record.Headers {
		keys[i] = header.Key
	}
	return keys
}
