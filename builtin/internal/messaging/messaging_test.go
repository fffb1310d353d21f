package messaging

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// record gives the process providers and a propagator until the test ends.
func record(t testing.TB) (*tracetest.SpanRecorder, *metric.ManualReader) {
	spans, reader := tracetest.NewSpanRecorder(), metric.NewManualReader()
	tp, mp, p := otel.GetTracerProvider(), otel.GetMeterProvider(), otel.GetTextMapPropagator()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)))
	otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(reader)))
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	t.Cleanup(func() {
		otel.SetTracerProvider(tp)
		otel.SetMeterProvider(mp)
		otel.SetTextMapPropagator(p)
	})
	return spans, reader
}

// points returns what was measured, as "name{attributes}" with the sum or the count.
func points(t testing.TB, r metric.Reader) map[string]int64 {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := r.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	found := map[string]int64{}
	for _, s := range all.ScopeMetrics {
		for _, m := range s.Metrics {
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				for _, p := range data.DataPoints {
					found[m.Name+"{"+text(p.Attributes.ToSlice())+"}"] = p.Value
				}
			case metricdata.Histogram[float64]:
				for _, p := range data.DataPoints {
					found[m.Name+"{"+text(p.Attributes.ToSlice())+"}"] = int64(p.Count)
				}
			}
		}
	}
	return found
}

// text returns attributes without what all have in common, in the order of their names.
func text(attrs []attribute.KeyValue) string {
	set := attribute.NewSet(attrs...)
	var all []string
	for _, a := range set.ToSlice() {
		all = append(all, strings.TrimPrefix(string(a.Key), "messaging.")+"="+a.Value.String())
	}
	return strings.Join(all, " ")
}

// mail is a message of the tests.
type mail struct {
	to      string
	headers propagation.MapCarrier
	id      string
}

type mails []mail

func (m mails) Len() int                 { return len(m) }
func (m mails) Destination(i int) string { return m[i].to }
func (m mails) Headers(i int) propagation.TextMapCarrier {
	if m[i].headers == nil {
		return nil
	}
	return m[i].headers
}
func (m mails) Attributes(i int) []attribute.KeyValue {
	return []attribute.KeyValue{semconv.MessagingMessageID(m[i].id)}
}

func post() *Library {
	return NewLibrary("post", "example.com/post", semconv.MessagingSystemKey.String("post"))
}

func newMail(to, id string) mail { return mail{to, propagation.MapCarrier{}, id} }

// A message that is sent has the context of its span, by which the span of whoever handles it
// is its child and has a link to it.
func TestSendAndProcess(t *testing.T) {
	spans, reader := record(t)
	l, m := post(), mails{newMail("orders", "1")}
	sender := &Client{Shared: []attribute.KeyValue{semconv.ServerAddress("here")}, Spans: []attribute.KeyValue{semconv.MessagingClientID("me")}}
	bag, _ := baggage.Parse("who=bob")
	ctx, s := l.Start(baggage.ContextWithBaggage(t.Context(), bag), Operation{Type: Send, Name: "send", Client: sender, Messages: m})
	if trace.SpanContextFromContext(ctx).SpanID() != s.span.SpanContext().SpanID() {
		t.Error("the context has not got the span")
	}
	s.End(nil, hook.Returned, semconv.MessagingDestinationPartitionID("7"))
	ctx, s = l.Start(t.Context(), Operation{Type: Process, Name: "process", Client: new(Client), Messages: m})
	s.End(nil, hook.Returned)
	if baggage.FromContext(ctx).Member("who").Value() != "bob" {
		t.Error("the baggage is lost")
	}
	sent, processed := spans.Ended()[0], spans.Ended()[1]
	if sent.Name() != "send orders" || sent.SpanKind() != trace.SpanKindProducer ||
		text(sent.Attributes()) != "client.id=me destination.name=orders destination.partition.id=7 message.id=1 operation.name=send operation.type=send system=post server.address=here" {
		t.Errorf("%s %v %s", sent.Name(), sent.SpanKind(), text(sent.Attributes()))
	}
	if processed.Name() != "process orders" || processed.SpanKind() != trace.SpanKindConsumer || processed.Parent().SpanID() != sent.SpanContext().SpanID() ||
		len(processed.Links()) != 1 || processed.Links()[0].SpanContext.SpanID() != sent.SpanContext().SpanID() ||
		text(processed.Attributes()) != "destination.name=orders message.id=1 operation.name=process operation.type=process system=post" {
		t.Errorf("%s %v %s %v", processed.Name(), processed.SpanKind(), text(processed.Attributes()), processed.Links())
	}
	want := map[string]int64{
		"messaging.client.sent.messages{destination.name=orders operation.name=send system=post server.address=here}":                          1,
		"messaging.client.operation.duration{destination.name=orders operation.name=send operation.type=send system=post server.address=here}": 1,
		"messaging.client.consumed.messages{destination.name=orders operation.name=process system=post}":                                       1,
		"messaging.process.duration{destination.name=orders operation.name=process system=post}":                                               1,
	}
	if got := points(t, reader); !maps.Equal(got, want) {
		t.Errorf("measured %v", got)
	}
	if s := spans.Ended()[0].InstrumentationScope(); s.SchemaURL != semconv.SchemaURL {
		t.Errorf("the schema is %q", s.SchemaURL)
	}
}

