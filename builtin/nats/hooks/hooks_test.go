package hooks

// The hooks are tested here as far as they go without being woven: the tests call them as
// woven code does, with a connection to a server that only says hello. The script of the
// integration has a real one.

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/nats-io/nats.go"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

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
	if n == 0 {
		return nil
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

// connect returns a connection to a server that knows headers or not, and takes messages of
// 1 kB.
func connect(t testing.TB, knows bool) *nats.Conn {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		fmt.Fprintf(conn, "INFO {\"server_id\":\"x\",\"version\":\"2.10.0\",\"headers\":%v,\"max_payload\":1024}\r\n", knows)
		for lines := bufio.NewScanner(conn); lines.Scan(); {
			if lines.Text() == "PING" {
				fmt.Fprint(conn, "PONG\r\n")
			}
		}
	})
	nc, err := nats.Connect("nats://user:s3cret@" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		nc.Close()
		_ = l.Close()
		all.Wait()
	})
	return nc
}

// traceparent is the header of the span's context.
func traceparent(c trace.SpanContext) string {
	return "00-" + c.TraceID().String() + "-" + c.SpanID().String() + "-01"
}

// A message that is published has one span, and its context among the headers that the
// program has given it.
func TestPublish(t *testing.T) {
	r, nc := record(t), connect(t, true)
	for _, given := range []nats.Header{nil, {"Mine": {"1", "2"}, "Nats-Msg-Id": {"m1"}}} {
		before := len(r.Ended())
		var hdr []byte
		if given != nil {
			hdr = []byte("NATS/1.0\r\nMine: 1\r\nMine: 2\r\nNats-Msg-Id: m1\r\n\r\n")
		}
		was := string(hdr)
		written, data, end := Publish(nc, "orders.new", "", hdr, []byte("s3cret"))
		if _, _, inner := Publish(nc, "orders.new", "", written, data); inner != nil {
			t.Error("the method inside is told of as well")
		}
		end(nil, hook.Returned)
		s := last(t, r, before+1)
		got, err := nats.DecodeHeadersMsg(written)
		if err != nil || got.Get("traceparent") != traceparent(s.SpanContext()) || len(got) != len(given)+1 || len(got["Mine"]) != len(given["Mine"]) || string(hdr) != was {
			t.Errorf("%v: %q", err, written)
		}
		if s.Name() != "publish orders.new" || s.SpanKind() != trace.SpanKindProducer || attr(s, "messaging.system").AsString() != "nats" ||
			attr(s, "server.address").AsString() != "127.0.0.1" || attr(s, "messaging.message.id").AsString() != given.Get("Nats-Msg-Id") {
			t.Errorf("%s, %v, %v", s.Name(), s.SpanKind(), s.Attributes())
		}
		if _, _, again := Publish(nc, "orders.new", "", written, data); again == nil {
			t.Error("it is still under way")
		} else {
			again(nil, hook.Returned)
		}
	}
}

// A context that the program has put into a message stays, however it is spelled, and the span
// has a link to it.
func TestPublishOwnContext(t *testing.T) {
	r, nc := record(t), connect(t, true)
	_, made := otel.Tracer("t").Start(t.Context(), "made")
	hdr := []byte("NATS/1.0\r\nTraceparent: " + traceparent(made.SpanContext()) + "\r\n\r\n")
	written, _, end := Publish(nc, "orders", "", hdr, nil)
	end(nil, hook.Returned)
	s := last(t, r, 1)
	if string(written) != string(hdr) || len(s.Links()) != 1 || s.Links()[0].SpanContext.SpanID() != made.SpanContext().SpanID() || s.SpanKind() != trace.SpanKindClient {
		t.Errorf("%q, %v, %v", written, s.Links(), s.SpanKind())
	}
}

