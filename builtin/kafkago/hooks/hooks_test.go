package hooks

// The hooks are tested here as far as they go without being woven and without a broker: the
// tests call them as woven code does, with the values that the library would have had.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/segmentio/kafka-go"
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

// record gives the process providers and a propagator until the test ends.
func record(t testing.TB) (*tracetest.SpanRecorder, *metric.ManualReader) {
	spans, reader := tracetest.NewSpanRecorder(), metric.NewManualReader()
	tp, mp, p := otel.GetTracerProvider(), otel.GetMeterProvider(), otel.GetTextMapPropagator()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)))
	otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(reader)))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	t.Cleanup(func() {
		otel.SetTracerProvider(tp)
		otel.SetMeterProvider(mp)
		otel.SetTextMapPropagator(p)
	})
	return spans, reader
}

// measured returns the names of the metrics that have data.
func measured(t testing.TB, r metric.Reader) (names []string) {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := r.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	for _, s := range all.ScopeMetrics {
		for _, m := range s.Metrics {
			names = append(names, m.Name)
		}
	}
	slices.Sort(names)
	return names
}

// text returns attributes in the order of their names, without what all have in common.
func text(attrs []attribute.KeyValue) string {
	set := attribute.NewSet(attrs...)
	var all []string
	for _, a := range set.ToSlice() {
		if a.Key != "messaging.system" {
			all = append(all, strings.TrimPrefix(string(a.Key), "messaging.")+"="+a.Value.String())
		}
	}
	return strings.Join(all, " ")
}

// writer returns a writer to nowhere.
func writer(topic string) *kafka.Writer {
	return &kafka.Writer{Addr: kafka.TCP("127.0.0.1:1"), Topic: topic}
}

// reader returns a reader that the test closes.
func reader(t testing.TB) *kafka.Reader {
	r := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{"127.0.0.1:1"}, Topic: "orders", GroupID: "kitchen"})
	t.Cleanup(func() { _ = r.Close() })
	return r
}

// wire returns the headers of a message as they are written.
func wire(m kafka.Message) []kafka.Header {
	r := kafka.Record{Headers: m.Headers}
	if exit := ReadRecord(); exit != nil {
		exit(&r)
	}
	return r.Headers
}

// What is written has the context of its span on the wire, and nowhere that the program looks.
func TestWrite(t *testing.T) {
	spans, metrics := record(t)
	shared := make([]kafka.Header, 1, 8)
	shared[0] = kafka.Header{Key: "shop", Value: []byte("1")}
	msgs := []kafka.Message{{Key: []byte("s3cret"), Headers: shared}}
	ctx, outer := otel.Tracer("test").Start(t.Context(), "outer")
	sent, end := Write(ctx, writer("orders"), msgs)
	end(nil, hook.Returned)
	outer.End()
	if len(msgs[0].Headers) != 1 || len(sent[0].Headers) != 1 || sent[0].Headers[0].Key != "shop" || shared[:2][1].Key != "" {
		t.Errorf("headers are %v and %v", msgs[0].Headers, sent[0].Headers)
	}
	for range 2 { // a second attempt
		if h := wire(sent[0]); len(h) != 2 || h[0].Key != "shop" || h[1].Key != "traceparent" || cap(h) != 3 {
			t.Errorf("on the wire they are %v", h)
		}
	}
	s := spans.Ended()[0]
	if s.Name() != "send orders" || s.SpanKind() != trace.SpanKindProducer || s.Parent().SpanID() != outer.SpanContext().SpanID() ||
		text(s.Attributes()) != "destination.name=orders kafka.message.tombstone=true operation.name=send operation.type=send server.address=127.0.0.1 server.port=1" {
		t.Errorf("%s %v %s", s.Name(), s.SpanKind(), text(s.Attributes()))
	}
	if got := measured(t, metrics); !slices.Equal(got, []string{"messaging.client.operation.duration", "messaging.client.sent.messages"}) {
		t.Errorf("measured %v", got)
	}
}