// Within another span, handling a message is that one's child and only has the link.
func TestProcessWithin(t *testing.T) {
	spans, _ := record(t)
	l, m := post(), mails{newMail("orders", "1")}
	_, s := l.Start(t.Context(), Operation{Type: Send, Name: "send", Client: new(Client), Messages: m})
	s.End(nil, hook.Returned)
	ctx, outer := l.tracer.Start(t.Context(), "outer")
	_, s = l.Start(ctx, Operation{Type: Process, Name: "process", Client: new(Client), Messages: m, Received: true})
	s.End(nil, hook.Returned)
	outer.End()
	processed := spans.Ended()[1]
	if processed.Parent().SpanID() != outer.SpanContext().SpanID() || len(processed.Links()) != 1 {
		t.Errorf("%v %v", processed.Parent(), processed.Links())
	}
}

// A batch has one span, with a link to the creation context of each of its messages, and is
// counted by destination. What was made elsewhere keeps its context.
func TestBatches(t *testing.T) {
	spans, reader := record(t)
	l := post()
	foreign := mail{"returns", propagation.MapCarrier{"traceparent": "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"}, "4"}
	m := mails{newMail("orders", "1"), newMail("orders", "2"), {"orders", nil, "3"}, foreign}
	_, s := l.Start(t.Context(), Operation{Type: Send, Name: "send", Client: new(Client), Messages: m, Batch: true})
	s.End(nil, hook.Returned)
	began := time.Now().Add(-time.Hour)
	l.Record(t.Context(), began, Operation{Type: Receive, Name: "poll", Client: new(Client), Messages: m, Batch: true}, nil, hook.Returned)
	l.Record(t.Context(), began, Operation{Type: Receive, Name: "poll", Client: new(Client), Batch: true}, nil, hook.Returned)
	if n := len(spans.Ended()); n != 2 {
		t.Fatalf("%d spans", n)
	}
	sent, got := spans.Ended()[0], spans.Ended()[1]
	if sent.Name() != "send" || sent.SpanKind() != trace.SpanKindProducer || len(sent.Links()) != 1 || sent.Links()[0].SpanContext.SpanID().String() != "0123456789abcdef" ||
		text(sent.Attributes()) != "batch.message_count=4 operation.name=send operation.type=send system=post" {
		t.Errorf("%s %v %v %s", sent.Name(), sent.SpanKind(), sent.Links(), text(sent.Attributes()))
	}
	var links []string
	for _, l := range got.Links() {
		links = append(links, l.SpanContext.SpanID().String()+" "+text(l.Attributes))
	}
	own := sent.SpanContext().SpanID().String()
	if got.Name() != "poll" || got.SpanKind() != trace.SpanKindClient || got.Parent().IsValid() || !got.StartTime().Equal(began) ||
		fmt.Sprint(links) != fmt.Sprint([]string{own + " destination.name=orders message.id=1", own + " destination.name=orders message.id=2", "0123456789abcdef destination.name=returns message.id=4"}) {
		t.Errorf("%s %v %v %v", got.Name(), got.SpanKind(), got.StartTime(), links)
	}
	want := map[string]int64{
		"messaging.client.sent.messages{destination.name=orders operation.name=send system=post}":      3,
		"messaging.client.sent.messages{destination.name=returns operation.name=send system=post}":     1,
		"messaging.client.operation.duration{operation.name=send operation.type=send system=post}":     1,
		"messaging.client.consumed.messages{destination.name=orders operation.name=poll system=post}":  3,
		"messaging.client.consumed.messages{destination.name=returns operation.name=poll system=post}": 1,
		"messaging.client.operation.duration{operation.name=poll operation.type=receive system=post}":  1,
	}
	if got := points(t, reader); !maps.Equal(got, want) {
		t.Errorf("measured %v", got)
	}
	_, s = l.Start(t.Context(), Operation{Type: Send, Name: "send", Client: new(Client), Messages: mails{foreign}})
	s.End(nil, hook.Returned)
	if sent := spans.Ended()[2]; sent.SpanKind() != trace.SpanKindClient || len(sent.Links()) != 1 || sent.Parent().SpanID().String() != "0123456789abcdef" {
		t.Errorf("who passes on a message has made it: %v %v %v", sent.SpanKind(), sent.Links(), sent.Parent())
	}
}

