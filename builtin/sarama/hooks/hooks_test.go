package hooks

// The hooks are tested here as far as they go without being woven and without a broker: the
// tests call them as woven code does, with the values that the library would have had.

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/IBM/sarama"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

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

const made = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"

// configuration returns a configuration, and what a rule captures of a producer with it.
func configuration(version sarama.KafkaVersion) (*sarama.Config, hook.Captured) {
	c := sarama.NewConfig()
	c.ClientID, c.Version = "till", version
	return c, hook.Captured{Values: hook.MakeValues("conf", c)}
}

// left returns how many messages are under way.
func left() (n int) {
	under.Range(func(any, any) bool { n++; return true })
	own.Range(func(any, any) bool { n++; return true })
	return n
}

// A message has a span while it is under way, and its context.
func TestSend(t *testing.T) {
	spans, reader := record(t)
	_, conf := configuration(sarama.V2_0_0_0)
	shared := make([]sarama.RecordHeader, 1, 8)
	shared[0] = sarama.RecordHeader{Key: []byte("shop"), Value: []byte("1")}
	msg := &sarama.ProducerMessage{Topic: "orders", Key: sarama.StringEncoder("s3cret"), Headers: shared}
	Send(msg, conf)
	if len(msg.Headers) != 2 || string(msg.Headers[1].Key) != "traceparent" || shared[:2][1].Key != nil {
		t.Errorf("headers are %v", msg.Headers)
	}
	msg.Partition, msg.Offset = 3, 42
	Sent([]*sarama.ProducerMessage{msg})
	if len(msg.Headers) != 1 || &msg.Headers[0] != &shared[0] || left() != 0 {
		t.Errorf("headers are %v", msg.Headers)
	}
	s := spans.Ended()[0]
	if s.Name() != "send orders" || s.SpanKind() != trace.SpanKindProducer || s.Parent().IsValid() ||
		text(s.Attributes()) != "client.id=till destination.name=orders destination.partition.id=3 kafka.message.tombstone=true kafka.offset=42 operation.name=send operation.type=send" {
		t.Errorf("%s %v %s", s.Name(), s.SpanKind(), text(s.Attributes()))
	}
	if got := measured(t, reader); !slices.Equal(got, []string{"messaging.client.operation.duration", "messaging.client.sent.messages"}) {
		t.Errorf("measured %v", got)
	}
}

// A message for a broker without headers gets none, and one that the program has written a
// context to keeps that and belongs to it.
func TestSendHeaders(t *testing.T) {
	spans, _ := record(t)
	_, old := configuration(sarama.V0_10_2_0)
	msg := &sarama.ProducerMessage{Topic: "orders"}
	Send(msg, old)
	if msg.Headers != nil {
		t.Errorf("headers are %v", msg.Headers)
	}
	Sent([]*sarama.ProducerMessage{msg})
	_, conf := configuration(sarama.V2_0_0_0)
	msg.Headers = []sarama.RecordHeader{{Key: []byte("traceparent"), Value: []byte(made)}}
	Send(msg, conf)
	if len(msg.Headers) != 1 {
		t.Errorf("headers are %v", msg.Headers)
	}
	Sent([]*sarama.ProducerMessage{msg})
	if s := spans.Ended()[1]; len(s.Links()) != 1 || s.Parent().SpanID().String() != "0123456789abcdef" {
		t.Errorf("%v %v", s.Links(), s.Parent())
	}
}

