package hooks

// The hooks called where woven net/rpc code calls them, against peers as they are without
// weaver. Whole clients and servers are in the aspect's own tests.

import (
	"bufio"
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/rpc"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/goweaver/weaver/instrument/hook"
)

// record gives the process providers and W3C propagation until the test ends.
func record(t testing.TB) (*tracetest.SpanRecorder, *sdkmetric.ManualReader) {
	spans, reader := tracetest.NewSpanRecorder(), sdkmetric.NewManualReader()
	tp, mp, p := otel.GetTracerProvider(), otel.GetMeterProvider(), otel.GetTextMapPropagator()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)))
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	t.Cleanup(func() {
		otel.SetTracerProvider(tp)
		otel.SetMeterProvider(mp)
		otel.SetTextMapPropagator(p)
	})
	return spans, reader
}

// adopted stands in for the file that is added to net/rpc: one client, whose call is
// pending, and requests that carry.
func adopted(t testing.TB, client *rpc.Client, request *rpc.Request, call *rpc.Call) {
	old := inside
	t.Cleanup(func() { inside = old })
	var texts []string
	adopt(
		func(*rpc.Client) (*rpc.Request, rpc.ClientCodec) { return request, nil },
		func(*rpc.Client, uint64) *rpc.Call { return call },
		func(rpc.ClientCodec) io.Closer { return nil },
		func(_ *rpc.Request, t []string) { texts = t },
		func(*rpc.Request) []string { defer func() { texts = nil }(); return texts },
	)
}

// Where the built-in is switched off no hook does anything, whatever the program's providers.
func TestSwitchedOff(t *testing.T) {
	on = false // the switch is read once, when the package is initialised
	t.Cleanup(func() { on = true })
	spans, _ := record(t)
	client, call, req := new(rpc.Client), new(rpc.Call), new(rpc.Request)
	adopted(t, client, req, call)
	old := insideJSON
	t.Cleanup(func() { insideJSON = old })
	adoptJSON(nil, nil, func(any, *json.Decoder) *json.Decoder { t.Error("the codec is touched"); return nil })
	if Send(client, call) != nil || Serve(req, nil) != nil || Reply(req, struct{}{}, nil, "") != nil {
		t.Error("something is recorded")
	}
	if ReadGob(req, hook.Captured{}) != nil || ReadJSON(req, hook.Captured{}) != nil {
		t.Error("something is read")
	}
	if n := len(spans.Started()); n != 0 {
		t.Errorf("%d spans", n)
	}
}

// Where there are only traces, or only metrics, these are recorded.
func TestOneSignal(t *testing.T) {
	count := func(r *sdkmetric.ManualReader) int {
		var got metricdata.ResourceMetrics
		if err := r.Collect(t.Context(), &got); err != nil {
			t.Fatal(err)
		}
		return len(got.ScopeMetrics)
	}
	spans, reader := record(t)
	for _, c := range []struct {
		traces, metrics int
	}{{0, 1}, {1, 1}} { // the metrics are there already when the second is looked at
		call := &rpc.Call{ServiceMethod: "A.B"}
		if c.traces == 0 {
			sdk := otel.GetTracerProvider()
			otel.SetTracerProvider(noop.NewTracerProvider())
			_ = Send(new(rpc.Client), call)
			otel.SetTracerProvider(sdk)
		} else {
			otel.SetMeterProvider(metricnoop.NewMeterProvider())
			_ = Send(new(rpc.Client), call)
		}
		Done(call)
		if len(spans.Ended()) != c.traces || count(reader) != c.metrics {
			t.Errorf("%d spans and %d scopes, want %+v", len(spans.Ended()), count(reader), c)
		}
	}
}

// What a client asks for that there is not is told in part, and as text: it is the client's
// to make up, and what is no text can not be exported, nor what else is exported with it.
func TestMadeUp(t *testing.T) {
	spans, _ := record(t)
	req := &rpc.Request{ServiceMethod: "\xff" + strings.Repeat("x", 1<<20)}
	Reply(req, struct{}{}, nil, "rpc: can't find "+req.ServiceMethod)()
	call := &rpc.Call{ServiceMethod: "A.\xff", Error: rpc.ServerError("\xff")}
	_ = Send(new(rpc.Client), call)
	Done(call)
	Serve(req, nil)
	Reply(req, new(int), nil, "\xff")()
	if len(spans.Ended()) != 3 {
		t.Fatalf("%d spans", len(spans.Ended()))
	}
	for i, s := range spans.Ended() {
		for _, told := range []string{s.Name(), s.Status().Description, text(s)} {
			if !utf8.ValidString(told) || i == 0 && len(told) > 2*longest {
				t.Errorf("told: %d bytes, %.40q", len(told), told)
			}
		}
	}
}