// What was delivered of a batch that has failed is not counted as failed.
func TestParts(t *testing.T) {
	_, reader := record(t)
	l := post()
	for _, m := range []mails{
		{newMail("orders", "1"), newMail("orders", "2"), newMail("orders", "3")},
		{newMail("bills", "1"), newMail("orders", "2"), newMail("orders", "3")},
	} {
		_, s := l.Start(t.Context(), Operation{Type: Send, Name: "send", Client: new(Client), Messages: m, Batch: true})
		s.EndParts(context.Canceled, hook.Returned, func(i int) bool { return i < 2 })
	}
	got := points(t, reader)
	for what, want := range map[string]int64{
		"destination.name=orders operation.name=send system=post":                             3,
		"destination.name=bills operation.name=send system=post":                              1,
		"error.type=context.Canceled destination.name=orders operation.name=send system=post": 2,
	} {
		if n := got["messaging.client.sent.messages{"+what+"}"]; n != want {
			t.Errorf("%s: %d, want %d", what, n, want)
		}
	}
}

// A batch that is larger than a span has room for links is told of all the same.
func TestManyLinks(t *testing.T) {
	spans, reader := record(t)
	const n = 1000
	m := make(mails, n)
	for i := range m {
		m[i] = newMail("orders", fmt.Sprint(i))
	}
	l := post()
	_, s := l.Start(t.Context(), Operation{Type: Send, Name: "send", Client: new(Client), Messages: m, Batch: true})
	s.End(nil, hook.Returned)
	l.Record(t.Context(), time.Now(), Operation{Type: Receive, Name: "poll", Client: new(Client), Messages: m, Batch: true}, nil, hook.Returned)
	if got := spans.Ended()[1]; len(got.Links()) != mostLinks() || got.DroppedLinks() != 0 || m[n-1].headers["traceparent"] == "" {
		t.Errorf("%d links, %d dropped", len(got.Links()), got.DroppedLinks())
	}
	if got := points(t, reader)["messaging.client.consumed.messages{destination.name=orders operation.name=poll system=post}"]; got != n {
		t.Errorf("%d messages", got)
	}
}

// A destination that is nobody's for long is told on the span alone.
func TestUnnamed(t *testing.T) {
	spans, reader := record(t)
	l := post()
	_, s := l.Start(t.Context(), Operation{Type: Send, Name: "send", Client: new(Client), Messages: mails{newMail("inbox.42\xff", "1")}, Unnamed: true})
	s.End(nil, hook.Returned)
	if s := spans.Ended()[0]; s.Name() != "send" || text(s.Attributes()) != "destination.name=inbox.42\uFFFD message.id=1 operation.name=send operation.type=send system=post" {
		t.Errorf("%s %s", s.Name(), text(s.Attributes()))
	}
	for p := range points(t, reader) {
		if strings.Contains(p, "inbox") {
			t.Error(p)
		}
	}
}

