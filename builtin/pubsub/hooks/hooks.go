// Package hooks holds the functions that make spans and metrics of what a program does with
// Google Cloud Pub/Sub, called from the bodies of cloud.google.com/go/pubsub/v2's own methods.
// Package pubsub says what is told and why.
package hooks

import (
	"context"
	"strings"
	"sync"

	"cloud.google.com/go/pubsub/v2"
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"google.golang.org/grpc/status"

	"github.com/goweaver/weaver/builtin/internal/messaging"
	"github.com/goweaver/weaver/instrument/hook"
)

// library has the switch, the tracer and the instruments of the built-in. It outlasts the
// calls of the hooks, which have no receiver to keep it in.
var library = newLibrary()

func newLibrary() *messaging.Library {
	l := messaging.NewLibrary("pubsub", "github.com/goweaver/weaver/builtin/pubsub", semconv.MessagingSystemGCPPubSub)
	l.ErrorType = errorType
	return l
}

// client stands for all clients: there is nothing to tell of one but what it does.
var client = new(messaging.Client)

// errorType returns the name of the status of an error that the server has answered.
func errorType(err error) string {
	if s, ok := status.FromError(err); ok {
		return statusName(s.Code())
	}
	return ""
}

// publishing are the messages that the server has not answered yet, as *sending by their
// *PublishResult, of which each message has its own.
var publishing sync.Map

// A sending is a message that is being published.
type sending struct{ span *messaging.Span }

// end ends the publishing of the message with that result, once.
func end(r *PublishResult, id string, err error) {
	v, ok := publishing.LoadAndDelete(r)
	if !ok {
		return
	}
	var attrs []attribute.KeyValue
	if id != "" {
		attrs = append(attrs, semconv.MessagingMessageID(id))
	}
	v.(*sending).span.End(err, hook.Returned, attrs...)
}

// Publish is for (*pubsub.Publisher).Publish. It returns the message that is sent instead, whose
// attributes are nobody else's.
func Publish(ctx context.Context, p *pubsub.Publisher, m *Message, own hook.Captured) (*Message, func(*PublishResult, hook.Exit)) {
	if !library.Live() || m == nil || p == nil || is(own) {
		return m, nil
	}
	sent := *m
	carrier := newCarrier(&sent)
	_, span := library.Start(ctx, messaging.Operation{
		Type: messaging.Send, Name: "send", Client: client, Destination: last(p.String()), Messages: &message{carrier: carrier, of: &sent},
	})
	if span == nil {
		return m, nil
	}
	return &sent, func(r *PublishResult, how hook.Exit) {
		if r == nil {
			span.End(nil, how)
			return
		}
		publishing.Store(r, &sending{span})
		// It may have a result already, which is not announced again.
		select {
		case <-r.Ready():
			id, err := r.Get(context.Background())
			end(r, id, err)
		default:
		}
	}
}

// Published is for SetPublishResult. What it says is known to the program when it returns, and
// told before; but of a message that has its result when Publish has not returned yet it is
// told afterwards, here or there.
func Published(r *PublishResult, id string, err error) func() {
	if !library.On {
		return nil
	}
	if _, ok := publishing.Load(r); ok {
		end(r, id, err)
		return nil
	}
	if !library.Live() {
		return nil
	}
	return func() { end(r, id, err) }
}

// Receive is for (*pubsub.Subscriber).Receive. It returns the callback that is called instead.
func Receive(s *pubsub.Subscriber, callback func(context.Context, *Message), own hook.Captured) func(context.Context, *Message) {
	if !library.On || s == nil || callback == nil || is(own) {
		return callback
	}
	subscription := last(s.String())
	return func(ctx context.Context, m *Message) {
		if !library.Live() || m == nil {
			callback(ctx, m)
			return
		}
		process(ctx, subscription, m, callback)
	}
}

func process(ctx context.Context, subscription string, m *Message, callback func(context.Context, *Message)) {
	ctx, span := library.Start(ctx, messaging.Operation{
		Type: messaging.Process, Name: "subscribe", Client: client, Destination: subscription,
		Messages:   &message{carrier: carrier{of: m.Attributes}, of: m},
		Attributes: []attribute.KeyValue{semconv.MessagingDestinationSubscriptionName(subscription)},
	})
	how := hook.Panicked // or the goroutine ends, which it has no name for here
	defer func() {
		if span != nil {
			span.End(nil, how)
		}
	}()
	callback(ctx, m)
	how = hook.Returned
}

// is reports whether what a rule has captured is true: the program has the library tell.
func is(captured hook.Captured) bool {
	return captured.Len() > 0 && captured.At(0).Kind() == hook.KindBool && captured.At(0).Bool()
}

// last returns the last part of a name like projects/p/topics/t.
func last(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }
