package hooks

// What a program is given, and what it says about it.

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/rabbitmq/amqp091-go"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"

	"github.com/goweaver/weaver/builtin/internal/messaging"
	"github.com/goweaver/weaver/instrument/hook"
)

// A received is a message that has been delivered and is not acknowledged yet.
type received struct {
	message
	exchange, queue string
	at              time.Time
}

// newReceived returns what is to be told of d. Nothing of it is kept that the program might
// change.
func newReceived(d *amqp091.Delivery, queue string) *received {
	headers := propagation.MapCarrier{}
	for _, field := range otel.GetTextMapPropagator().Fields() {
		if v := table(d.Headers).Get(field); v != "" {
			headers[field] = v
		}
	}
	return &received{
		message:  message{headers: headers, key: d.RoutingKey, id: d.MessageId, conversation: d.CorrelationId, tag: d.DeliveryTag},
		exchange: d.Exchange, queue: queue, at: time.Now(),
	}
}

// Delivered is for newDelivery, which makes of what the server has sent what the program gets.
func Delivered(ch *amqp091.Channel) func(*amqp091.Delivery) {
	if !library.Live() {
		return nil
	}
	return known(ch).delivered
}

func (c *channel) delivered(d *amqp091.Delivery) {
	if d == nil || d.ConsumerTag == "" { // the answer to a Get, whose hook tells of it
		return
	}
	c.mu.Lock()
	by, found := c.consumers[d.ConsumerTag]
	c.mu.Unlock()
	if !found {
		return
	}
	r := newReceived(d, by.queue)
	if by.noAck {
		op := r.operation(messaging.Receive, "deliver", c.client, r.exchange, r.queue)
		op.Untimed = true
		library.Record(context.Background(), r.at, op, nil, hook.Returned)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.unsettled == nil {
		c.unsettled = map[uint64]*received{}
	}
	c.unsettled[d.DeliveryTag] = r
}

// Get is for (*amqp091.Channel).Get, which asks for one message.
func Get(ch *amqp091.Channel, queue string) func(amqp091.Delivery, bool, error, hook.Exit) {
	if !library.Live() {
		return nil
	}
	began := time.Now()
	return func(d amqp091.Delivery, ok bool, err error, how hook.Exit) {
		if !ok {
			op := messaging.Operation{Type: messaging.Receive, Name: "get", Client: known(ch).client, Destination: queue, Unnamed: anonymous(queue)}
			library.Record(context.Background(), began, op, err, how)
			return
		}
		r := newReceived(&d, queue)
		library.Record(context.Background(), began, r.operation(messaging.Receive, "get", known(ch).client, d.Exchange, queue), err, how)
	}
}

// What a program says by Nack and Reject.
var (
	errNack   = errors.New("the program has given the message back by Nack")
	errReject = errors.New("the program has rejected the message")
)

// Ack is for (*amqp091.Channel).Ack.
func Ack(ch *amqp091.Channel, tag uint64, multiple bool) func(error, hook.Exit) {
	if !library.Live() {
		return nil
	}
	return settle(ch, tag, multiple, nil)
}

// Nack is for (*amqp091.Channel).Nack.
func Nack(ch *amqp091.Channel, tag uint64, multiple bool) func(error, hook.Exit) {
	if !library.Live() {
		return nil
	}
	return settle(ch, tag, multiple, errNack)
}

// Reject is for (*amqp091.Channel).Reject.
func Reject(ch *amqp091.Channel, tag uint64) func(error, hook.Exit) {
	if !library.Live() {
		return nil
	}
	return settle(ch, tag, false, errReject)
}

// settle ends the processing of the messages with that tag, or up to it, as that failed or
// not.
func settle(ch *amqp091.Channel, tag uint64, multiple bool, failed error) func(error, hook.Exit) {
	c := known(ch)
	done := c.settled(tag, multiple)
	if len(done) == 0 {
		return nil
	}
	return func(err error, how hook.Exit) {
		if err == nil {
			err = failed
		}
		for _, r := range done {
			library.Record(context.Background(), r.at, r.operation(messaging.Process, "process", c.client, r.exchange, r.queue), err, how)
		}
	}
}

// settled takes what is settled with that tag: all there is if it is 0 and means several.
func (c *channel) settled(tag uint64, multiple bool) (done []*received) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !multiple {
		if r := c.unsettled[tag]; r != nil {
			delete(c.unsettled, tag)
			done = append(done, r)
		}
		return done
	}
	for t, r := range c.unsettled {
		if t <= tag || tag == 0 {
			delete(c.unsettled, t)
			done = append(done, r)
		}
	}
	slices.SortFunc(done, func(a, b *received) int { return cmp.Compare(a.tag, b.tag) })
	return done
}
