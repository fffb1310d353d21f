package hooks

// The hooks are tested here as far as they go without being woven and without a broker: the
// tests call them as woven code does, with the values that a client would have had.

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
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

// open makes a client that asks nobody.
func open(t testing.TB, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	cl, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers("127.0.0.1:1")}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	return cl
}

// produce hands the record to the hook, and its promise the answer; seen looks at the record
// between the two.
func produce(ctx context.Context, cl *kgo.Client, r *kgo.Record, err error, seen func()) {
	promised := false
	promise := Produce(ctx, cl, r, func(got *kgo.Record, gotErr error) {
		promised = got == r && errors.Is(gotErr, err)
	})
	if seen != nil {
		seen()
	}
	r.Partition, r.Offset = 3, 42
	promise(r, err)
	if !promised {
		panic("the promise was not called with what there was")
	}
}

// A record has a span from the call until the broker has answered, and meanwhile its context.
func TestProduce(t *testing.T) {
	spans, reader := record(t)
	cl := open(t, kgo.ClientID("till"))
	common := []kgo.RecordHeader{{Key: "shop", Value: []byte("1")}, {}}[:1]
	r, other := kgo.KeySliceRecord([]byte("s3cret"), nil), &kgo.Record{Topic: "other", Headers: common}
	r.Topic, r.Headers = "orders", common
	ctx, outer := otel.Tracer("test").Start(t.Context(), "outer")
	produce(ctx, cl, r, nil, func() {
		if len(r.Headers) != 2 || r.Headers[0].Key != "shop" || r.Headers[1].Key != "traceparent" || common[:2][1].Key != "" || len(other.Headers) != 1 {
			t.Errorf("headers are %v and %v", r.Headers, other.Headers)
		}
	})
	if len(r.Headers) != 1 || &r.Headers[0] != &common[0] {
		t.Errorf("headers are %v", r.Headers)
	}
	outer.End()
	s := spans.Ended()[0]
	if s.Name() != "send orders" || s.SpanKind() != trace.SpanKindProducer || s.Parent().SpanID() != outer.SpanContext().SpanID() ||
		text(s.Attributes()) != "client.id=till destination.name=orders destination.partition.id=3 kafka.message.tombstone=true kafka.offset=42 "+
			"operation.name=send operation.type=send server.address=127.0.0.1 server.port=1" {
		t.Errorf("%s %v %s", s.Name(), s.SpanKind(), text(s.Attributes()))
	}
	if got := measured(t, reader); !slices.Equal(got, []string{"messaging.client.operation.duration", "messaging.client.sent.messages"}) {
		t.Errorf("measured %v", got)
	}
}

// A record can be produced again, be it that it has failed or that it has been consumed: what
// was made elsewhere keeps its context.
func TestProduceAgain(t *testing.T) {
	spans, _ := record(t)
	cl := open(t, kgo.DefaultProduceTopic("orders"))
	r := kgo.StringRecord("tea")
	var first, second string
	produce(t.Context(), cl, r, kerr.NotEnoughReplicas, func() { first = headers{r}.Get("traceparent") })
	if r.Headers != nil {
		t.Errorf("headers are %v", r.Headers)
	}
	produce(t.Context(), cl, r, nil, func() { second = headers{r}.Get("traceparent") })
	failed, again := spans.Ended()[0], spans.Ended()[1]
	if first == second || failed.Name() != "send orders" || failed.Status().Code != codes.Error || !strings.Contains(text(failed.Attributes()), "error.type=NOT_ENOUGH_REPLICAS") ||
		len(again.Links()) != 0 || again.Status().Code == codes.Error {
		t.Errorf("%s and %s: %v", first, second, text(failed.Attributes()))
	}
	r.Headers = []kgo.RecordHeader{{Key: "traceparent", Value: []byte(first)}}
	produce(t.Context(), cl, r, nil, func() {
		if len(r.Headers) != 1 {
			t.Errorf("headers are %v", r.Headers)
		}
	})
	if s := spans.Ended()[2]; len(s.Links()) != 1 || s.Links()[0].SpanContext.SpanID() != failed.SpanContext().SpanID() {
		t.Errorf("links are %v", s.Links())
	}
}

// Headers that hooks of the program's add or change while the record is on its way stay.
func TestHooksHeaders(t *testing.T) {
	record(t)
	cl := open(t)
	r := &kgo.Record{Topic: "orders", Headers: []kgo.RecordHeader{{Key: "a", Value: []byte("1")}}}
	produce(t.Context(), cl, r, nil, func() {
		r.Headers[0].Value = []byte("2")
		r.Headers = append(r.Headers, kgo.RecordHeader{Key: "b"})
	})
	if got := fmt.Sprint(r.Headers); got != "[{a [50]} {b []}]" {
		t.Errorf("headers are %s", got)
	}
}

