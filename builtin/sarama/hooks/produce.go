package hooks

import (
	"context"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"unsafe"
	"weak"

	"github.com/IBM/sarama"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/messaging"
	"github.com/goweaver/weaver/instrument/hook"
)

// under are the messages that are under way, by their pointers: a *production, or told. The
// library returns each of them.
var under sync.Map

// told is for a message of which it has been told how it ended, while the library goes on to
// return it.
var told = new(production)

// A production is a message on its way to the broker, the only one of its operation.
type production struct {
	message *sarama.ProducerMessage
	client  *client
	span    *messaging.Span

	before []sarama.RecordHeader // the program's
	own    []sarama.RecordHeader // that were added
}

// own are the messages that otelsarama has begun a span for, by weak pointers: what it has
// wrapped may be a producer that is none of the library's, and never sends them.
var own sync.Map

// OwnSend is for the function of otelsarama's that starts the span of a message.
func OwnSend(msg *sarama.ProducerMessage) {
	if !library.Live() || msg == nil {
		return
	}
	key := weak.Make(msg)
	if _, had := own.LoadOrStore(key, true); !had {
		runtime.AddCleanup(msg, func(key weak.Pointer[sarama.ProducerMessage]) { own.Delete(key) }, key)
	}
}

// Send is for (*topicProducer).partitionMessage, which each message goes through that the
// producer has accepted.
func Send(msg *sarama.ProducerMessage, c hook.Captured) {
	if !library.Live() || msg == nil {
		return
	}
	if p := start(msg, configured(c)); p != nil {
		under.Store(msg, p)
	}
}

// start starts the span of a message, or returns nil if nobody wants to know of it.
func start(msg *sarama.ProducerMessage, known *client) *production {
	if known == nil {
		return nil
	}
	p := &production{message: msg, client: known, before: msg.Headers}
	op := messaging.Operation{Type: messaging.Send, Name: "send", Client: &known.producer, Messages: p}
	if _, ok := own.LoadAndDelete(weak.Make(msg)); ok {
		op.Client = &known.traced
	}
	if _, p.span = library.Start(context.Background(), op); p.span == nil {
		return nil
	}
	p.own = msg.Headers[len(p.before):]
	return p
}

// Sent is for (*asyncProducer).returnSuccesses.
func Sent(batch []*sarama.ProducerMessage) {
	for _, msg := range batch {
		if p := take(msg); p != nil {
			p.restore()
			p.span.End(nil, hook.Returned, p.where()...)
		}
	}
}

// Failed is for (*asyncProducer).returnErrors. Within it, older versions call what Refused is
// for.
func Failed(batch []*sarama.ProducerMessage, err error) func() {
	var ended []*sarama.ProducerMessage
	for _, msg := range batch {
		if p := take(msg); p != nil {
			p.restore()
			p.span.End(err, hook.Returned)
			under.Store(msg, told)
			ended = append(ended, msg)
		}
	}
	if ended == nil {
		return nil
	}
	return func() {
		for _, msg := range ended { // if the program has not sent it again meanwhile
			under.CompareAndDelete(msg, told)
		}
	}
}

// Refused is for (*asyncProducer).returnError, by which a message may also come back that the
// producer has not accepted: that is all that happens to it.
func Refused(msg *sarama.ProducerMessage, err error, c hook.Captured) {
	had, ok := under.LoadAndDelete(msg)
	if ok && had == told || msg == nil {
		return
	}
	p, _ := had.(*production)
	if p == nil && library.Live() {
		p = start(msg, configured(c))
	}
	if p != nil {
		p.restore()
		p.span.End(err, hook.Returned)
	}
}

// take returns the message that is no longer under way, or nil if nothing is told of it.
func take(msg *sarama.ProducerMessage) *production {
	had, ok := under.LoadAndDelete(msg)
	if !ok || had == told {
		return nil
	}
	return had.(*production)
}

// where returns where the message is.
func (p *production) where() []attribute.KeyValue {
	if !p.client.acked {
		return nil
	}
	return []attribute.KeyValue{
		semconv.MessagingDestinationPartitionID(strconv.Itoa(int(p.message.Partition))),
		semconv.MessagingKafkaOffset(int(p.message.Offset)),
	}
}

// restore takes the headers away that were added, and leaves what the program has made of the
// others.
func (p *production) restore() {
	if len(p.own) == 0 {
		return
	}
	left := slices.DeleteFunc(slices.Clone(p.message.Headers), func(h sarama.RecordHeader) bool {
		return slices.ContainsFunc(p.own, func(own sarama.RecordHeader) bool { return same(h, own) })
	})
	if slices.EqualFunc(left, p.before, same) {
		left = p.before
	}
	p.message.Headers = left
}

// same reports whether a and b are the same header, and not only equal ones.
func same(a, b sarama.RecordHeader) bool {
	return identical(a.Key, b.Key) && identical(a.Value, b.Value)
}

func identical(a, b []byte) bool {
	return len(a) == len(b) && unsafe.SliceData(a) == unsafe.SliceData(b)
}

// Len implements [messaging.Messages], as the following do.
func (p *production) Len() int { return 1 }

// Destination returns the message's topic.
func (p *production) Destination(int) string { return p.message.Topic }

// Headers returns the message's headers, or nil if its broker knows none.
func (p *production) Headers(int) propagation.TextMapCarrier {
	if !p.client.headers {
		return nil
	}
	return produced{p.message}
}

// Attributes returns what is known of the message: its partition is not.
func (p *production) Attributes(int) []attribute.KeyValue {
	if p.message.Key != nil && p.message.Value == nil {
		return []attribute.KeyValue{semconv.MessagingKafkaMessageTombstone(true)}
	}
	return nil
}

// produced is the headers of a message that is sent, for a propagator. Of several with the
// same key the last one counts, as in Kafka's own client.
type produced struct{ message *sarama.ProducerMessage }

// Get implements [propagation.TextMapCarrier], as the following do.
func (c produced) Get(key string) string {
	for i := len(c.message.Headers) - 1; i >= 0; i-- {
		if h := c.message.Headers[i]; string(h.Key) == key {
			return string(h.Value)
		}
	}
	return ""
}

// Set adds a header, to a copy: the slice is the program's, which may have given it to other
// messages as well.
func (c produced) Set(key, value string) {
	c.message.Headers = append(slices.Clip(c.message.Headers), sarama.RecordHeader{Key: []byte(key), Value: []byte(value)})
}

// Keys returns the keys of all headers.
func (c produced) Keys() []string {
	keys := make([]string, len(c.message.Headers))
	for i, h := range c.message.Headers {
		keys[i] = string(h.Key)
	}
	return keys
}