// The address of the server is in a client's span and duration.
func TestServerAddress(t *testing.T) {
	spans, reader := record(t)
	op := begin(t.Context(), trace.SpanKindClient, nil, "A.B", peer(conn{addr: &net.TCPAddr{IP: net.IPv6loopback, Port: 80}})...)
	op.end("", "")
	var got metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	set := attribute.NewSet(spans.Ended()[0].Attributes()...)
	if p := got.ScopeMetrics[0].Metrics[0].Data.(metricdata.Histogram[float64]).DataPoints[0]; !p.Attributes.Equals(&set) ||
		!set.HasValue("server.address") || !set.HasValue("server.port") {
		t.Errorf("%v and %v", p.Attributes.ToSlice(), set.ToSlice())
	}
	if spans.Ended()[0].InstrumentationScope().SchemaURL != semconv.SchemaURL || got.ScopeMetrics[0].Scope.SchemaURL != semconv.SchemaURL {
		t.Error("the conventions are not said")
	}
}

// A request that is sent several times at once is its client's until the last of them.
func TestSenders(t *testing.T) {
	s, r, client := sending{by: map[*rpc.Request]*sender{}}, new(rpc.Request), new(rpc.Client)
	s.enter(r, client)
	s.enter(r, client)
	s.leave(r)
	if s.client(r) != client {
		t.Error("it is forgotten too soon")
	}
	s.leave(r)
	if s.client(r) != nil || s.some.Load() != 0 {
		t.Error("it is kept")
	}
}

