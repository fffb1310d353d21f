package hooks

// What a program gets.

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/messaging"
	"github.com/goweaver/weaver/instrument/hook"
)

// Subscribe is for (*nats.Conn).subscribe, which every subscription is made by that the program
// knows of, and most of the library's own. It returns the callback that is called instead, by
// the one goroutine of the subscription.
func Subscribe(nc *nats.Conn, subject, queue string, callback nats.MsgHandler) nats.MsgHandler {
	if !library.On || callback == nil || nc == nil {
		return callback
	}
	return func(m *nats.Msg) {
		if !library.Live() {
			callback(m)
			return
		}
		process(nc, m, subject, queue, callback)
	}
}

func process(nc *nats.Conn, m *nats.Msg, subject, queue string, callback nats.MsgHandler) {
	op, ok := consumed(messaging.Process, "process", m, subject, queue)
	if !ok {
		callback(m)
		return
	}
	op.Client = clientOf(nc)
	_, span := library.Start(context.Background(), op)
	if span == nil {
		callback(m)
		return
	}
	how := hook.Panicked // or the goroutine ends, which it has no name for here
	defer func() { span.End(nil, how) }()
	callback(m)
	how = hook.Returned
}

// consumed returns the operation on a message that has come by a subscription to that subject,
// and whether it is told: answers are not, nor what the server or a store has to say.
func consumed(typ messaging.Type, name string, m *nats.Msg, subject, queue string) (op messaging.Operation, ok bool) {
	if m == nil || system(m.Subject) || len(m.Data) == 0 && m.Header.Get("Status") != "" {
		return op, false
	}
	h := headers(m.Header)
	op = messaging.Operation{Type: typ, Name: name, Messages: one(h, h)}
	if stream, consumer := streamOf(m.Reply); stream != "" {
		op.Destination = stream
		op.Attributes = append(op.Attributes, semconv.MessagingConsumerGroupName(consumer))
		return op, true
	}
	if inbox(subject) {
		return op, false
	}
	op.Destination = subject
	if subject != m.Subject { // the subscription is to several
		op.Attributes = append(op.Attributes, semconv.MessagingDestinationTemplate(subject), semconv.MessagingDestinationName(m.Subject))
	}
	if queue != "" {
		op.Attributes = append(op.Attributes, semconv.MessagingConsumerGroupName(queue))
	}
	return op, true
}

// streamOf returns the stream and the consumer of a message of JetStream's, by the subject
// that it is acknowledged at: $JS.ACK.<stream>.<consumer>.… or, from newer servers,
// $JS.ACK.<domain>.<account>.<stream>.<consumer>.… with at least 11 parts.
func streamOf(reply string) (stream, consumer string) {
	rest, ok := strings.CutPrefix(reply, "$JS.ACK.")
	if !ok {
		return "", ""
	}
	parts := strings.Split(rest, ".")
	if len(parts) >= 9 {
		parts = parts[2:]
	}
	if len(parts) < 2 {
		return "", ""
	}
	return parts[0], parts[1]
}

// receive tells of a message that has been asked for since then.
func receive(ctx context.Context, s *nats.Subscription, began time.Time, m *nats.Msg, err error, how hook.Exit) {
	nc := connection(s)
	if nc == nil {
		return
	}
	if err != nil || how != hook.Returned {
		if !nothing(err) && !inbox(s.Subject) && !system(s.Subject) {
			library.Record(ctx, began, messaging.Operation{Type: messaging.Receive, Name: "receive", Client: clientOf(nc), Destination: s.Subject}, err, how)
		}
		return
	}
	if op, ok := consumed(messaging.Receive, "receive", m, s.Subject, s.Queue); ok {
		op.Client = clientOf(nc)
		library.Record(ctx, began, op, nil, how)
	}
}

// nothing reports whether the error says that nothing has come in time, which is no failure.
func nothing(err error) bool {
	return errors.Is(err, nats.ErrTimeout) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

// connection returns the connection of a subscription, which is made with it and keeps it, or
// nil if the library has it elsewhere by now.
func connection(s *nats.Subscription) *nats.Conn {
	if s == nil {
		return nil
	}
	v := reflect.ValueOf(s).Elem().FieldByName("conn")
	if !v.IsValid() || v.Type() != reflect.TypeFor[*nats.Conn]() {
		return nil
	}
	return (*nats.Conn)(v.UnsafePointer())
}

// NextMsg is for (*nats.Subscription).NextMsg.
func NextMsg(s *nats.Subscription) func(*nats.Msg, error, hook.Exit) {
	return NextMsgWithContext(context.Background(), s)
}

// NextMsgWithContext is for (*nats.Subscription).NextMsgWithContext.
func NextMsgWithContext(ctx context.Context, s *nats.Subscription) func(*nats.Msg, error, hook.Exit) {
	if !library.Live() {
		return nil
	}
	began := time.Now()
	return func(m *nats.Msg, err error, how hook.Exit) { receive(ctx, s, began, m, err, how) }
}

// Fetch is for (*nats.Subscription).Fetch, which gets messages of a stream, as many as there
// are. The caller's context, if there is one, is among the options.
func Fetch(s *nats.Subscription, opts []nats.PullOpt) func([]*nats.Msg, error, hook.Exit) {
	if !library.Live() {
		return nil
	}
	ctx := context.Background()
	for _, o := range opts {
		if c, ok := o.(nats.ContextOpt); ok && c.Context != nil {
			ctx = c.Context
		}
	}
	began := time.Now()
	return func(all []*nats.Msg, err error, how hook.Exit) { fetched(ctx, s, began, all, err, how) }
}

func fetched(ctx context.Context, s *nats.Subscription, began time.Time, all []*nats.Msg, err error, how hook.Exit) {
	nc := connection(s)
	if nc == nil || len(all) == 0 && nothing(err) {
		return
	}
	op := messaging.Operation{Type: messaging.Receive, Name: "receive", Client: clientOf(nc), Batch: true}
	var batch messages
	for _, m := range all {
		one, ok := consumed(messaging.Receive, "receive", m, s.Subject, s.Queue)
		if !ok {
			continue
		}
		op.Destination, op.Attributes = one.Destination, one.Attributes // which all of them have
		h := headers(m.Header)
		batch.carriers, batch.ids = append(batch.carriers, propagation.TextMapCarrier(h)), append(batch.ids, h.Get(nats.MsgIdHdr))
	}
	op.Messages = batch
	library.Record(ctx, began, op, err, how)
}

// Received is for (*jetstream.jetStream).toJSMsg. What a callback is given is told of where
// that is called; the rest comes by a channel that is the library's.
func Received(m *nats.Msg, captured hook.Captured) {
	if !library.Live() || m == nil || m.Sub == nil || m.Sub.Type() != nats.ChanSubscription {
		return
	}
	nc := connOf(captured)
	if nc == nil {
		return
	}
	if op, ok := consumed(messaging.Receive, "receive", m, m.Sub.Subject, ""); ok {
		op.Client, op.Untimed = clientOf(nc), true
		library.Record(context.Background(), time.Now(), op, nil, hook.Returned)
	}
}