// A batch has one span, the context of which its messages carry but for those that were made
// elsewhere.
func TestWriteBatch(t *testing.T) {
	spans, _ := record(t)
	const made = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"
	msgs := []kafka.Message{{Topic: "orders"}, {Topic: "returns", Headers: []kafka.Header{{Key: "traceparent", Value: []byte(made)}}}}
	sent, end := Write(t.Context(), writer(""), msgs)
	end(kafka.WriteErrors{nil, kafka.NotEnoughReplicas}, hook.Returned)
	if a, b := wire(sent[0]), wire(sent[1]); len(a) != 1 || a[0].Key != "traceparent" || len(b) != 1 || string(b[0].Value) != made || &b[0] != &msgs[1].Headers[0] {
		t.Errorf("on the wire are %v and %v", a, b)
	}
	s := spans.Ended()[0]
	if s.Name() != "send" || len(s.Links()) != 1 || s.Status().Code != codes.Error ||
		text(s.Attributes()) != "error.type=NOT_ENOUGH_REPLICAS batch.message_count=2 operation.name=send operation.type=send server.address=127.0.0.1 server.port=1" {
		t.Errorf("%s %v %s", s.Name(), s.Links(), text(s.Attributes()))
	}
}

// Headers that are none of the hooks' are written as they are, whatever lies behind them.
func TestReveal(t *testing.T) {
	record(t)
	spare := append(make([]kafka.Header, 0, 4), kafka.Header{Key: "a"}, kafka.Header{Key: "b"})[:1]
	for _, h := range [][]kafka.Header{nil, {}, {{Key: "a"}}, spare} {
		if got := wire(kafka.Message{Headers: h}); len(got) != len(h) {
			t.Errorf("%v is written as %v", h, got)
		}
	}
	reveal(nil)
}

// A message that is fetched has a span with a link to that of its producer.
func TestFetch(t *testing.T) {
	spans, metrics := record(t)
	r := reader(t)
	m := kafka.Message{Topic: "orders", Partition: 3, Offset: 42, Value: []byte("s3cret"),
		Headers: []kafka.Header{{Key: "traceparent", Value: []byte("00-0123456789abcdef0123456789abcdef-0123456789abcdef-01")}}}
	Fetch(t.Context(), r)(m, nil, hook.Returned)
	s := spans.Ended()[0]
	if s.Name() != "poll orders" || s.SpanKind() != trace.SpanKindClient || s.Parent().IsValid() || len(s.Links()) != 1 || s.Links()[0].SpanContext.SpanID().String() != "0123456789abcdef" ||
		text(s.Attributes()) != "consumer.group.name=kitchen destination.name=orders destination.partition.id=3 kafka.offset=42 operation.name=poll operation.type=receive server.address=127.0.0.1 server.port=1" {
		t.Errorf("%s %v %v %s", s.Name(), s.SpanKind(), s.Links(), text(s.Attributes()))
	}
	if got := measured(t, metrics); !slices.Equal(got, []string{"messaging.client.consumed.messages", "messaging.client.operation.duration"}) {
		t.Errorf("measured %v", got)
	}
}