// Where no headers can be sent, or the message would be too large with them, it is sent without.
func TestNoHeaders(t *testing.T) {
	r := record(t)
	written, _, end := Publish(connect(t, false), "orders", "", nil, nil)
	end(nil, hook.Returned)
	nc := connect(t, true)
	large, _, endLarge := Publish(nc, "orders", "", nil, make([]byte, 1000))
	endLarge(nil, hook.Returned)
	if written != nil || large != nil {
		t.Errorf("%q, %q", written, large)
	}
	last(t, r, 2)
	if _, _, end := Request(connect(t, false), "orders", nil, nil); end != nil {
		t.Error("a request without headers is told of twice")
	}
	if _, _, end := Publish(nil, "orders", "", nil, nil); end != nil {
		t.Error("nobody's is told of")
	}
}

// What is asked of the server, and answers, are not told of.
func TestUntold(t *testing.T) {
	nc := connect(t, true)
	record(t)
	for subject, told := range map[string]bool{
		"$JS.API.STREAM.INFO.X": false, "$JS.ACK.X.c.1.1.1.1.1": false, "$KV.b.secret": false,
		"_INBOX.abc": false, nats.NewInbox(): false, "mine" + strings.TrimPrefix(nats.NewInbox(), "_INBOX"): false, nc.NewRespInbox(): false,
		"orders": true, "orders.created": true, "orders.12345678": true, "a.b.c.d": true,
	} {
		if _, _, end := Publish(nc, subject, "", nil, nil); (end != nil) != told {
			t.Errorf("%s: %v", subject, !told)
		}
	}
}

// A request is a child of the caller's span, and what it publishes has no span of its own.
func TestRequest(t *testing.T) {
	r, nc := record(t), connect(t, true)
	ctx, caller := otel.Tracer("t").Start(t.Context(), "caller")
	written, _, end := RequestWithContext(ctx, nc, "orders", nil, nil)
	if _, _, inner := Publish(nc, "orders", nc.NewRespInbox(), written, nil); inner != nil {
		t.Error("its message is told of as well")
	}
	end(nats.ErrNoResponders, hook.Returned)
	s := last(t, r, 1)
	if s.Name() != "request orders" || s.Parent().SpanID() != caller.SpanContext().SpanID() || attr(s, "error.type").AsString() != "github.com/nats-io/nats.go.ErrNoResponders" {
		t.Errorf("%s, %v, %v", s.Name(), s.Parent(), s.Attributes())
	}
	_, _, end = Request(nc, "orders", nil, nil)
	end(&nats.APIError{ErrorCode: 10071}, hook.Returned)
	if s := last(t, r, 2); attr(s, "error.type").AsString() != "10071" {
		t.Error(s.Attributes())
	}
}

// Where there are metrics only, nothing marks the message of a request, and it is counted once.
func TestMetricsAlone(t *testing.T) {
	nc, reader, mp := connect(t, true), metric.NewManualReader(), otel.GetMeterProvider()
	otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(reader)))
	t.Cleanup(func() { otel.SetMeterProvider(mp) })
	captured := hook.Captured{Values: hook.MakeValues("js.nc", nc)}
	if PublishMsg(&nats.Msg{Subject: "orders"}, nil, captured) != nil {
		t.Error("it is told of where it is published to a stream")
	}
	hdr, data, end := Request(nc, "orders", nil, nil)
	if end != nil {
		t.Error("it is told of where it is requested")
	}
	_, _, end = Publish(nc, "orders", "", hdr, data)
	end(nil, hook.Returned)
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	for _, m := range all.ScopeMetrics[0].Metrics {
		if sum, ok := m.Data.(metricdata.Sum[int64]); ok && (m.Name != "messaging.client.sent.messages" || len(sum.DataPoints) != 1 || sum.DataPoints[0].Value != 1) {
			t.Errorf("%s: %v", m.Name, sum.DataPoints)
		}
	}
}

