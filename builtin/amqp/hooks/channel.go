package hooks

// What is known of connections and channels.

import (
	"reflect"
	"sync"

	"github.com/rabbitmq/amqp091-go"

	"github.com/goweaver/weaver/builtin/internal/aside"
	"github.com/goweaver/weaver/builtin/internal/messaging"
	"github.com/goweaver/weaver/instrument/hook"
)

// What is known of the library's connections and channels. It outlasts the calls of the hooks.
var (
	connections aside.Table[amqp091.Connection, messaging.Client]
	channels    aside.Table[amqp091.Channel, channel]
)

// A channel is what is known of one of the library's.
type channel struct {
	client *messaging.Client

	mu        sync.Mutex
	consumers map[string]consumer  // by their tags
	unsettled map[uint64]*received // what has to be acknowledged, by the tags of the deliveries
}

// A consumer is what a program has asked for.
type consumer struct {
	queue string
	noAck bool // the server takes a message for acknowledged when it has sent it
}

// unknown returns what is known of a connection that was not made by DialConfig, or before the
// hooks were initialised.
func unknown(*amqp091.Connection) *messaging.Client { return new(messaging.Client) }

// known returns what is known of ch, which may be nil: the library has its own way to fail then.
func known(ch *amqp091.Channel) *channel {
	if ch == nil {
		return nobody(nil)
	}
	return channels.Of(ch, nobody)
}

func nobody(*amqp091.Channel) *channel { return &channel{client: new(messaging.Client)} }

// Dial is for amqp091.DialConfig, by which all connections are made but those that the program
// has a transport for.
func Dial(url string) func(*amqp091.Connection) {
	if !library.On {
		return nil
	}
	return func(c *amqp091.Connection) {
		uri, err := amqp091.ParseURI(url)
		if err != nil {
			return
		}
		connections.Of(c, func(*amqp091.Connection) *messaging.Client {
			return &messaging.Client{Shared: messaging.Server(uri.Host, uri.Port)}
		})
	}
}

// NewChannel is for newChannel, by which all channels are made.
func NewChannel(c *amqp091.Connection) func(*amqp091.Channel) {
	if !library.On {
		return nil
	}
	return func(ch *amqp091.Channel) {
		client := connections.Of(c, unknown)
		if client == nil {
			return
		}
		channels.Of(ch, func(*amqp091.Channel) *channel { return &channel{client: client} })
	}
}

// Call is for (*amqp091.Channel).call, with the request. That for a consumer says what its
// deliveries will be: they may come before it has been answered.
func Call(ch *amqp091.Channel, request hook.Captured) {
	if !library.On || request.Len() == 0 {
		return
	}
	v := reflect.ValueOf(request.At(0).Any())
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return
	}
	v = v.Elem()
	tag, queue, noAck := v.FieldByName("ConsumerTag"), v.FieldByName("Queue"), v.FieldByName("NoAck")
	switch {
	case tag.Kind() != reflect.String:
	case v.Type().Name() == "basicConsume" && queue.Kind() == reflect.String && noAck.Kind() == reflect.Bool:
		known(ch).consume(tag.String(), consumer{queue.String(), noAck.Bool()})
	case v.Type().Name() == "basicCancel":
		known(ch).cancel(tag.String())
	}
}

func (c *channel) consume(tag string, as consumer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.consumers == nil {
		c.consumers = map[string]consumer{}
	}
	c.consumers[tag] = as
}

func (c *channel) cancel(tag string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.consumers, tag)
}

// Shutdown is for (*amqp091.Channel).shutdown: what has not been acknowledged will never be.
func Shutdown(ch *amqp091.Channel) {
	if !library.On {
		return
	}
	c := known(ch)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unsettled = nil
}