// A failure has the name of its kind, and no password.
func TestFailures(t *testing.T) {
	l := post()
	l.ErrorType = func(err error) string {
		if err.Error() == "full" {
			return "QUEUE_FULL"
		}
		return ""
	}
	for _, c := range []struct {
		err           error
		how           hook.Exit
		kind, message string
	}{
		{fmt.Errorf("send: %w", context.Canceled), hook.Returned, "context.Canceled", "send: context canceled"},
		{errors.New("full"), hook.Returned, "QUEUE_FULL", "full"},
		{errors.New("dial amqp://bob:s3cret@here"), hook.Returned, "*errors.errorString", "dial amqp://xxxxx@here"},
		{nil, hook.Panicked, "panic", "panic"},
		{(*odd)(nil), hook.Returned, "*messaging.odd", "<nil>"},
	} {
		spans, reader := record(t)
		_, s := l.Start(t.Context(), Operation{Type: Settle, Name: "ack", Client: new(Client), Destination: "orders"})
		s.End(c.err, c.how)
		got := spans.Ended()[0]
		if got.Status().Code != codes.Error || got.Status().Description != c.message ||
			text(got.Attributes()) != "error.type="+c.kind+" destination.name=orders operation.name=ack operation.type=settle system=post" {
			t.Errorf("%v: %+v %s", c.err, got.Status(), text(got.Attributes()))
		}
		if n := points(t, reader)["messaging.client.operation.duration{error.type="+c.kind+" destination.name=orders operation.name=ack operation.type=settle system=post}"]; n != 1 {
			t.Errorf("%v: measured %v", c.err, points(t, reader))
		}
	}
}

type odd struct{ text string }

func (o *odd) Error() string { return o.text }

// What nobody wants to know has no span: where there is no provider, where the program tells
// of the client itself, and of telemetry's own work.
func TestNobody(t *testing.T) {
	l, m := post(), mails{newMail("orders", "1")}
	op := Operation{Type: Send, Name: "send", Client: new(Client), Messages: m}
	if l.Live() {
		t.Error("somebody wants to know")
	}
	if ctx, s := l.Start(t.Context(), op); ctx != t.Context() || s != nil {
		t.Error("there is a span without a provider")
	}
	spans, _ := record(t)
	if !l.Live() {
		t.Error("nobody wants to know")
	}
	if _, s := l.Start(telemetry.Untraced(t.Context()), op); s != nil {
		t.Error("telemetry's own work has a span")
	}
	var none context.Context
	if ctx, s := l.Start(none, op); ctx != nil || s != nil {
		t.Error("a nil context has been replaced")
	}
	op.Client.OwnSpans.Store(true)
	if ctx, s := l.Start(t.Context(), op); ctx != t.Context() || s == nil {
		t.Error("metrics are missing, or there is a span")
	}
	op.Client.OwnMetrics.Store(true)
	if _, s := l.Start(t.Context(), op); s != nil {
		t.Error("there is a span")
	}
	if len(m[0].headers) != 0 || len(spans.Started()) != 0 {
		t.Error("the message has been written to")
	}
}

// A client remembers what is told of its operations, and not without end.
func TestRemembered(t *testing.T) {
	c := new(Client)
	for i := range 3 * remembered {
		c.call(semconv.MessagingSystemKey.String("post"), key{Send, "send", fmt.Sprint(i)})
	}
	if n := len(c.calls); n > remembered {
		t.Errorf("%d are remembered", n)
	}
	if name := c.call(semconv.MessagingSystemKey.String("post"), key{Send, "send", strings.Repeat("x", 1000)}).name; len(name) != len("send ")+longest {
		t.Errorf("a name has %d bytes", len(name))
	}
}

// A broker's address is a host and a port.
func TestServer(t *testing.T) {
	for address, want := range map[string]string{
		"kafka:9093":  "server.address=kafka server.port=9093",
		"kafka":       "server.address=kafka server.port=9092",
		"[::1]:9092":  "server.address=::1 server.port=9092",
		"kafka:http":  "server.address=kafka",
		"kafka:99999": "server.address=kafka",
		":9092":       "",
		"":            "",
	} {
		if got := text(Server(address, 9092)); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}
