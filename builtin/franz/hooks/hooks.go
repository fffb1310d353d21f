// Package hooks holds the functions that make spans and metrics of what a program does with
// Kafka by github.com/twmb/franz-go/pkg/kgo, called from the bodies of the client's methods.
//
// The library's extension point, WithHooks, is left to the program: a hook among a client's
// would show in what OptValue and Opts return, be installed twice in a client that is made of
// another one's options, and make the library walk over all that it fetches, with or without
// a provider. kotel, which is one, follows conventions of 2023.
//
// A record that is produced has a span from the call until the broker has answered, and a
// header with its context, which is gone from the program's record before its promise is
// called. A poll has one span, linked to those of all records that it returns. What the
// program does with a record is its own: Record.Context stays what it is, since a program may
// ask whether it is nil, and hand a record that it has got to Produce.
package hooks

import (
	"context"
	"errors"
	"reflect"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/aside"
	"github.com/goweaver/weaver/builtin/internal/messaging"
)

// library has the switch, the tracer and the instruments of the built-in, and clients what is
// known of the program's clients. They outlast the calls of the hooks, which have no receiver
// to keep them in.
var (
	library = newLibrary()
	clients aside.Table[kgo.Client, client]
)

func newLibrary() *messaging.Library {
	l := messaging.NewLibrary("franz", "github.com/goweaver/weaver/builtin/franz", semconv.MessagingSystemKafka)
	l.ErrorType = errorType
	return l
}

// errorType returns the name that Kafka has for an error, or that of the library's variable.
func errorType(err error) string {
	var answer *kerr.Error
	if errors.As(err, &answer) {
		return answer.Message
	}
	for _, known := range []struct {
		err  error
		name string
	}{
		{kgo.ErrRecordTimeout, "ErrRecordTimeout"},
		{kgo.ErrRecordRetries, "ErrRecordRetries"},
		{kgo.ErrMaxBuffered, "ErrMaxBuffered"},
		{kgo.ErrAborting, "ErrAborting"},
		{kgo.ErrClientClosed, "ErrClientClosed"},
	} {
		if errors.Is(err, known.err) {
			return "github.com/twmb/franz-go/pkg/kgo." + known.name
		}
	}
	return ""
}

// defaultPort is the one that the library has for a broker without.
const defaultPort = 9092

// A client is what is known of one of the program's clients, on both its sides.
type client struct {
	producer, consumer messaging.Client

	topic  string // of records that have none
	always bool   // and of those that have one
}

// describe returns what the options of a client say of it.
func describe(cl *kgo.Client) *client {
	c := new(client)
	c.topic, _ = cl.OptValue(kgo.DefaultProduceTopic).(string)
	c.always, _ = cl.OptValue("DefaultProduceTopicAlways").(bool) // of newer versions
	var shared, spans []attribute.KeyValue
	if seeds, _ := cl.OptValue(kgo.SeedBrokers).([]string); len(seeds) == 1 {
		shared = messaging.Server(seeds[0], defaultPort) // of several none is the one
	}
	if id, _ := cl.OptValue(kgo.ClientID).(string); id != "" {
		spans = append(spans, semconv.MessagingClientID(id))
	}
	c.producer.Shared, c.producer.Spans = shared, spans
	c.consumer.Shared, c.consumer.Spans = shared, spans
	for _, option := range []any{kgo.ConsumerGroup, "ShareGroup"} { // the latter of newer versions
		if group, _ := cl.OptValue(option).(string); group != "" {
			c.consumer.Shared = append(shared[:len(shared):len(shared)], semconv.MessagingConsumerGroupName(group))
		}
	}
	c.look(reflect.ValueOf(cl.OptValue(kgo.WithHooks)))
	return c
}

// look notes what the client's hooks, a list or a list of lists, tell by themselves: those of
// kotel spans or numbers of records.
func (c *client) look(hooks reflect.Value) {
	for hooks.Kind() == reflect.Interface {
		hooks = hooks.Elem()
	}
	switch hooks.Kind() {
	case reflect.Slice:
		for i := range hooks.Len() {
			c.look(hooks.Index(i))
		}
	case reflect.Pointer:
		if t := hooks.Type().Elem(); t.PkgPath() == "github.com/twmb/franz-go/plugin/kotel" {
			spans, metrics := t.Name() == "Tracer", t.Name() == "Meter"
			for _, side := range []*messaging.Client{&c.producer, &c.consumer} {
				side.OwnSpans.Store(side.OwnSpans.Load() || spans)
				side.OwnMetrics.Store(side.OwnMetrics.Load() || metrics)
			}
		}
	}
}

// ended reports whether err only says that the poll with that context was to end.
func ended(ctx context.Context, err error) bool {
	return errors.Is(err, kgo.ErrClientClosed) || ctx.Err() != nil && errors.Is(err, ctx.Err())
}