// The context that the program has given a record counts if there is a span in it.
func TestRecordContext(t *testing.T) {
	spans, _ := record(t)
	cl := open(t)
	ctx, outer := otel.Tracer("test").Start(t.Context(), "outer")
	outer.End()
	produce(t.Context(), cl, &kgo.Record{Topic: "orders", Context: ctx}, nil, nil)
	produce(ctx, cl, &kgo.Record{Topic: "orders", Context: t.Context()}, nil, nil)
	var none context.Context
	produce(none, cl, &kgo.Record{Topic: "orders"}, nil, nil)
	for i, want := range []trace.SpanID{outer.SpanContext().SpanID(), outer.SpanContext().SpanID(), {}} {
		if got := spans.Ended()[i+1].Parent().SpanID(); got != want {
			t.Errorf("%d: the parent is %v", i, got)
		}
	}
}

// A poll has one span, with a link to that of each record's producer and where the record is.
func TestPoll(t *testing.T) {
	spans, reader := record(t)
	cl := open(t, kgo.ConsumerGroup("kitchen"), kgo.ConsumeTopics("orders"))
	from := []kgo.RecordHeader{{Key: "traceparent", Value: []byte("none")}, {Key: "traceparent", Value: []byte("00-0123456789abcdef0123456789abcdef-0123456789abcdef-01")}}
	fetched := func(records ...*kgo.Record) kgo.Fetches {
		return kgo.Fetches{{Topics: []kgo.FetchTopic{{Topic: "orders", Partitions: []kgo.FetchPartition{{Partition: 3, Records: records}}}}}}
	}
	a, b := &kgo.Record{Topic: "orders", Partition: 3, Offset: 41, Headers: from, Value: []byte("s3cret")}, &kgo.Record{Topic: "orders", Partition: 3, Offset: 42}
	Poll(t.Context(), cl)(fetched(a, b), hook.Returned)
	var none context.Context
	Poll(none, cl)(fetched(b), hook.Returned)
	Poll(none, cl)(nil, hook.Returned)
	both, one := spans.Ended()[0], spans.Ended()[1]
	if both.Name() != "poll orders" || both.SpanKind() != trace.SpanKindClient || len(both.Links()) != 1 || both.Links()[0].SpanContext.SpanID().String() != "0123456789abcdef" ||
		text(both.Links()[0].Attributes) != "destination.partition.id=3 kafka.offset=41" ||
		text(both.Attributes()) != "batch.message_count=2 client.id=kgo consumer.group.name=kitchen destination.name=orders operation.name=poll operation.type=receive server.address=127.0.0.1 server.port=1" {
		t.Errorf("%s %v %v %s", both.Name(), both.SpanKind(), both.Links(), text(both.Attributes()))
	}
	if got := text(one.Attributes()); !strings.Contains(got, "message_count=1") || !strings.Contains(got, "partition.id=3 kafka.offset=42") || len(spans.Ended()) != 2 {
		t.Error(got)
	}
	if a.Context != nil {
		t.Error("a record has got a context")
	}
	if got := measured(t, reader); !slices.Equal(got, []string{"messaging.client.consumed.messages", "messaging.client.operation.duration"}) {
		t.Errorf("measured %v", got)
	}
}

// nothing is what a poll returns that has ended by an error of no partition.
func nothing(err error) kgo.Fetches {
	return kgo.Fetches{{Topics: []kgo.FetchTopic{{Partitions: []kgo.FetchPartition{{Partition: -1, Err: err}}}}}}
}

