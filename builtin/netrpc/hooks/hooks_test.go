package hooks

// The hooks called where woven net/rpc code calls them, against peers as they are without
// weaver. Whole clients and servers are in the aspect's own tests.

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
	"strings"
	"sync"
	"testing"
	"time"
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

// The system is that of the codec, and net/rpc where that is none of the standard library's.
func TestSystem(t *testing.T) {
	a, b := net.Pipe()
	for _, c := range []struct {
		codec any
		want  string
	}{
		{jsonrpc.NewClientCodec(a), "jsonrpc"}, {jsonrpc.NewServerCodec(b), "jsonrpc"}, {nil, "net/rpc"}, {1, "net/rpc"},
	} {
		if got := system(c.codec); got != c.want {
			t.Errorf("%T: %s", c.codec, got)
		}
	}
}

// The address of the server is in a client's span and duration, which is in seconds.
func TestServerAddress(t *testing.T) {
	spans, reader := record(t)
	op := begin(t.Context(), trace.SpanKindClient, nil, "A.B", peer(conn{addr: &net.TCPAddr{IP: net.IPv6loopback, Port: 80}})...)
	time.Sleep(5 * time.Millisecond)
	op.end("", "")
	var got metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	set := attribute.NewSet(spans.Ended()[0].Attributes()...)
	if p := got.ScopeMetrics[0].Metrics[0].Data.(metricdata.Histogram[float64]).DataPoints[0]; !p.Attributes.Equals(&set) ||
		!set.HasValue("server.address") || !set.HasValue("server.port") || p.Sum < 0.005 || p.Sum > time.Since(op.begin).Seconds() {
		t.Errorf("%v and %v, %v s", p.Attributes.ToSlice(), set.ToSlice(), p.Sum)
	}
	if spans.Ended()[0].InstrumentationScope().SchemaURL != semconv.SchemaURL || got.ScopeMetrics[0].Scope.SchemaURL != semconv.SchemaURL {
		t.Error("the conventions are not said")
	}
}

// Without a provider nothing is recorded, kept or allocated.
func TestPlain(t *testing.T) {
	if records() {
		t.Skip("a test before this one has set a provider")
	}
	client, call, req := new(rpc.Client), new(rpc.Call), new(rpc.Request)
	adopted(t, client, req, call)
	old := insideJSON
	t.Cleanup(func() { insideJSON = old })
	adoptJSON(nil, nil, func(any, *json.Decoder) *json.Decoder { t.Error("the codec is touched"); return nil })
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

// silent is an error as one sees it behind an interface: its methods do not survive nil.
type silent struct{ text string }

func (s *silent) Error() string     { return s.text }
func (s *silent) ErrorType() string { return s.text }

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
		{(*silent)(nil), "*hooks.silent"},
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
	if served.some.Load() != 0 || calls.some.Load() != 0 || len(spans.Ended()) != 10 || len(spans.Started()) != 10 {
		t.Errorf("%d spans of %d", len(spans.Ended()), len(spans.Started()))
	}

	for _, kept := range []*sync.Map{&served.by, &calls.by} {
		kept.Range(func(k, _ any) bool { t.Errorf("%T is kept", k); return true })
	}

	var got metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]uint64{"rpc.client.call.duration": 6, "rpc.server.call.duration": 4}
	for _, m := range got.ScopeMetrics[0].Metrics {
		h, ok := m.Data.(metricdata.Histogram[float64])
		if !ok || m.Unit != "s" {
			t.Fatalf("%s: %T in %s", m.Name, m.Data, m.Unit)
		}
		if len(h.DataPoints) != int(want[m.Name]) { // each of which ended differently
			t.Errorf("%s: %d points", m.Name, len(h.DataPoints))
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