// That a fetch was to end is no failure of it.
func TestFetchErrors(t *testing.T) {
	spans, _ := record(t)
	r := reader(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	Fetch(ctx, r)(kafka.Message{}, ctx.Err(), hook.Returned)
	Fetch(t.Context(), r)(kafka.Message{}, io.EOF, hook.Returned)
	if n := len(spans.Ended()); n != 0 {
		t.Errorf("%d spans", n)
	}
	Fetch(t.Context(), r)(kafka.Message{}, kafka.TopicAuthorizationFailed, hook.Returned)
	Fetch(t.Context(), r)(kafka.Message{}, nil, hook.Panicked)
	for i, want := range []string{"TOPIC_AUTHORIZATION_FAILED", "panic"} {
		if s := spans.Ended()[i]; s.Status().Code != codes.Error || !strings.Contains(text(s.Attributes()), "error.type="+want) {
			t.Errorf("%s %s", s.Name(), text(s.Attributes()))
		}
	}
}

// A commit has a span.
func TestCommit(t *testing.T) {
	spans, _ := record(t)
	r := reader(t)
	a, b := kafka.Message{Topic: "orders", Partition: 3, Offset: 42}, kafka.Message{Topic: "orders", Partition: 4}
	Commit(t.Context(), r, []kafka.Message{a})(nil, hook.Returned)
	Commit(t.Context(), r, []kafka.Message{a, b})(kafka.IllegalGeneration, hook.Returned)
	for i, want := range []string{
		"consumer.group.name=kitchen destination.name=orders destination.partition.id=3 kafka.offset=42 operation.name=commit operation.type=settle server.address=127.0.0.1 server.port=1",
		"error.type=ILLEGAL_GENERATION batch.message_count=2 consumer.group.name=kitchen destination.name=orders operation.name=commit operation.type=settle server.address=127.0.0.1 server.port=1",
	} {
		if s := spans.Ended()[i]; s.Name() != "commit orders" || s.SpanKind() != trace.SpanKindClient || text(s.Attributes()) != want {
			t.Errorf("%s %s", s.Name(), text(s.Attributes()))
		}
	}
	if Commit(t.Context(), r, nil) != nil {
		t.Error("a commit of nothing is told of")
	}
}

// Without a provider each hook leaves its target alone, and costs no allocation.
func TestNoProvider(t *testing.T) {
	ctx, w, r, msgs := t.Context(), writer("orders"), reader(t), []kafka.Message{{}}
	for name, call := range map[string]func() bool{
		"Write":      func() bool { got, end := Write(ctx, w, msgs); return &got[0] == &msgs[0] && end == nil },
		"ReadRecord": func() bool { return ReadRecord() == nil },
		"Fetch":      func() bool { return Fetch(ctx, r) == nil },
		"Commit":     func() bool { return Commit(ctx, r, msgs) == nil },
	} {
		if !call() {
			t.Errorf("%s does something else", name)
		}
		if n := testing.AllocsPerRun(100, func() { call() }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// Where the built-in is switched off, where there is no context, and where the work is
// telemetry's own, nothing is told.
func TestLeftAlone(t *testing.T) {
	spans, _ := record(t)
	w, r, msgs := writer("orders"), reader(t), []kafka.Message{{}}
	var none context.Context
	for _, ctx := range []context.Context{none, telemetry.Untraced(t.Context())} {
		if got, end := Write(ctx, w, msgs); &got[0] != &msgs[0] || end != nil {
			t.Error("a message is told of")
		}
		if Commit(ctx, r, msgs) != nil {
			t.Error("a commit is told of")
		}
	}
	library.On = false // the switch is read once, when the package is initialised
	t.Cleanup(func() { library.On = true })
	if _, end := Write(t.Context(), w, msgs); end != nil || Fetch(t.Context(), r) != nil || Commit(t.Context(), r, msgs) != nil || ReadRecord() != nil {
		t.Error("a hook does something")
	}
	if len(spans.Started()) != 0 {
		t.Error("there are spans")
	}
}

// An error has Kafka's name for it.
func TestErrorTypes(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{fmt.Errorf("write: %w", kafka.UnknownTopicOrPartition), "UNKNOWN_TOPIC_OR_PARTITION"},
		{kafka.MessageTooLargeError{}, "MESSAGE_TOO_LARGE"},
		{kafka.WriteErrors{nil, kafka.Unknown}, "UNKNOWN_SERVER_ERROR"},
		{errors.New("whatever"), ""},
	} {
		if got := errorType(c.err); got != c.want {
			t.Errorf("%v: %q, want %q", c.err, got, c.want)
		}
	}
}

// A writer to several brokers is at none of them, and one without an address is nowhere.
func TestPlaces(t *testing.T) {
	if c := describeWriter(&kafka.Writer{Addr: kafka.TCP("a:1", "b:1")}); len(c.Shared) != 0 {
		t.Errorf("%v", c.Shared)
	}
	if c := describeWriter(&kafka.Writer{}); len(c.Shared) != 0 {
		t.Errorf("%v", c.Shared)
	}
}