// That a poll was to end is no failure of it; that a partition can not be read is.
func TestPollErrors(t *testing.T) {
	spans, _ := record(t)
	cl := open(t, kgo.ConsumeTopics("orders"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	Poll(ctx, cl)(nothing(ctx.Err()), hook.Returned)
	Poll(t.Context(), cl)(nothing(kgo.ErrClientClosed), hook.Returned)
	if n := len(spans.Ended()); n != 0 {
		t.Errorf("%d spans", n)
	}
	Poll(t.Context(), cl)(kgo.Fetches{{Topics: []kgo.FetchTopic{{Topic: "orders", Partitions: []kgo.FetchPartition{{Err: kerr.TopicAuthorizationFailed}}}}}}, hook.Returned)
	if s := spans.Ended()[0]; s.Name() != "poll orders" || s.Status().Code != codes.Error || !strings.Contains(text(s.Attributes()), "error.type=TOPIC_AUTHORIZATION_FAILED") {
		t.Errorf("%s %s", s.Name(), text(s.Attributes()))
	}
}

// A commit has a span until it is done, within which the program is told.
func TestCommit(t *testing.T) {
	spans, _ := record(t)
	cl := open(t, kgo.ConsumerGroup("kitchen"), kgo.ConsumeTopics("orders"))
	refusal := kmsg.NewPtrOffsetCommitResponse()
	refusal.Topics = []kmsg.OffsetCommitResponseTopic{{Partitions: []kmsg.OffsetCommitResponseTopicPartition{{}, {ErrorCode: kerr.IllegalGeneration.Code}}}}
	for _, c := range []struct {
		offsets Offsets
		resp    *kmsg.OffsetCommitResponse
		err     error
		want    string
	}{
		{Offsets{"orders": {3: {Offset: 42}}}, nil, nil, "client.id=kgo consumer.group.name=kitchen destination.name=orders destination.partition.id=3 kafka.offset=42 operation.name=commit operation.type=settle server.address=127.0.0.1 server.port=1"},
		{Offsets{"orders": {3: {}, 4: {}}}, refusal, nil, "error.type=ILLEGAL_GENERATION client.id=kgo consumer.group.name=kitchen destination.name=orders operation.name=commit operation.type=settle server.address=127.0.0.1 server.port=1"},
		{Offsets{"orders": {}, "returns": {}}, nil, kgo.ErrAborting, "error.type=github.com/twmb/franz-go/pkg/kgo.ErrAborting client.id=kgo consumer.group.name=kitchen operation.name=commit operation.type=settle server.address=127.0.0.1 server.port=1"},
	} {
		told := false
		before := len(spans.Ended())
		ctx, done, end := Commit(t.Context(), cl, c.offsets, func(got *kgo.Client, _ *kmsg.OffsetCommitRequest, resp *kmsg.OffsetCommitResponse, err error) {
			told = got == cl && resp == c.resp && errors.Is(err, c.err)
		})
		done(cl, nil, c.resp, c.err)
		end(hook.Returned)
		s := spans.Ended()[before]
		if !told || s.SpanContext().SpanID() != trace.SpanContextFromContext(ctx).SpanID() || text(s.Attributes()) != c.want || s.SpanKind() != trace.SpanKindClient {
			t.Errorf("%v: %s %v", c.offsets, text(s.Attributes()), s.SpanKind())
		}
	}
	if ctx, _, end := Commit(t.Context(), cl, nil, nil); end != nil || ctx != t.Context() {
		t.Error("a commit of nothing is told of")
	}
}

// Without a provider each hook leaves its target alone, and costs no allocation.
func TestNoProvider(t *testing.T) {
	cl, ctx, r, offsets := open(t), t.Context(), &kgo.Record{Topic: "orders"}, Offsets{"orders": {}}
	for name, call := range map[string]func() bool{
		"Produce": func() bool { return Produce(ctx, cl, r, nil) == nil && r.Headers == nil },
		"Poll":    func() bool { return Poll(ctx, cl) == nil },
		"Commit": func() bool {
			got, done, end := Commit(ctx, cl, offsets, nil)
			return got == ctx && done == nil && end == nil
		},
	} {
		if !call() {
			t.Errorf("%s does something else", name)
		}
		if n := testing.AllocsPerRun(100, func() { call() }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// Where the built-in is switched off, where a record is none, and where the work is
// telemetry's own, nothing is told.
func TestLeftAlone(t *testing.T) {
	spans, _ := record(t)
	cl, r := open(t), &kgo.Record{Topic: "orders"}
	if Produce(t.Context(), cl, nil, nil) != nil || Produce(telemetry.Untraced(t.Context()), cl, r, nil) != nil || r.Headers != nil {
		t.Error("a record has a promise")
	}
	library.On = false // the switch is read once, when the package is initialised
	t.Cleanup(func() { library.On = true })
	if Produce(t.Context(), cl, r, nil) != nil || Poll(t.Context(), cl) != nil {
		t.Error("a hook does something")
	}
	if len(spans.Started()) != 0 {
		t.Error("there are spans")
	}
}

// An error has Kafka's name for it, or the library's.
func TestErrorTypes(t *testing.T) {
	for err, want := range map[error]string{
		fmt.Errorf("produce: %w", kerr.MessageTooLarge): "MESSAGE_TOO_LARGE",
		kgo.ErrMaxBuffered:     "github.com/twmb/franz-go/pkg/kgo.ErrMaxBuffered",
		errors.New("whatever"): "",
	} {
		if got := errorType(err); got != want {
			t.Errorf("%v: %q, want %q", err, got, want)
		}
	}
}
