package hooks

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/twitchtv/twirp"
	"github.com/twitchtv/twirp/example"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	nethttp "github.com/goweaver/weaver/builtin/nethttp/hooks"
	"github.com/goweaver/weaver/instrument/hook"
)

const method = "twitch.twirp.example.Haberdasher/MakeHat"

// hats makes a hat, or an error.
type hats struct{ do func(context.Context) error }

// MakeHat implements [example.Haberdasher].
func (h hats) MakeHat(ctx context.Context, _ *example.Size) (*example.Hat, error) {
	if h.do == nil {
		return &example.Hat{Name: "bowler"}, nil
	}
	return &example.Hat{}, h.do(ctx)
}

// newServer returns a server as woven generated code makes it: the hook runs where it reads
// its last option.
func newServer(h hats, opts ...any) http.Handler {
	return example.NewHaberdasherServer(h, append(opts, twirp.ServerOption(func(o *twirp.ServerOptions) {
		var prefix string
		end := Server(o, last, &prefix)
		if set := o.ReadOpt(last, &prefix); end != nil {
			end(set)
		}
	}))...)
}

// A pair is a server, as woven net/http has it, and a client of it.
type pair struct {
	*httptest.Server
	sent   http.Header // of the last request
	served chan struct{}
}

func newPair(t testing.TB, h http.Handler) *pair {
	p := &pair{served: make(chan struct{}, 10)}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { p.served <- struct{}{} }()
		p.sent = r.Header.Clone()
		if end := nethttp.Serve(w, r); end != nil {
			defer func() { end(hook.Returned, hook.Panic{}) }()
		}
		h.ServeHTTP(w, r)
	}))
	p.Config.ErrorLog = nil
	t.Cleanup(p.Close)
	return p
}

// woven sends requests as woven net/http does.
type woven struct{ http.RoundTripper }

// RoundTrip implements [http.RoundTripper].
func (w woven) RoundTrip(req *http.Request) (*http.Response, error) {
	sent, end := nethttp.RoundTrip(req)
	res, err := w.RoundTripper.RoundTrip(sent)
	if end != nil {
		end(res, err)
	}
	return res, err
}

