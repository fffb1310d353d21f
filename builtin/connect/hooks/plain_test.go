package hooks

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// own is an interceptor as otelconnect's, whose methods woven code returns as the hooks do. It
// tells of what it does not filter out.
type own struct{ filter bool }

// WrapUnary implements [connect.Interceptor].
func (o own) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return OwnUnary()(func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		ctx, end := o.begin(ctx, req.Spec(), req.Header())
		defer end()
		return next(ctx, req)
	})
}

// WrapStreamingClient implements [connect.Interceptor].
func (o own) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return OwnClient()(func(ctx context.Context, spec connect.Spec) connect.StreamingClientConn {
		ctx, end := o.begin(ctx, spec, http.Header{})
		defer end()
		return next(ctx, spec)
	})
}

// WrapStreamingHandler implements [connect.Interceptor].
func (o own) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return OwnHandler()(func(ctx context.Context, conn connect.StreamingHandlerConn) error {
		ctx, end := o.begin(ctx, conn.Spec(), conn.RequestHeader())
		defer end()
		return next(ctx, conn)
	})
}

func (o own) begin(ctx context.Context, spec connect.Spec, header http.Header) (context.Context, func()) {
	kind := trace.SpanKindServer
	if spec.IsClient {
		kind = trace.SpanKindClient
	}
	if trace.SpanContextFromContext(ctx).IsValid() && kind == trace.SpanKindServer {
		panic("there is a span")
	}
	if o.filter {
		return ctx, func() {}
	}
	ctx, span := otel.Tracer("own").Start(ctx, "own", trace.WithSpanKind(kind))
	if spec.IsClient {
		header.Set("Traceparent", "own")
	}
	return ctx, func() { span.End() }
}

// What the program's own instrumentation tells of is told of by nothing else, also where it
// filters it out.
func TestOwn(t *testing.T) {
	for _, filter := range []bool{false, true} {
		r := newRecord(t, true)
		options := connect.WithInterceptors(own{filter})
		p := newPair(t, (&echo{options: []connect.HandlerOption{options}}).mux(), options)
		if err := p.unary(t.Context()); err != nil {
			t.Fatal(err)
		}
		s := p.client(clientPath).CallClientStream(t.Context())
		if _, err := s.CloseAndReceive(); err != nil {
			t.Fatal(err)
		}
		<-p.served
		for _, span := range r.Ended() {
			if scope := span.InstrumentationScope().Name; scope != "own" {
				t.Errorf("filter %t: %s has told of %s", filter, scope, span.Name())
			}
		}
		for _, name := range []string{"rpc.client.call.duration", "rpc.server.call.duration", "http.client.request.duration", "http.server.request.duration"} {
			if _, n := r.points(t, name); n != 0 {
				t.Errorf("filter %t: %d %s", filter, n, name)
			}
		}
	}
}

// With a meter provider alone there are durations, of calls and not of their requests, and
// nothing is sent.
func TestMetricsAlone(t *testing.T) {
	r := newRecord(t, false)
	p := newPair(t, (&echo{}).mux())
	if err := p.unary(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]uint64{
		"rpc.client.call.duration": 1, "rpc.server.call.duration": 1,
		"http.client.request.duration": 0, "http.server.request.duration": 0,
	} {
		if _, n := r.points(t, name); n != want {
			t.Errorf("%d %s", n, name)
		}
	}
	if p.sent.Get("Traceparent") != "" || len(r.Started()) != 0 {
		t.Error("there are traces")
	}
}

// conn is a handler's connection without a peer.
type conn struct{ connect.StreamingHandlerConn }

// Spec implements [connect.StreamingHandlerConn].
func (conn) Spec() connect.Spec { return connect.Spec{Procedure: unaryPath} }