// What is published to a stream is one operation, however often it is requested, and the
// message stays as it is.
func TestStream(t *testing.T) {
	r, nc := record(t), connect(t, true)
	ctx, caller := otel.Tracer("t").Start(t.Context(), "caller")
	captured := hook.Captured{Values: hook.MakeValues("js.nc", nc)}
	for i, start := range []func(*nats.Msg) func(error, hook.Exit){
		func(m *nats.Msg) func(error, hook.Exit) {
			return PublishMsg(m, []nats.PubOpt{nats.Context(ctx)}, captured)
		},
		func(m *nats.Msg) func(error, hook.Exit) { return PublishMsgWithContext(ctx, m, captured) },
	} {
		m := &nats.Msg{Subject: "orders.new"}
		end := start(m)
		if start(m) != nil {
			t.Error("it is told of twice")
		}
		for range 2 {
			written := HeaderBytes(m)(nil, nil)
			if _, _, inner := RequestWithContext(ctx, nc, "orders.new", written, nil); inner != nil {
				t.Error("its request is told of as well")
			}
		}
		if HeaderBytes(&nats.Msg{}) != nil || HeaderBytes(m)([]byte("x"), errors.New("bad")) == nil {
			t.Error("headers of another message, or wrong ones, are changed")
		}
		end(nil, hook.Returned)
		if HeaderBytes(m) != nil || m.Header != nil {
			t.Errorf("it is still under way, or changed: %v", m.Header)
		}
		if s := last(t, r, i+1); s.Name() != "publish orders.new" || s.Parent().SpanID() != caller.SpanContext().SpanID() {
			t.Errorf("%s, %v", s.Name(), s.Parent())
		}
	}
	if PublishMsg(nil, nil, captured) != nil || PublishMsgWithContext(ctx, &nats.Msg{Subject: "$KV.b.k"}, captured) != nil || PublishMsg(&nats.Msg{Subject: "s"}, nil, hook.Captured{}) != nil {
		t.Error("what is nobody's is told of")
	}
}

// A callback is a child of the span that published, and what it is called with is the
// message.
func TestProcess(t *testing.T) {
	r, nc := record(t), connect(t, true)
	_, made := otel.Tracer("t").Start(t.Context(), "made")
	h := nats.Header{"traceparent": {traceparent(made.SpanContext())}}
	for _, c := range []struct {
		subject, queue string
		m              *nats.Msg
		name           string // "" if it is not told of
	}{
		{"orders.*", "q", &nats.Msg{Subject: "orders.new", Header: h}, "process orders.*"},
		{"orders", "", &nats.Msg{Subject: "orders", Header: h}, "process orders"},
		{nats.NewInbox(), "", &nats.Msg{Subject: "orders.new", Reply: "$JS.ACK.STREAM.c.1.2.3.4.5", Header: h}, "process STREAM"},
		{nats.NewInbox(), "", &nats.Msg{Subject: "orders.new", Reply: "$JS.ACK._.acc.STREAM.c.1.2.3.4.5.x", Header: h}, "process STREAM"},
		{nats.NewInbox(), "", &nats.Msg{Subject: "_INBOX.x"}, ""},
		{"_INBOX.abcdef.*", "", &nats.Msg{Subject: "_INBOX.abcdef.x"}, ""},
		{"$SYS.>", "", &nats.Msg{Subject: "$SYS.x"}, ""},
		{"deliver", "", &nats.Msg{Subject: "deliver", Header: nats.Header{"Status": {"100"}}}, ""},
	} {
		before := len(r.Ended())
		var got *nats.Msg
		Subscribe(nc, c.subject, c.queue, func(m *nats.Msg) { got = m })(c.m)
		if got != c.m {
			t.Errorf("%s: called with %v", c.subject, got)
		}
		if c.name == "" {
			last(t, r, before)
			continue
		}
		s := last(t, r, before+1)
		if s.Name() != c.name || s.SpanKind() != trace.SpanKindConsumer || s.Parent().SpanID() != made.SpanContext().SpanID() || len(s.Links()) != 1 {
			t.Errorf("%s: %s, %v, %v, %v", c.subject, s.Name(), s.SpanKind(), s.Parent(), s.Links())
		}
		if want := map[string]string{"orders.*": "q", "orders": ""}[c.subject]; !strings.HasPrefix(c.subject, "_INBOX") && attr(s, "messaging.consumer.group.name").AsString() != want {
			t.Error(s.Attributes())
		}
		if c.subject == "orders.*" && attr(s, "messaging.destination.name").AsString() != "orders.new" {
			t.Error(s.Attributes())
		}
	}
	if Subscribe(nc, "x", "", nil) != nil {
		t.Error("there is a callback where there was none")
	}
	before := len(r.Ended())
	func() {
		defer func() {
			if recover() != "at once" {
				t.Error("another panic")
			}
		}()
		Subscribe(nc, "x", "", func(*nats.Msg) { panic("at once") })(&nats.Msg{Subject: "x"})
	}()
	if s := last(t, r, before+1); attr(s, "error.type").AsString() != "panic" {
		t.Error(s.Attributes())
	}
}