// call makes one call as woven generated code does.
func (p *pair) call(ctx context.Context, opts ...twirp.ClientOption) error {
	opts = append(opts, func(o *twirp.ClientOptions) { Client(o, last) })
	c := example.NewHaberdasherProtobufClient(p.URL, &http.Client{Transport: woven{http.DefaultTransport}}, opts...)
	_, err := c.MakeHat(ctx, &example.Size{Inches: 3})
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
	var found []sdktrace.ReadOnlySpan
	for _, s := range r.Ended() {
		if s.SpanKind() == kind {
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d spans of a %s", len(found), kind)
	}
	return found[0]
}

// points returns the attributes of the durations of that name.
func (r *record) points(t *testing.T, name string) (all []map[string]string) {
	t.Helper()
	var data metricdata.ResourceMetrics
	if err := r.reader.Collect(context.WithoutCancel(t.Context()), &data); err != nil {
		t.Fatal(err)
	}
	for _, scope := range data.ScopeMetrics {
		for _, m := range scope.Metrics {
			if h, ok := m.Data.(metricdata.Histogram[float64]); ok && m.Name == name {
				for _, p := range h.DataPoints {
					all = append(all, values(p.Attributes.ToSlice()))
				}
			}
		}
	}
	return all
}

func values(attrs []attribute.KeyValue) map[string]string {
	m := map[string]string{}
	for _, kv := range attrs {
		m[string(kv.Key)] = kv.Value.String()
	}
	return m
}

// An RPC has a client span, below it the span of the server's request, which says which RPC
// it is, and a duration on both sides.
func TestRPC(t *testing.T) {
	for prefix, opts := range map[string][2][]any{
		"/twirp": {},
		"/my":    {{twirp.WithServerPathPrefix("/my")}, {twirp.WithClientPathPrefix("/my")}},
	} {
		r := newRecord(t, true)
		var client []twirp.ClientOption
		for _, o := range opts[1] {
			client = append(client, o.(twirp.ClientOption))
		}
		p := newPair(t, newServer(hats{}, opts[0]...))
		if err := p.call(t.Context(), client...); err != nil {
			t.Fatal(err)
		}
		c, s := r.one(t, trace.SpanKindClient), r.one(t, trace.SpanKindServer)
		if c.Name() != method || s.Name() != "POST "+prefix+"/"+method || s.Parent().SpanID() != c.SpanContext().SpanID() {
			t.Errorf("%s, %s below %v", c.Name(), s.Name(), s.Parent())
		}
		got := values(c.Attributes())
		if got["rpc.system.name"] != "twirp" || got["rpc.method"] != method || got["server.address"] != "127.0.0.1" || got["server.port"] == "" || len(got) != 4 {
			t.Errorf("%v", got)
		}
		if points := r.points(t, "rpc.client.call.duration"); len(points) != 1 || points[0]["rpc.method"] != method || points[0]["server.port"] == "" {
			t.Errorf("%v", points)
		}
		got = values(s.Attributes())
		if got["rpc.system.name"] != "twirp" || got["rpc.method"] != method || got["http.route"] != prefix+"/"+method {
			t.Errorf("%v", got)
		}
		if points := r.points(t, "rpc.server.call.duration"); len(points) != 1 || points[0]["rpc.method"] != method || len(points[0]) != 2 {
			t.Errorf("%v", points)
		}
		if n, m := len(r.points(t, "http.client.request.duration")), len(r.points(t, "http.server.request.duration")); n != 0 || m != 1 {
			t.Errorf("%d and %d durations of requests", n, m)
		}
	}
}

// The code of an error is told on both sides; the server is to blame if its status says so.
func TestErrors(t *testing.T) {
	for _, c := range []struct {
		err    error
		code   string
		failed bool
	}{
		{twirp.NotFoundError("no hat \xff"), "not_found", false},
		{twirp.InternalError("oh"), "internal", true},
		{twirp.NewError(twirp.Unavailable, "later"), "unavailable", true},
		{errors.New("plain"), "internal", true},
	} {
		r := newRecord(t, true)
		p := newPair(t, newServer(hats{func(context.Context) error { return c.err }}))
		if err := p.call(t.Context()); err == nil {
			t.Error("there is no error")
		}
		client, server := r.one(t, trace.SpanKindClient), r.one(t, trace.SpanKindServer)
		got := values(client.Attributes())
		if got["rpc.response.status_code"] != c.code || got["error.type"] != c.code || client.Status().Code != codes.Error || strings.Contains(client.Status().Description, "\xff") {
			t.Errorf("%v: client: %v, %v", c.err, got, client.Status())
		}
		got = values(server.Attributes())
		if got["rpc.response.status_code"] != c.code || (server.Status().Code == codes.Error) != c.failed || (len(server.Events()) == 1) != c.failed {
			t.Errorf("%v: server: %v, %v, %d events", c.err, got, server.Status(), len(server.Events()))
		}
		point := r.points(t, "rpc.server.call.duration")[0]
		if point["rpc.response.status_code"] != c.code || (point["error.type"] == c.code) != c.failed {
			t.Errorf("%v: %v", c.err, point)
		}
	}
}

// odd is an error whose methods are not to be relied on.
type odd struct{ inner }

type inner = twirp.Error

func (odd) Code() twirp.ErrorCode { return "made\xffup" }

func TestOddErrors(t *testing.T) {
	if code, failed := codeOf(odd{}); code.Value.AsString() != "unknown" || !failed {
		t.Error(code, failed)
	}
	if code, failed := codeOf((*struct{ inner })(nil)); code.Value.AsString() != "internal" || !failed {
		t.Error(code, failed)
	}
}

// What the program's own hooks do is as ever: their order, their contexts, their refusals,
// and what they are given.
func TestHooks(t *testing.T) {
	type key struct{}
	var seen []string
	server := &twirp.ServerHooks{
		RequestReceived: func(ctx context.Context) (context.Context, error) {
			seen = append(seen, "received")
			return context.WithValue(ctx, key{}, "mine"), nil
		},
		ResponseSent: func(ctx context.Context) {
			if ctx.Value(key{}) == "mine" {
				seen = append(seen, "sent")
			}
		},
		Error: func(ctx context.Context, _ twirp.Error) context.Context {
			seen = append(seen, "failed")
			return ctx
		},
	}
	client := &twirp.ClientHooks{
		RequestPrepared: func(ctx context.Context, req *http.Request) (context.Context, error) {
			if req.Header.Get("Traceparent") != "" {
				t.Error("the header is there before")
			}
			seen = append(seen, "prepared")
			return ctx, nil
		},
		ResponseReceived: func(ctx context.Context) {
			if trace.SpanFromContext(ctx).IsRecording() {
				seen = append(seen, "answered")
			}
		},
	}
	newRecord(t, true)
	p := newPair(t, newServer(hats{}, twirp.WithServerHooks(server)))
	if err := p.call(t.Context(), twirp.WithClientHooks(client)); err != nil {
		t.Error(err)
	}
	if got := strings.Join(seen, " "); got != "prepared received sent answered" {
		t.Error(got)
	}

	// A refusal before the method is known is a request's, and that of a client is nothing.
	r, no := newRecord(t, true), twirp.NewError(twirp.Unauthenticated, "who")
	server.RequestReceived = func(ctx context.Context) (context.Context, error) { return ctx, no }
	if err := p.call(t.Context()); err == nil {
		t.Error("there is no error")
	}
	if s := r.one(t, trace.SpanKindServer); s.Name() != "POST" || len(r.points(t, "rpc.server.call.duration")) != 0 {
		t.Errorf("%s", s.Name())
	}
	client.RequestPrepared = func(context.Context, *http.Request) (context.Context, error) { return nil, no }
	p.served <- struct{}{}
	if err := p.call(t.Context(), twirp.WithClientHooks(client)); !errors.Is(err, no) || len(r.Ended()) != 2 {
		t.Error(err, len(r.Ended()))
	}
}

// A client span of the program's own, which its hook sends, is the only one.
func TestOwn(t *testing.T) {
	r := newRecord(t, true)
	p := newPair(t, newServer(hats{}))
	var own trace.Span
	err := p.call(t.Context(), twirp.WithClientHooks(&twirp.ClientHooks{
		RequestPrepared: func(ctx context.Context, req *http.Request) (context.Context, error) {
			ctx, own = otel.Tracer("own").Start(ctx, "own", trace.WithSpanKind(trace.SpanKindClient))
			otel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(req.Header))
			return ctx, nil
		},
		ResponseReceived: func(context.Context) { own.End() },
	}))
	if s := r.one(t, trace.SpanKindClient); err != nil || s.Name() != "own" || len(r.points(t, "rpc.client.call.duration")) != 0 {
		t.Error(err, s.Name())
	}
}

