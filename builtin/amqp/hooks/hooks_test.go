package hooks

// The hooks are tested here as far as they go without being woven and without a server: the
// tests call them as woven code does. The script of the integration has a server.

import (
	"context"
	"errors"
	"testing"

	"github.com/rabbitmq/amqp091-go"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// record gives the process a tracer provider and a propagator until the test ends.
func record(t testing.TB) *tracetest.SpanRecorder {
	r := tracetest.NewSpanRecorder()
	tp, p := otel.GetTracerProvider(), otel.GetTextMapPropagator()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r)))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	t.Cleanup(func() {
		otel.SetTracerProvider(tp)
		otel.SetTextMapPropagator(p)
	})
	return r
}

// last returns the span that ended last, of n that there are.
func last(t *testing.T, r *tracetest.SpanRecorder, n int) sdktrace.ReadOnlySpan {
	t.Helper()
	all := r.Ended()
	if len(all) != n {
		t.Fatalf("%d spans, want %d", len(all), n)
	}
	return all[n-1]
}

func attr(s sdktrace.ReadOnlySpan, key attribute.Key) attribute.Value {
	for _, kv := range s.Attributes() {
		if kv.Key == key {
			return kv.Value
		}
	}
	return attribute.Value{}
}

// open returns a connection to broker.example:5673 and a channel of it, as the library has
// them when they have been made.
func open() (*amqp091.Connection, *amqp091.Channel) {
	conn, ch := new(amqp091.Connection), new(amqp091.Channel)
	Dial("amqp://user:s3cret@broker.example:5673/")(conn)
	NewChannel(conn)(ch)
	return conn, ch
}

// basicConsume is what the library has for a request for a consumer.
type basicConsume struct {
	Queue, ConsumerTag string
	NoAck              bool
}

// basicCancel is one to end a consumer.
type basicCancel struct{ ConsumerTag string }

func consume(ch *amqp091.Channel, queue, tag string, noAck bool) {
	Call(ch, hook.Captured{Values: hook.MakeValues("req", &basicConsume{queue, tag, noAck})})
}

// deliver is what the library does with a message from the server.
func deliver(ch *amqp091.Channel, d amqp091.Delivery) {
	if made := Delivered(ch); made != nil {
		made(&d)
	}
}