// A message that fails has a failed span, in whatever order the library's functions are called,
// and can be sent again while they run.
func TestFailed(t *testing.T) {
	_, conf := configuration(sarama.V2_0_0_0)
	for name, fail := range map[string]func(msg *sarama.ProducerMessage, err error, again func()){
		"new": func(msg *sarama.ProducerMessage, err error, again func()) {
			Refused(msg, err, conf)
			end := Failed([]*sarama.ProducerMessage{msg}, err)
			again()
			if end != nil {
				end()
			}
		},
		"new, of a batch": func(msg *sarama.ProducerMessage, err error, again func()) {
			end := Failed([]*sarama.ProducerMessage{msg}, err)
			again()
			end()
		},
		"old": func(msg *sarama.ProducerMessage, err error, again func()) {
			end := Failed([]*sarama.ProducerMessage{msg}, err)
			Refused(msg, err, conf)
			again()
			end()
		},
		"old, of one": func(msg *sarama.ProducerMessage, err error, again func()) {
			Refused(msg, err, conf)
			again()
		},
	} {
		spans, _ := record(t)
		msg := &sarama.ProducerMessage{Topic: "orders"}
		Send(msg, conf)
		fail(msg, sarama.ErrNotEnoughReplicas, func() {
			if msg.Headers != nil {
				t.Errorf("%s: headers are %v", name, msg.Headers)
			}
			Send(msg, conf)
		})
		Sent([]*sarama.ProducerMessage{msg})
		if n := len(spans.Ended()); n != 2 || left() != 0 {
			t.Fatalf("%s: %d spans, %d messages under way", name, n, left())
		}
		failed, again := spans.Ended()[0], spans.Ended()[1]
		if failed.Status().Code != codes.Error || !strings.Contains(text(failed.Attributes()), "error.type=NOT_ENOUGH_REPLICAS") || again.Status().Code == codes.Error || len(again.Links()) != 0 {
			t.Errorf("%s: %v %v", name, failed.Status(), again.Status())
		}
	}
}

// A message that the producer does not accept has a failed span as well.
func TestRefused(t *testing.T) {
	spans, _ := record(t)
	_, conf := configuration(sarama.V2_0_0_0)
	msg := &sarama.ProducerMessage{Topic: "orders"}
	err := sarama.ConfigurationError("too large")
	Refused(msg, err, conf)
	if end := Failed([]*sarama.ProducerMessage{msg}, err); end != nil {
		t.Error("it is told of twice")
	}
	if s := spans.Ended()[0]; len(spans.Ended()) != 1 || s.Status().Code != codes.Error || msg.Headers != nil || left() != 0 {
		t.Errorf("%d spans: %v %v", len(spans.Ended()), s.Status(), msg.Headers)
	}
}

// A message that otelsarama has a span for has no other one, and is counted.
func TestOwnSend(t *testing.T) {
	spans, reader := record(t)
	_, conf := configuration(sarama.V2_0_0_0)
	for _, end := range []func(msg *sarama.ProducerMessage){
		func(msg *sarama.ProducerMessage) { Send(msg, conf); Sent([]*sarama.ProducerMessage{msg}) },
		func(msg *sarama.ProducerMessage) { Send(msg, conf); Refused(msg, sarama.ErrOutOfBrokers, conf) },
		func(msg *sarama.ProducerMessage) { Refused(msg, sarama.ErrOutOfBrokers, conf) },
	} {
		msg := &sarama.ProducerMessage{Topic: "orders"}
		OwnSend(msg)
		end(msg)
		if len(spans.Started()) != 0 || msg.Headers != nil || left() != 0 {
			t.Errorf("%d spans, %d messages under way: %v", len(spans.Started()), left(), msg.Headers)
		}
	}
	if got := measured(t, reader); !slices.Equal(got, []string{"messaging.client.operation.duration", "messaging.client.sent.messages"}) {
		t.Errorf("measured %v", got)
	}
}