// A panic goes on, and is an RPC that failed.
func TestPanic(t *testing.T) {
	r := newRecord(t, true)
	h := newServer(hats{func(context.Context) error { panic("oh") }})
	var value any
	p := newPair(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		defer func() { value = recover() }()
		h.ServeHTTP(w, req)
	}))
	if err := p.call(t.Context()); err == nil || value != "oh" {
		t.Error(err, value)
	}
	if points := r.points(t, "rpc.server.call.duration"); len(points) != 1 || points[0]["error.type"] != "internal" {
		t.Errorf("%v", points)
	}
}

// With a meter provider alone there are durations, and nothing is sent.
func TestMetricsAlone(t *testing.T) {
	r := newRecord(t, false)
	p := newPair(t, newServer(hats{}))
	if err := p.call(t.Context()); err != nil || p.sent.Get("Traceparent") != "" {
		t.Error(err, p.sent)
	}
	if n, m := len(r.points(t, "rpc.client.call.duration")), len(r.points(t, "rpc.server.call.duration")); n != 1 || m != 1 {
		t.Errorf("%d and %d", n, m)
	}
}

// Without a provider nothing is looked at and nothing allocated; where the switch is off
// there are no hooks, nor where another option is read.
func TestPlain(t *testing.T) {
	server, client := &twirp.ServerOptions{}, &twirp.ClientOptions{}
	Server(server, last, nil)(false)
	Client(client, last)
	ctx, req := t.Context(), httptest.NewRequest("POST", "/", nil)
	if n := testing.AllocsPerRun(100, func() {
		got, _ := server.Hooks.RequestReceived(ctx)
		got, _ = server.Hooks.RequestRouted(got)
		got = server.Hooks.Error(got, nil)
		server.Hooks.ResponseSent(got)
		got, _ = client.Hooks.RequestPrepared(got, req)
		client.Hooks.ResponseReceived(got)
		if got != ctx {
			t.Error("another context")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	p := newPair(t, newServer(hats{}))
	if err := p.call(ctx); err != nil || p.sent.Get("Traceparent") != "" {
		t.Error(err, p.sent)
	}

	client = &twirp.ClientOptions{}
	if Client(client, "literalURLs"); Server(server, "jsonCamelCase", nil) != nil || client.Hooks != nil {
		t.Error("another option")
	}
	on = false
	defer func() { on = true }()
	if Client(client, last); Server(server, last, nil) != nil || client.Hooks != nil {
		t.Error("something is woven")
	}
}
