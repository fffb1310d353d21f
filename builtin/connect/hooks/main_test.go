package hooks

// What the tests share: handlers and clients made as in woven code, on both ends of a
// connection, and what was recorded.

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"connectrpc.com/connect"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/types/known/wrapperspb"

	nethttp "github.com/goweaver/weaver/builtin/nethttp/hooks"
	"github.com/goweaver/weaver/instrument/hook"
)

type text = wrapperspb.StringValue

// An echo is a service that has a procedure of each kind, which answer with what they get.
type echo struct {
	do      func(context.Context) error // nil: there is no error
	options []connect.HandlerOption
}

func (e *echo) run(ctx context.Context) error {
	if e.do == nil {
		return nil
	}
	return e.do(ctx)
}

const (
	unaryPath  = "/test.v1.Echo/Unary"
	clientPath = "/test.v1.Echo/Client"
	serverPath = "/test.v1.Echo/Server"
	bidiPath   = "/test.v1.Echo/Bidi"
)

// mux has the handlers of the service, as woven ones are.
func (e *echo) mux() *http.ServeMux {
	woven := func(h *connect.Handler) *connect.Handler {
		if end := Handler(); end != nil {
			return end(h)
		}
		return h
	}
	mux := http.NewServeMux()
	mux.Handle(unaryPath, woven(connect.NewUnaryHandler(unaryPath, func(ctx context.Context, req *connect.Request[text]) (*connect.Response[text], error) {
		return connect.NewResponse(req.Msg), e.run(ctx)
	}, e.options...)))
	mux.Handle(clientPath, woven(connect.NewClientStreamHandler(clientPath, func(ctx context.Context, in *connect.ClientStream[text]) (*connect.Response[text], error) {
		for in.Receive() {
		}
		return connect.NewResponse(&text{}), e.run(ctx)
	}, e.options...)))
	mux.Handle(serverPath, woven(connect.NewServerStreamHandler(serverPath, func(ctx context.Context, req *connect.Request[text], out *connect.ServerStream[text]) error {
		if err := out.Send(req.Msg); err != nil {
			return err
		}
		return e.run(ctx)
	}, e.options...)))
	mux.Handle(bidiPath, woven(connect.NewBidiStreamHandler(bidiPath, func(ctx context.Context, both *connect.BidiStream[text, text]) error {
		for {
			msg, err := both.Receive()
			if errors.Is(err, io.EOF) {
				return e.run(ctx)
			} else if err != nil {
				return err
			}
			if err := both.Send(msg); err != nil {
				return err
			}
		}
	}, e.options...)))
	return mux
}

// A pair is a server and a client's way to it.
type pair struct {
	*httptest.Server
	http    *http.Client
	options []connect.ClientOption
	sent    http.Header // of the last request
	served  chan struct{}
}

// newPair serves h over HTTP/2, as woven net/http does, until the test ends.
func newPair(t testing.TB, h http.Handler, options ...connect.ClientOption) *pair {
	p := &pair{options: options, served: make(chan struct{}, 100)}
	p.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { p.served <- struct{}{} }()
		p.sent = r.Header.Clone()
		if end := nethttp.Serve(w, r); end != nil {
			defer func() { end(hook.Returned, hook.Panic{}) }()
		}
		h.ServeHTTP(w, r)
	}))
	p.EnableHTTP2 = true
	p.Config.ErrorLog = nil
	p.StartTLS()
	t.Cleanup(p.Close)
	p.http = p.Client()
	p.http.Transport = woven{p.http.Transport}
	return p
}

// woven is a transport that gets requests as woven code sends them: the hook Send runs where
// the request is made, and nethttp's on what is sent.
type woven struct{ http.RoundTripper }

// RoundTrip implements [http.RoundTripper].
func (w woven) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, header := Send(req.Context(), req.URL, req.Header)
	made := req.WithContext(ctx)
	made.Header = header
	sent, end := nethttp.RoundTrip(made)
	res, err := w.RoundTripper.RoundTrip(sent)
	if end != nil {
		end(res, err)
	}
	return res, err
}