// A message that is received has a span with a link to that of its producer, once.
func TestReceived(t *testing.T) {
	spans, reader := record(t)
	config, _ := configuration(sarama.V2_0_0_0)
	consumer, group := new(int), new(int)
	Claim(hook.Captured{Values: hook.MakeValues("config", config, "consumer", group, "groupID", "kitchen")})
	msg := &sarama.ConsumerMessage{Topic: "orders", Partition: 3, Offset: 42, Key: []byte("s3cret"),
		Headers: []*sarama.RecordHeader{{Key: []byte("traceparent"), Value: []byte(made)}, nil}}
	for _, from := range []*int{group, group} {
		Received(msg, hook.Captured{Values: hook.MakeValues("conf", config, "consumer", from)})
	}
	Received(&sarama.ConsumerMessage{Topic: "orders"}, hook.Captured{Values: hook.MakeValues("conf", config, "consumer", consumer)})
	if n := len(spans.Ended()); n != 2 {
		t.Fatalf("%d spans", n)
	}
	s, other := spans.Ended()[0], spans.Ended()[1]
	if s.Name() != "consume orders" || s.SpanKind() != trace.SpanKindClient || s.Parent().IsValid() || len(s.Links()) != 1 || s.Links()[0].SpanContext.SpanID().String() != "0123456789abcdef" ||
		text(s.Attributes()) != "client.id=till consumer.group.name=kitchen destination.name=orders destination.partition.id=3 kafka.message.tombstone=true kafka.offset=42 operation.name=consume operation.type=receive" {
		t.Errorf("%s %v %v %s", s.Name(), s.SpanKind(), s.Links(), text(s.Attributes()))
	}
	if strings.Contains(text(other.Attributes()), "group") || len(other.Links()) != 0 {
		t.Error(text(other.Attributes()))
	}
	if got := measured(t, reader); !slices.Equal(got, []string{"messaging.client.consumed.messages"}) {
		t.Errorf("measured %v", got)
	}
	Close(hook.Captured{Values: hook.MakeValues("consumer", group)})()
	groups.Range(func(any, any) bool { t.Error("a group is still there"); return true })
}

// Where the program has otelsarama for consumers, messages are counted only.
func TestOwnConsumers(t *testing.T) {
	spans, reader := record(t)
	t.Cleanup(func() { ownConsumers.Store(false) })
	OwnConsumers()
	config, _ := configuration(sarama.V2_0_0_0)
	Received(&sarama.ConsumerMessage{Topic: "orders"}, hook.Captured{Values: hook.MakeValues("conf", config, "consumer", new(int))})
	if got := measured(t, reader); len(spans.Started()) != 0 || !slices.Equal(got, []string{"messaging.client.consumed.messages"}) {
		t.Errorf("%d spans, measured %v", len(spans.Started()), got)
	}
}

// Without a provider, and where the built-in is switched off, each hook leaves its target alone,
// and costs no allocation.
func TestNobody(t *testing.T) {
	_, conf := configuration(sarama.V2_0_0_0)
	msg, in := &sarama.ProducerMessage{Topic: "orders"}, &sarama.ConsumerMessage{Topic: "orders"}
	batch := []*sarama.ProducerMessage{msg}
	nothing := func() {
		t.Helper()
		for name, call := range map[string]func(){
			"Send":     func() { Send(msg, conf) },
			"Sent":     func() { Sent(batch) },
			"Failed":   func() { Failed(batch, sarama.ErrOutOfBrokers) },
			"Refused":  func() { Refused(msg, sarama.ErrOutOfBrokers, conf) },
			"OwnSend":  func() { OwnSend(msg) },
			"Received": func() { Received(in, conf) },
		} {
			if n := testing.AllocsPerRun(100, call); n != 0 {
				t.Errorf("%s: %v allocations", name, n)
			}
		}
		if msg.Headers != nil || left() != 0 {
			t.Errorf("%d messages are under way: %v", left(), msg.Headers)
		}
	}
	nothing()
	spans, _ := record(t)
	library.On = false // the switch is read once, when the package is initialised
	t.Cleanup(func() { library.On = true })
	nothing()
	if len(spans.Started()) != 0 {
		t.Error("there are spans")
	}
}

// An error has Kafka's name for it, or the library's.
func TestErrorTypes(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{&sarama.ProducerError{Err: sarama.ErrMessageSizeTooLarge}, "MESSAGE_TOO_LARGE"},
		{fmt.Errorf("send: %w", sarama.ErrOutOfBrokers), "github.com/IBM/sarama.ErrOutOfBrokers"},
		{errors.New("whatever"), ""},
	} {
		if got := errorType(c.err); got != c.want {
			t.Errorf("%v: %q, want %q", c.err, got, c.want)
		}
	}
}