// Without a provider nothing is recorded, kept or allocated.
func TestPlain(t *testing.T) {
	if records() {
		t.Skip("a test before this one has set a provider")
	}
	client, call, req := new(rpc.Client), new(rpc.Call), new(rpc.Request)
	adopted(t, client, req, call)
	if n := testing.AllocsPerRun(100, func() {
		if Send(client, call) != nil || Serve(req, nil) != nil || Reply(req, nil, nil, "") != nil {
			t.Error("something is recorded")
		}
		Done(call)
		if WriteGob(req, nil, hook.Captured{}) != nil || ReadGob(req, hook.Captured{}) != nil ||
			WriteJSON(req, hook.Captured{}) != nil || ReadJSON(req, hook.Captured{}) != nil {
			t.Error("something is propagated")
		}
		if Instead()(io.EOF) != io.EOF || Instead()(nil) != nil { //nolint:errorlint // the very same
			t.Error("an error has changed")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// plainRequest is what a peer without weaver sends and receives.
type plainRequest struct {
	ServiceMethod string
	Seq           uint64
}

// A request with something to propagate is one that a plain server reads, and that a woven
// one reads with what was propagated; a woven server reads a plain client's.
func TestGob(t *testing.T) {
	record(t)
	client, call := new(rpc.Client), &rpc.Call{ServiceMethod: "Arith.Add", Done: make(chan *rpc.Call, 1)}
	req := &rpc.Request{ServiceMethod: "Arith.Add", Seq: 7}
	adopted(t, client, req, call)
	end := Send(client, call)
	v, _ := calls.by.Load(call)
	sent := trace.SpanContextFromContext(v.(*operation).ctx)

	var plain, woven bytes.Buffer
	for _, w := range []*bytes.Buffer{&plain, &woven} {
		buf := bufio.NewWriter(w)
		err := WriteGob(req, 42, hook.Captured{Values: hook.MakeValues("c.enc", gob.NewEncoder(buf), "c.encBuf", buf)})
		if err == nil || Instead()(err) != nil {
			t.Fatalf("it was not written: %v", err)
		}
	}
	end()
	Done(call)
	if outgoing(req) != nil {
		t.Error("a client that does not send any more is kept")
	}

	dec := gob.NewDecoder(&plain)
	var got plainRequest
	var body int
	if err := errors.Join(dec.Decode(&got), dec.Decode(&body)); err != nil || got != (plainRequest{"Arith.Add", 7}) || body != 42 {
		t.Errorf("a plain server reads %v %d: %v", got, body, err)
	}

	read := func(data *bytes.Buffer) (*rpc.Request, error) {
		r := new(rpc.Request)
		err := ReadGob(r, hook.Captured{Values: hook.MakeValues("c.dec", gob.NewDecoder(data))})
		if err == nil {
			t.Fatal("it was not read")
		}
		return r, Instead()(err)
	}
	r, err := read(&woven)
	if err != nil || r.ServiceMethod != "Arith.Add" || r.Seq != 7 {
		t.Errorf("a woven server reads %v: %v", r, err)
	}
	if got := trace.SpanContextFromContext(incoming(r)); got.TraceID() != sent.TraceID() || got.SpanID() != sent.SpanID() {
		t.Errorf("propagated: %v, want %v", got, sent)
	}

	var old bytes.Buffer
	_ = gob.NewEncoder(&old).Encode(plainRequest{"Arith.Add", 8})
	if r, err = read(&old); err != nil || r.Seq != 8 || trace.SpanContextFromContext(incoming(r)).IsValid() {
		t.Errorf("a plain client's: %v %v", r, err)
	}
	if _, err = read(new(bytes.Buffer)); err != io.EOF { //nolint:errorlint // as net/rpc compares it
		t.Errorf("at the end: %v", err)
	}
	var other bytes.Buffer
	_ = gob.NewEncoder(&other).Encode(struct{ X int }{1})
	same := bytes.NewBuffer(slices.Clone(other.Bytes()))
	want := gob.NewDecoder(same).Decode(new(rpc.Request))
	if _, err = read(&other); err == nil || err.Error() != want.Error() {
		t.Errorf("of another type: %v, want %v", err, want)
	}
}

// A member in front is one that JSON has room for, and what is not ours is left out.
func TestJSON(t *testing.T) {
	text, _ := json.Marshal(map[string]any{member: map[string]string{"traceparent": "x"}})
	got := joined(text, []byte(`{"method":"M","params":[1],"id":0}`+"\n"))
	if want := `{"propagation":{"traceparent":"x"},"method":"M","params":[1],"id":0}` + "\n"; string(got) != want {
		t.Errorf("%s", got)
	}
	for in, want := range map[string]int{
		string(got): 1, `{}`: 0, `[]`: 0, `{"propagation":1}`: 0, `{"propagation":{"a":1}}`: 0, `{"propagation":null}`: 0, "": 0,
	} {
		if got := propagated([]byte(in)); len(got) != want {
			t.Errorf("%s: %v", in, got)
		}
	}
}

// A pipe counts what is written to it, and fails from the second time on.
type pipe struct {
	bytes.Buffer
	writes int
}

func (p *pipe) Write(b []byte) (int, error) {
	if p.writes++; p.writes > 1 {
		return 0, io.ErrClosedPipe
	}
	return p.Buffer.Write(b)
}

// A request with something to propagate is written at once and by the codec's encoder, which
// writes nothing more after a write that has failed, and not at all where its body can not be.
func TestWriteJSON(t *testing.T) {
	record(t)
	client, call := new(rpc.Client), &rpc.Call{ServiceMethod: "A.B"}
	req := &rpc.Request{ServiceMethod: "A.B"}
	adopted(t, client, req, call)
	old := insideJSON
	t.Cleanup(func() { insideJSON = old })
	var p pipe
	own := json.NewEncoder(&p)
	codec := own
	adoptJSON(nil, func(_ any, e *json.Encoder) *json.Encoder { codec, e = e, codec; return e }, nil)
	defer Done(call)
	defer Send(client, call)()
	write := func(body any) error {
		exit := WriteJSON(req, hook.Captured{Values: hook.MakeValues("c", client)})
		err := exit(codec.Encode(map[string]any{"method": "A<B", "params": []any{body}}))
		if codec != own {
			t.Fatal("the codec has lost its encoder")
		}
		return err
	}
	if err := write(func() {}); err == nil || p.writes != 0 {
		t.Errorf("what is no JSON: %v, %d writes", err, p.writes)
	}
	if err := write(1); err != nil || p.writes != 1 {
		t.Errorf("%v, %d writes", err, p.writes)
	}
	if !strings.HasPrefix(p.String(), `{"propagation":{"traceparent":"00-`) || !strings.HasSuffix(p.String(), `"},"method":"A\u003cB","params":[1]}`+"\n") {
		t.Errorf("%s", &p)
	}
	for range 2 {
		if err := write(2); err != io.ErrClosedPipe || p.writes != 2 { //nolint:errorlint // the very same
			t.Errorf("%v, %d writes", err, p.writes)
		}
	}
}

// A span and a duration are recorded for each call as a client and a server see it, with
// what the semantic conventions ask for.
func TestOperations(t *testing.T) {
	spans, reader := record(t)
	for _, c := range []struct {
		err  error
		kind string
	}{
		{nil, ""},
		{rpc.ServerError("divide by zero"), "net/rpc.ServerError"},
		{rpc.ErrShutdown, "net/rpc.ErrShutdown"},
		{io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF"},
		{&net.OpError{Op: "write", Err: io.ErrClosedPipe}, "*net.OpError"},
	} {
		call := &rpc.Call{ServiceMethod: "Arith.Div", Error: c.err}
		_ = Send(new(rpc.Client), call)
		Done(call)
		Done(call)
		s := spans.Ended()
		span := s[len(s)-1]
		if span.Name() != "Arith.Div" || span.SpanKind() != trace.SpanKindClient || text(span) != fmt.Sprint("net/rpc Arith.Div ", c.kind) {
			t.Errorf("%v: %s %s", c.err, span.Name(), text(span))
		}
		if (span.Status().Code == codes.Error) != (c.err != nil) {
			t.Errorf("%v: %v", c.err, span.Status())
		}
	}

	serve := func(reply any, errmsg string, panics bool) string {
		req := &rpc.Request{ServiceMethod: "Arith.Div"}
		end := func(hook.Exit) {}
		if reply != (struct{}{}) {
			end = Serve(req, nil)
		}
		if panics {
			end(hook.Panicked)
		} else {
			Reply(req, reply, nil, errmsg)()
			end(hook.Returned)
		}
		s := spans.Ended()
		if kind := s[len(s)-1].SpanKind(); kind != trace.SpanKindServer {
			t.Error(kind)
		}
		return text(s[len(s)-1])
	}
	for _, c := range []struct{ got, want string }{
		{serve(new(int), "", false), "net/rpc Arith.Div "},
		{serve(new(int), "divide by zero", false), "net/rpc Arith.Div _OTHER"},
		{serve(new(int), "", true), "net/rpc Arith.Div panic"},
		{serve(struct{}{}, "rpc: can't find method", false), "net/rpc _OTHER Arith.Div invalid_request"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
	if served.some.Load() != 0 || calls.some.Load() != 0 || len(spans.Ended()) != 9 || len(spans.Started()) != 9 {
		t.Errorf("%d spans of %d", len(spans.Ended()), len(spans.Started()))
	}

	var got metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]uint64{"rpc.client.call.duration": 5, "rpc.server.call.duration": 4}
	for _, m := range got.ScopeMetrics[0].Metrics {
		h, ok := m.Data.(metricdata.Histogram[float64])
		if !ok || m.Unit != "s" {
			t.Fatalf("%s: %T in %s", m.Name, m.Data, m.Unit)
		}
		for _, p := range h.DataPoints {
			want[m.Name] -= p.Count
			if len(p.Bounds) != 14 || p.Bounds[0] != 0.005 || p.Bounds[13] != 10 {
				t.Errorf("%s: bounds %v", m.Name, p.Bounds)
			}
			if !p.Attributes.HasValue("rpc.system.name") || !p.Attributes.HasValue("rpc.method") || p.Attributes.HasValue("rpc.method_original") {
				t.Errorf("%s: %v", m.Name, p.Attributes.ToSlice())
			}
		}
	}
	for name, n := range want {
		if n != 0 {
			t.Errorf("%s: %d are missing", name, n)
		}
	}
}

// text returns the span's system, method, original method if there is one, and error.
func text(s sdktrace.ReadOnlySpan) (out string) {
	attr := map[string]string{}
	for _, a := range s.Attributes() {
		attr[string(a.Key)] = a.Value.AsString()
	}
	if attr["rpc.method_original"] != "" {
		attr["rpc.method"] += " " + attr["rpc.method_original"]
	}
	return attr["rpc.system.name"] + " " + attr["rpc.method"] + " " + attr["error.type"]
}

type conn struct {
	io.Closer
	addr net.Addr
}

func (c conn) RemoteAddr() net.Addr { return c.addr }

// half is a connection of which only what net/rpc calls can be called.
type half struct{ net.Conn }

// The server's address is that of a network.
func TestPeer(t *testing.T) {
	pipe, _ := net.Pipe()
	for _, c := range []struct {
		conn io.Closer
		want string
	}{
		{conn{addr: &net.TCPAddr{IP: net.IPv6loopback, Port: 80}}, "::1 80"},
		{conn{addr: &net.UnixAddr{Name: "/run/a.sock"}}, "/run/a.sock"},
		{conn{addr: &net.UnixAddr{}}, ""},
		{conn{addr: (*net.TCPAddr)(nil)}, ""},
		{conn{addr: &net.TCPAddr{Port: 80}}, ""},
		{conn{}, ""},
		{half{}, ""},
		{pipe, ""},
		{io.NopCloser(nil), ""},
		{nil, ""},
	} {
		got := ""
		for i, a := range peer(c.conn) {
			got += []string{"", " "}[i] + a.Value.String()
		}
		if got != c.want {
			t.Errorf("%v: %q, want %q", c.conn, got, c.want)
		}
	}
}

func BenchmarkCall(b *testing.B) {
	client, call, req, reply := new(rpc.Client), &rpc.Call{ServiceMethod: "A.B"}, &rpc.Request{ServiceMethod: "A.B"}, new(int)
	run := func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Send(client, call)
			Done(call)
			end := Serve(req, nil)
			if done := Reply(req, reply, nil, ""); done != nil {
				done()
			}
			if end != nil {
				end(hook.Returned)
			}
		}
	}
	b.Run("none", run)
	tp := otel.GetTracerProvider()
	defer otel.SetTracerProvider(tp)
	otel.SetTracerProvider(sdktrace.NewTracerProvider())
	b.Run("traced", run)
}