// A publishing has one span, whichever methods it goes through, and the message its context;
// the program's own headers are left as they are.
func TestPublish(t *testing.T) {
	r := record(t)
	_, ch := open()
	ctx, caller := otel.Tracer("t").Start(t.Context(), "caller")
	own := amqp091.Table{"mine": int32(1)}
	msg, end := PublishWithContext(ctx, ch, "shop", "orders", amqp091.Publishing{Headers: own, MessageId: "m1", CorrelationId: "c1", Body: []byte("s3cret")})
	inner, endInner := Publish(ch, "shop", "orders", msg)
	if endInner != nil {
		t.Error("the method inside is told of as well")
	}
	if len(own) != 1 || len(inner.Headers) != 2 || inner.Headers["mine"] != int32(1) {
		t.Errorf("%v, sent %v", own, inner.Headers)
	}
	end(nil, hook.Returned)
	caller.End()
	s := r.Ended()[0]
	if s.Name() != "publish shop:orders" || s.SpanKind() != trace.SpanKindProducer || s.Parent().SpanID() != caller.SpanContext().SpanID() {
		t.Errorf("%s, %v, child of %v", s.Name(), s.SpanKind(), s.Parent())
	}
	if want := "00-" + s.SpanContext().TraceID().String() + "-" + s.SpanContext().SpanID().String() + "-01"; inner.Headers["traceparent"] != want {
		t.Errorf("sent %v", inner.Headers)
	}
	for key, want := range map[attribute.Key]string{
		"messaging.system": "rabbitmq", "messaging.operation.name": "publish", "messaging.operation.type": "send",
		"messaging.destination.name": "shop:orders", "messaging.rabbitmq.destination.routing_key": "orders",
		"messaging.message.id": "m1", "messaging.message.conversation_id": "c1", "server.address": "broker.example",
	} {
		if got := attr(s, key).AsString(); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
	if attr(s, "server.port").AsInt64() != 5673 {
		t.Error(s.Attributes())
	}
	n := 0
	underWay.Range(func(any, any) bool { n++; return true })
	if n != 0 {
		t.Errorf("%d messages are still under way", n)
	}
}

// A context that the program has put into a message stays, and the span has a link to it.
func TestPublishOwnContext(t *testing.T) {
	r := record(t)
	_, ch := open()
	_, made := otel.Tracer("t").Start(t.Context(), "made")
	own := table{}
	propagation.TraceContext{}.Inject(trace.ContextWithSpan(t.Context(), made), own)
	msg, end := Publish(ch, "", "orders", amqp091.Publishing{Headers: amqp091.Table(own)})
	end(nil, hook.Returned)
	s := last(t, r, 1)
	if msg.Headers["traceparent"] != own["traceparent"] || len(s.Links()) != 1 || s.Links()[0].SpanContext.SpanID() != made.SpanContext().SpanID() || s.SpanKind() != trace.SpanKindClient {
		t.Errorf("%v, %v, %v", msg.Headers, s.Links(), s.SpanKind())
	}
}

// What fails says so, by the name that AMQP has for it; telemetry's own is not told of, also
// where the methods inside have no context.
func TestPublishFails(t *testing.T) {
	r := record(t)
	_, ch := open()
	_, end := Publish(ch, "", "", amqp091.Publishing{})
	end(amqp091.ErrClosed, hook.Returned)
	s := last(t, r, 1)
	if s.Name() != "publish amq.default" || s.Status().Code != codes.Error || attr(s, "error.type").AsString() != "channel-error" {
		t.Errorf("%s, %v, %v", s.Name(), s.Status(), s.Attributes())
	}
	msg, end := PublishWithContext(telemetry.Untraced(t.Context()), ch, "", "q", amqp091.Publishing{})
	if _, inner := Publish(ch, "", "q", msg); inner != nil || len(msg.Headers) != 0 {
		t.Error("telemetry's own is told of", msg.Headers)
	}
	end(nil, hook.Returned)
	//nolint:staticcheck // a program that gives none gets the library's own error
	if _, end := PublishWithContext(nil, ch, "", "q", amqp091.Publishing{}); end != nil {
		end(errors.New("nil Context"), hook.Returned)
	}
	last(t, r, 1)
}

// A message is processed when it is acknowledged, from when it came: a child of the span that
// published it, with a link to that.
func TestProcess(t *testing.T) {
	r := record(t)
	_, ch := open()
	msg, end := Publish(ch, "shop", "tea.new", amqp091.Publishing{})
	end(nil, hook.Returned)
	published := last(t, r, 1)
	consume(ch, "orders", "c", false)
	deliver(ch, amqp091.Delivery{ConsumerTag: "c", DeliveryTag: 1, Exchange: "shop", RoutingKey: "tea.new", Headers: msg.Headers})
	deliver(ch, amqp091.Delivery{ConsumerTag: "nobody's", DeliveryTag: 2})
	deliver(ch, amqp091.Delivery{DeliveryTag: 3}) // a Get's
	last(t, r, 1)
	Ack(ch, 1, false)(nil, hook.Returned)
	s := last(t, r, 2)
	if s.Name() != "process shop:tea.new:orders" || s.SpanKind() != trace.SpanKindConsumer || s.Parent().SpanID() != published.SpanContext().SpanID() {
		t.Errorf("%s, %v, child of %v", s.Name(), s.SpanKind(), s.Parent())
	}
	if len(s.Links()) != 1 || s.Links()[0].SpanContext.SpanID() != published.SpanContext().SpanID() || attr(s, "messaging.rabbitmq.message.delivery_tag").AsInt64() != 1 {
		t.Errorf("%v, %v", s.Links(), s.Attributes())
	}
	if Ack(ch, 1, false) != nil || Ack(ch, 2, false) != nil || Ack(ch, 0, true) != nil || Reject(ch, 7) != nil {
		t.Error("what is acknowledged, or nobody's, is told of")
	}
}

// Several are acknowledged at once, in order; one that is rejected has failed; what is left
// when the channel is shut down has not been processed.
func TestSettle(t *testing.T) {
	r := record(t)
	_, ch := open()
	consume(ch, "orders", "c", false)
	for tag := range uint64(6) {
		deliver(ch, amqp091.Delivery{ConsumerTag: "c", DeliveryTag: tag + 1, RoutingKey: "orders"})
	}
	Ack(ch, 2, true)(nil, hook.Returned)
	Nack(ch, 3, false)(nil, hook.Returned)
	Reject(ch, 4)(nil, hook.Returned)
	Ack(ch, 5, false)(amqp091.ErrClosed, hook.Returned)
	Shutdown(ch)
	if Ack(ch, 6, false) != nil {
		t.Error("there is one left")
	}
	for i, want := range []string{"", "", "nack", "reject", "channel-error"} {
		s := r.Ended()[i]
		if got := attr(s, "error.type").AsString(); got != want || (s.Status().Code == codes.Error) != (want != "") || attr(s, "messaging.rabbitmq.message.delivery_tag").AsInt64() != int64(i)+1 || s.Name() != "process orders" {
			t.Errorf("%d: %s, %v, %v", i, s.Name(), s.Status(), s.Attributes())
		}
	}
	last(t, r, 5)
}

// What needs no acknowledgement is received when it comes.
func TestNoAck(t *testing.T) {
	r := record(t)
	_, ch := open()
	consume(ch, "amq.gen-x1", "c", true)
	deliver(ch, amqp091.Delivery{ConsumerTag: "c", DeliveryTag: 1, Exchange: "logs"})
	Call(ch, hook.Captured{Values: hook.MakeValues("req", &basicCancel{"c"})})
	deliver(ch, amqp091.Delivery{ConsumerTag: "c", DeliveryTag: 2, Exchange: "logs"})
	s := last(t, r, 1)
	if s.Name() != "deliver logs" || s.SpanKind() != trace.SpanKindClient || !attr(s, "messaging.destination.anonymous").AsBool() {
		t.Errorf("%s, %v, %v", s.Name(), s.SpanKind(), s.Attributes())
	}
}

// A message that is asked for is received; that there is none is no operation.
func TestGet(t *testing.T) {
	r := record(t)
	_, ch := open()
	Get(ch, "orders")(amqp091.Delivery{}, false, nil, hook.Returned)
	Get(ch, "orders")(amqp091.Delivery{DeliveryTag: 1, RoutingKey: "orders"}, true, nil, hook.Returned)
	s := last(t, r, 1)
	if s.Name() != "get orders" || s.SpanKind() != trace.SpanKindClient || attr(s, "messaging.operation.type").AsString() != "receive" {
		t.Errorf("%s, %v, %v", s.Name(), s.SpanKind(), s.Attributes())
	}
	Get(ch, "amq.gen-1")(amqp091.Delivery{}, false, &amqp091.Error{Code: amqp091.NotFound, Reason: "no queue"}, hook.Returned)
	if s := last(t, r, 2); s.Name() != "get" || attr(s, "error.type").AsString() != "not-found" {
		t.Errorf("%s, %v", s.Name(), s.Attributes())
	}
}

// Destinations are those of the conventions for RabbitMQ.
func TestDestination(t *testing.T) {
	for want, from := range map[string][3]string{
		"amq.default": {}, "e": {"e", "", ""}, "k": {"", "k", "k"}, "e:k": {"e", "k", ""}, "e:k:q": {"e", "k", "q"}, "e:q": {"e", "", "q"}, "k:q": {"", "k", "q"},
	} {
		if got := destination(from[0], from[1], from[2]); got != want {
			t.Errorf("%q: %q, want %q", from, got, want)
		}
	}
	for _, reply := range []string{"amq.gen-1", "amq.rabbitmq.reply-to.g1"} {
		op := (&message{key: reply}).operation(0, "publish", nil, "", "")
		if !op.Unnamed || op.Destination != reply {
			t.Errorf("%+v", op)
		}
	}
}

// Messages are counted, and their processing is timed.
func TestMetrics(t *testing.T) {
	reader, mp := metric.NewManualReader(), otel.GetMeterProvider()
	otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(reader)))
	t.Cleanup(func() { otel.SetMeterProvider(mp) })
	_, ch := open()
	msg, end := Publish(ch, "", "orders", amqp091.Publishing{})
	end(nil, hook.Returned)
	consume(ch, "orders", "c", false)
	deliver(ch, amqp091.Delivery{ConsumerTag: "c", DeliveryTag: 1, RoutingKey: "orders", Headers: msg.Headers})
	Ack(ch, 1, false)(nil, hook.Returned)
	var all metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &all); err != nil {
		t.Fatal(err)
	}
	names := map[string]int{}
	for _, m := range all.ScopeMetrics[0].Metrics {
		names[m.Name]++
	}
	for _, want := range []string{"messaging.client.sent.messages", "messaging.client.operation.duration", "messaging.client.consumed.messages", "messaging.process.duration"} {
		if names[want] != 1 {
			t.Errorf("no %s among %v", want, names)
		}
	}
}