// client returns a client for the procedure, as woven code has it.
func (p *pair) client(path string) *connect.Client[text, text] {
	w := &asWoven{}
	c := connect.NewClient[text, text](p.http, p.URL+path, append([]connect.ClientOption{connect.WithInterceptors(w)}, p.options...)...)
	w.captured = captured(c)
	return c
}

// captured is what the rules capture of a client.
func captured(c *connect.Client[text, text]) hook.Captured {
	return hook.Captured{Values: hook.MakeValues("c", c)}
}

// asWoven is the outermost interceptor of a client, which has the hooks do what they do around
// all interceptors in woven code.
type asWoven struct{ captured hook.Captured }

// WrapUnary implements [connect.Interceptor].
func (w *asWoven) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		ctx, end := Call(ctx, w.captured)
		res, err := next(ctx, req)
		if end != nil {
			end(hook.Returned, err)
		}
		return res, err
	}
}

// WrapStreamingClient implements [connect.Interceptor].
func (w *asWoven) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return func(ctx context.Context, spec connect.Spec) connect.StreamingClientConn {
		ctx, end := Stream(ctx, w.captured)
		conn := next(ctx, spec)
		if end != nil {
			conn = end(hook.Returned, conn)
		}
		return conn
	}
}

// WrapStreamingHandler implements [connect.Interceptor].
func (*asWoven) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return next
}

// unary makes one call, and waits for the server.
func (p *pair) unary(ctx context.Context) error {
	_, err := p.client(unaryPath).CallUnary(ctx, connect.NewRequest(&text{Value: "hello"}))
	<-p.served
	return err
}

// A record is what was told.
type record struct {
	*tracetest.SpanRecorder
	reader *sdkmetric.ManualReader
}

// newRecord makes the SDK the program's providers until the test ends; without traces if
// the spans are not wanted.
func newRecord(t testing.TB, spans bool) *record {
	r := &record{tracetest.NewSpanRecorder(), sdkmetric.NewManualReader()}
	tp, mp, propagator := otel.GetTracerProvider(), otel.GetMeterProvider(), otel.GetTextMapPropagator()
	if spans {
		otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r.SpanRecorder)))
	}
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(r.reader)))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	t.Cleanup(func() {
		otel.SetTracerProvider(tp)
		otel.SetMeterProvider(mp)
		otel.SetTextMapPropagator(propagator)
	})
	return r
}

// one returns the only ended span of that kind.
func (r *record) one(t *testing.T, kind trace.SpanKind) sdktrace.ReadOnlySpan {
	t.Helper()
	var found sdktrace.ReadOnlySpan
	for _, s := range r.Ended() {
		if s.SpanKind() != kind {
			continue
		}
		if found != nil {
			t.Errorf("two %s spans: %s and %s", kind, found.Name(), s.Name())
		}
		found = s
	}
	if found == nil {
		t.Fatalf("no %s span among %d", kind, len(r.Ended()))
	}
	return found
}

// points returns the attributes of the durations of that name, and of how many calls they are.
func (r *record) points(t *testing.T, name string) (all []attribute.Set, calls uint64) {
	t.Helper()
	var data metricdata.ResourceMetrics
	if err := r.reader.Collect(context.WithoutCancel(t.Context()), &data); err != nil {
		t.Fatal(err)
	}
	for _, scope := range data.ScopeMetrics {
		for _, m := range scope.Metrics {
			if h, ok := m.Data.(metricdata.Histogram[float64]); ok && m.Name == name {
				for _, p := range h.DataPoints {
					all = append(all, p.Attributes)
					calls += p.Count
				}
			}
		}
	}
	return all, calls
}

// values are attributes as text.
func values(attrs []attribute.KeyValue) map[string]string {
	m := map[string]string{}
	for _, kv := range attrs {
		m[string(kv.Key)] = kv.Value.String()
	}
	return m
}