// Without a provider nothing is looked at and nothing allocated, and the program's own values
// arrive.
func TestPlain(t *testing.T) {
	ctx := t.Context()
	handler := serving(func(got context.Context, _ connect.StreamingHandlerConn) error {
		if got != ctx {
			t.Error("another context")
		}
		return nil
	})
	seen := captured(connect.NewClient[text, text](http.DefaultClient, "http://here"+unaryPath))
	u, header := &url.URL{Host: "here"}, http.Header{}
	var in connect.StreamingHandlerConn = conn{}
	if n := testing.AllocsPerRun(100, func() {
		_ = handler(ctx, in)
		if got, end := Call(ctx, seen); got != ctx || end != nil {
			t.Error("the call is told of")
		}
		if got, end := Stream(ctx, seen); got != ctx || end != nil {
			t.Error("the stream is told of")
		}
		if got, h := Send(ctx, u, header); got != ctx || len(h) != 0 {
			t.Error("another context or header")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	p := newPair(t, (&echo{}).mux())
	if err := p.unary(ctx); err != nil || p.sent.Get("Traceparent") != "" {
		t.Error(err, p.sent)
	}
}

// The switch leaves handlers and calls alone.
func TestOff(t *testing.T) {
	defer func(was bool) { on = was }(on)
	on = false
	if Handler() != nil {
		t.Error("a handler is woven")
	}
	r := newRecord(t, true)
	p := newPair(t, (&echo{}).mux())
	if err := p.unary(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c, s := r.one(t, trace.SpanKindClient), r.one(t, trace.SpanKindServer); c.Name() != "POST" || s.Name() != "POST "+unaryPath {
		t.Errorf("%s, %s", c.Name(), s.Name())
	}
}

// What telemetry sends itself is not told of, nor by the call that it is sent within.
func TestExports(t *testing.T) {
	r := newRecord(t, true)
	var p *pair
	inner := connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			other := &pair{Server: p.Server, http: p.http}
			_, err := other.client(unaryPath).CallUnary(telemetry.Untraced(ctx), connect.NewRequest(&text{}))
			<-p.served
			if err != nil || p.sent.Get("Traceparent") != "" {
				t.Errorf("%v, sent %v", err, p.sent)
			}
			return next(ctx, req)
		}
	})
	p = newPair(t, (&echo{}).mux(), connect.WithInterceptors(inner))
	if err := p.unary(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.one(t, trace.SpanKindClient)
	if _, n := r.points(t, "rpc.client.call.duration"); n != 1 {
		t.Errorf("%d durations", n)
	}
	if told(t.Context(), "/opentelemetry.proto.collector.trace.v1.TraceService/Export") {
		t.Error("an export is told of")
	}
}

// A client that could not be made, or a call that does not return, is not one that went well.
func TestFails(t *testing.T) {
	r := newRecord(t, true)
	broken := connect.NewClient[text, text](http.DefaultClient, "no URL")
	if _, end := Call(t.Context(), captured(broken)); end != nil {
		t.Error("a client without a URL is told of")
	}
	var none context.Context // which nobody looks at there
	if got, end := Call(none, captured(broken)); got != nil || end != nil {
		t.Error("a call without a context is told of")
	}
	c := captured(connect.NewClient[text, text](http.DefaultClient, "http://here"+unaryPath))
	_, end := Call(t.Context(), c)
	end(hook.Panicked, nil)
	_, stream := Stream(t.Context(), c)
	if stream(hook.Goexit, nil) != nil {
		t.Error("there is a connection")
	}
	for _, s := range r.Ended() {
		if got := values(s.Attributes()); got["error.type"] != "_OTHER" || got["rpc.response.status_code"] != "" {
			t.Errorf("%v", got)
		}
	}
	if len(r.Ended()) != 2 {
		t.Errorf("%d spans", len(r.Ended()))
	}
}

// Where a server is is in the URL, or follows from its scheme.
func TestServer(t *testing.T) {
	for in, want := range map[string]string{
		"http://example.com/a.B/C":        "map[server.address:example.com server.port:80]",
		"https://example.com/a.B/C":       "map[server.address:example.com server.port:443]",
		"https://[::1]:8443/a.B/C":        "map[server.address:::1 server.port:8443]",
		"https://[::1]/a.B/C":             "map[server.address:::1 server.port:443]",
		"unix://socket/a.B/C":             "map[server.address:socket]",
		"http://user:secret@here:1/a.B/C": "map[server.address:here server.port:1]",
	} {
		u, err := url.Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		attrs := values(server(u))
		var got strings.Builder
		got.WriteString("map[")
		for i, key := range []string{"server.address", "server.port"} {
			if v, ok := attrs[key]; ok {
				if i > 0 {
					got.WriteString(" ")
				}
				got.WriteString(key + ":" + v)
			}
		}
		if got.WriteString("]"); got.String() != want {
			t.Errorf("%s: %s, want %s", in, &got, want)
		}
	}
}