// Without a provider nothing is made, and the message is the program's.
func TestNothing(t *testing.T) {
	_, ch := open()
	consume(ch, "orders", "c", false)
	msg := amqp091.Publishing{Headers: amqp091.Table{}}
	ctx := t.Context()
	if n := testing.AllocsPerRun(100, func() {
		_, a := PublishWithContext(ctx, ch, "", "orders", msg)
		_, b := Publish(ch, "", "orders", msg)
		if a != nil || b != nil || Delivered(ch) != nil || Get(ch, "orders") != nil || Ack(ch, 1, false) != nil || Nack(ch, 1, false) != nil || Reject(ch, 1) != nil {
			t.Error("something is told")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Channels and connections of which nothing is known are no hindrance.
func TestStrangers(t *testing.T) {
	r := record(t)
	ch := new(amqp091.Channel)
	_, end := Publish(ch, "", "orders", amqp091.Publishing{})
	end(nil, hook.Returned)
	if s := last(t, r, 1); attr(s, "server.address").AsString() != "" {
		t.Error(s.Attributes())
	}
	deliver(ch, amqp091.Delivery{ConsumerTag: "c", DeliveryTag: 1})
	consume(ch, "orders", "c", false)
	consume(nil, "orders", "c", false)
	Shutdown(ch)
	Call(ch, hook.Captured{})
	Call(ch, hook.Captured{Values: hook.MakeValues("req", nil)})
	Dial("no url\x00")(new(amqp091.Connection))
	Dial("amqp://localhost")(nil)
	NewChannel(nil)(ch)
	NewChannel(new(amqp091.Connection))(new(amqp091.Channel))
	if Ack(ch, 1, false) != nil {
		t.Error("a message of nobody's is told of")
	}
}