// What is received is told when it is there; that nothing has come is no failure.
func TestReceive(t *testing.T) {
	r, nc := record(t), connect(t, true)
	s, err := nc.SubscribeSync("orders.>")
	if err != nil {
		t.Fatal(err)
	}
	ctx, caller := otel.Tracer("t").Start(t.Context(), "caller")
	_, made := otel.Tracer("t").Start(t.Context(), "made")
	m := &nats.Msg{Subject: "orders.new", Header: nats.Header{"traceparent": {traceparent(made.SpanContext())}}, Sub: s}
	NextMsg(s)(nil, nats.ErrTimeout, hook.Returned)
	NextMsgWithContext(ctx, s)(nil, context.Canceled, hook.Returned)
	last(t, r, 0)
	NextMsgWithContext(ctx, s)(m, nil, hook.Returned)
	if s := last(t, r, 1); s.Name() != "receive orders.>" || s.SpanKind() != trace.SpanKindClient || s.Parent().SpanID() != caller.SpanContext().SpanID() || len(s.Links()) != 1 {
		t.Errorf("%s, %v, %v, %v", s.Name(), s.SpanKind(), s.Parent(), s.Links())
	}
	NextMsg(s)(nil, nats.ErrConnectionClosed, hook.Returned)
	if s := last(t, r, 2); attr(s, "error.type").AsString() != "github.com/nats-io/nats.go.ErrConnectionClosed" {
		t.Error(s.Attributes())
	}
	fromStream := *m
	fromStream.Reply = "$JS.ACK.STREAM.c.1.2.3.4.5"
	Fetch(s, []nats.PullOpt{nats.Context(ctx)})([]*nats.Msg{&fromStream, &fromStream}, nil, hook.Returned)
	if s := last(t, r, 3); s.Name() != "receive STREAM" || attr(s, "messaging.batch.message_count").AsInt64() != 2 || len(s.Links()) != 2 || s.Parent().SpanID() != caller.SpanContext().SpanID() {
		t.Errorf("%s, %v, %v", s.Name(), s.Attributes(), s.Links())
	}
	Fetch(s, nil)(nil, nats.ErrTimeout, hook.Returned)
	Fetch(s, nil)(nil, nil, hook.Returned)
	last(t, r, 3)
	Fetch(s, nil)(nil, nats.ErrConnectionClosed, hook.Returned)
	if s := last(t, r, 4); s.Name() != "receive" || attr(s, "error.type").AsString() == "" {
		t.Error(s.Name(), s.Attributes())
	}
	captured := hook.Captured{Values: hook.MakeValues("js.conn", nc)}
	Received(&fromStream, captured) // a callback's
	last(t, r, 4)
	channel, err := nc.ChanSubscribe(nats.NewInbox(), make(chan *nats.Msg, 1))
	if err != nil {
		t.Fatal(err)
	}
	fromStream.Sub = channel
	Received(&fromStream, captured)
	if s := last(t, r, 5); s.Name() != "receive STREAM" {
		t.Error(s.Name())
	}
	NextMsg(nil)(nil, nats.ErrBadSubscription, hook.Returned)
	last(t, r, 5)
}
