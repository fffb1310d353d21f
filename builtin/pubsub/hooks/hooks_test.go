package hooks

// The hooks are tested here as far as they go without being woven: the tests call them as
// woven code does, with clients of the library's own fake server.

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"cloud.google.com/go/pubsub/v2"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	otelcodes "go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

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

// lastOf returns the span that ended last, of n that there are.
func lastOf(t *testing.T, r *tracetest.SpanRecorder, n int) sdktrace.ReadOnlySpan {
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

// open returns a client of a server of its own that has a topic.
func open(t testing.TB) *pubsub.Client {
	s := pstest.NewServer()
	t.Cleanup(func() { _ = s.Close() })
	t.Setenv("PUBSUB_EMULATOR_HOST", s.Addr)
	c, err := pubsub.NewClient(t.Context(), "p")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := c.TopicAdminClient.CreateTopic(t.Context(), &pubsubpb.Topic{Name: "projects/p/topics/orders"}); err != nil {
		t.Fatal(err)
	}
	return c
}

// own is what the rules capture of a client that makes spans itself, or not.
func own(makes bool) hook.Captured {
	return hook.Captured{Values: hook.MakeValues("t.enableTracing", makes)}
}

// publish is Publish in woven code, until the message has been sent, but for the hook on what
// says that.
func publish(ctx context.Context, t *testing.T, p *pubsub.Publisher, m *pubsub.Message) (sent *pubsub.Message, r *pubsub.PublishResult) {
	t.Helper()
	sent, end := Publish(ctx, p, m, own(false))
	r = p.Publish(ctx, sent)
	end(r, hook.Returned)
	id, err := r.Get(ctx)
	if after := Published(r, id, err); after != nil {
		after()
	}
	return sent, r
}

// A message has one span, until the server has it, and its context among its attributes; those
// of the program are left as they are.
func TestPublish(t *testing.T) {
	c, r := open(t), record(t)
	ctx, caller := otel.Tracer("t").Start(t.Context(), "caller")
	p := c.Publisher("orders")
	defer p.Stop()
	mine := map[string]string{"a": "b"}
	m := &pubsub.Message{Data: []byte("s3cret"), Attributes: mine}
	sent, result := publish(ctx, t, p, m)
	id, err := result.Get(ctx)
	s := lastOf(t, r, 1)
	if err != nil || s.Name() != "send orders" || s.SpanKind() != trace.SpanKindProducer || s.Parent().SpanID() != caller.SpanContext().SpanID() ||
		attr(s, "messaging.message.id").AsString() != id || attr(s, "messaging.system").AsString() != "gcp_pubsub" {
		t.Errorf("%v: %s, %v, %v", err, s.Name(), s.SpanKind(), s.Attributes())
	}
	want := map[string]string{"a": "b", "googclient_traceparent": "00-" + s.SpanContext().TraceID().String() + "-" + s.SpanContext().SpanID().String() + "-01"}
	if !maps.Equal(sent.Attributes, want) || len(mine) != 1 || len(m.Attributes) != 1 {
		t.Errorf("sent %v, have %v", sent.Attributes, mine)
	}
	n := 0
	publishing.Range(func(any, any) bool { n++; return true })
	if n != 0 {
		t.Errorf("%d are still being published", n)
	}
}

// One that the library refuses at once, and one that the server does, has failed.
func TestPublishFails(t *testing.T) {
	c, r := open(t), record(t)
	p := c.Publisher("none")
	defer p.Stop()
	_, result := publish(t.Context(), t, p, &pubsub.Message{OrderingKey: "k"})
	_, err := result.Get(t.Context())
	if s := lastOf(t, r, 1); err == nil || s.Status().Code != otelcodes.Error || attr(s, "messaging.gcp_pubsub.message.ordering_key").AsString() != "k" {
		t.Errorf("%v: %v, %v", err, s.Status(), s.Attributes())
	}
	publish(t.Context(), t, p, &pubsub.Message{})
	if s := lastOf(t, r, 2); attr(s, "error.type").AsString() != "NOT_FOUND" {
		t.Error(s.Attributes())
	}
	_, end := Publish(t.Context(), p, &pubsub.Message{}, own(false))
	end(nil, hook.Panicked)
	if s := lastOf(t, r, 3); attr(s, "error.type").AsString() != "panic" {
		t.Error(s.Attributes())
	}
}

// A context that the program has put into a message stays, with the prefix or without, and the
// span has a link to it.
func TestPublishOwnContext(t *testing.T) {
	c, r := open(t), record(t)
	p := c.Publisher("orders")
	defer p.Stop()
	_, made := otel.Tracer("t").Start(t.Context(), "made")
	for i, key := range []string{"traceparent", "googclient_traceparent"} {
		mine := map[string]string{key: "00-" + made.SpanContext().TraceID().String() + "-" + made.SpanContext().SpanID().String() + "-01"}
		sent, _ := publish(t.Context(), t, p, &pubsub.Message{Data: []byte("x"), Attributes: mine})
		s := lastOf(t, r, i+1)
		if !maps.Equal(sent.Attributes, mine) || len(s.Links()) != 1 || s.Links()[0].SpanContext.SpanID() != made.SpanContext().SpanID() {
			t.Errorf("%v, %v", sent.Attributes, s.Links())
		}
	}
}

// What the library tells of itself is left to it.
func TestOwnTracing(t *testing.T) {
	c := open(t)
	record(t)
	m := new(pubsub.Message)
	if got, end := Publish(t.Context(), c.Publisher("orders"), m, own(true)); got != m || end != nil {
		t.Error("publishing is told of as well")
	}
	called := false
	callback := Receive(c.Subscriber("s"), func(ctx context.Context, _ *pubsub.Message) {
		called = !trace.SpanContextFromContext(ctx).IsValid()
	}, own(true))
	callback(t.Context(), m)
	if !called {
		t.Error("receiving is told of as well")
	}
}

// A message that has no room for more is sent as it is.
func TestNoRoom(t *testing.T) {
	many := map[string]string{}
	for i := range mostAttributes {
		many[fmt.Sprint(i)] = ""
	}
	m := &pubsub.Message{Attributes: many}
	newCarrier(m).Set("traceparent", "x")
	if len(m.Attributes) != mostAttributes {
		t.Error(m.Attributes)
	}
	m = new(pubsub.Message)
	newCarrier(m).Set("baggage", strings.Repeat("x", longestValue+1))
	if len(m.Attributes) != 0 {
		t.Error(m.Attributes)
	}
	if newCarrier(&pubsub.Message{Data: make([]byte, pubsub.MaxPublishRequestBytes-100)}) != nil {
		t.Error("it would be too large")
	}
}

// A callback is a child of the span that published, or of that in which Receive was called,
// and its context has its own.
func TestReceive(t *testing.T) {
	c, r := open(t), record(t)
	_, made := otel.Tracer("t").Start(t.Context(), "made")
	attempt := 2
	m := &pubsub.Message{ID: "7", DeliveryAttempt: &attempt, Attributes: map[string]string{
		"googclient_traceparent": "00-" + made.SpanContext().TraceID().String() + "-" + made.SpanContext().SpanID().String() + "-01",
	}}
	around, caller := otel.Tracer("t").Start(t.Context(), "caller")
	for i, ctx := range []context.Context{t.Context(), around} {
		var inside trace.SpanContext
		Receive(c.Subscriber("work"), func(ctx context.Context, got *pubsub.Message) {
			inside = trace.SpanContextFromContext(ctx)
			if got != m {
				t.Error("another message")
			}
		}, own(false))(ctx, m)
		s := lastOf(t, r, i+1)
		parent := []trace.SpanContext{made.SpanContext(), caller.SpanContext()}[i]
		if s.Name() != "subscribe work" || s.SpanKind() != trace.SpanKindConsumer || s.Parent().SpanID() != parent.SpanID() || len(s.Links()) != 1 || inside.SpanID() != s.SpanContext().SpanID() {
			t.Errorf("%s, %v, %v, %v, %v", s.Name(), s.SpanKind(), s.Parent(), s.Links(), inside)
		}
		if attr(s, "messaging.message.id").AsString() != "7" || attr(s, "messaging.gcp_pubsub.message.delivery_attempt").AsInt64() != 2 || attr(s, "messaging.destination.subscription.name").AsString() != "work" {
			t.Error(s.Attributes())
		}
	}
	func() {
		defer func() { _ = recover() }()
		Receive(c.Subscriber("work"), func(context.Context, *pubsub.Message) { panic("at once") }, own(false))(t.Context(), m)
	}()
	if s := lastOf(t, r, 3); attr(s, "error.type").AsString() != "panic" {
		t.Error(s.Attributes())
	}
	if Receive(c.Subscriber("work"), nil, own(false)) != nil {
		t.Error("there is a callback where there was none")
	}
}

// Errors have the names that gRPC has for them.
func TestErrorType(t *testing.T) {
	for want, err := range map[string]error{
		"UNAVAILABLE": status.Error(codes.Unavailable, "x"), "UNAUTHENTICATED": fmt.Errorf("x: %w", status.Error(codes.Unauthenticated, "x")),
		"UNKNOWN": status.Error(99, "x"), "": errors.New("x"),
	} {
		if got := errorType(err); got != want {
			t.Errorf("%v: %q, want %q", err, got, want)
		}
	}
}

// Without a provider nothing is made, and messages are what they were.
func TestNothing(t *testing.T) {
	c := open(t)
	p, m, ctx, no, r, calls := c.Publisher("orders"), new(pubsub.Message), t.Context(), own(false), new(pubsub.PublishResult), 0
	callback := Receive(c.Subscriber("work"), func(context.Context, *pubsub.Message) { calls++ }, no)
	if n := testing.AllocsPerRun(100, func() {
		got, end := Publish(ctx, p, m, no)
		if got != m || end != nil || Published(r, "", nil) != nil {
			t.Error("something is told")
		}
		callback(ctx, m)
	}); n != 0 || calls == 0 {
		t.Errorf("%v allocations, %d calls", n, calls)
	}
}
