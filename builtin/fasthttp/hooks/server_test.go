package hooks

import (
	"bufio"
	"context"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/httpspan"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// A request's span says what the conventions want of it, and is in its client's trace.
func TestServerSpan(t *testing.T) {
	spans, reader := traced(t), measured(t)
	w := serve(t, func(ctx *fasthttp.RequestCtx) { ctx.SetStatusCode(201); ctx.SetBodyString("tea") })
	req := request("POST", "/orders/%33?sig=secret&n=1", "Traceparent", parent, "User-Agent", "test", "X-Forwarded-For", "192.0.2.1, 192.0.2.2")
	req.SetBodyString("two")
	w.plain(t, req)
	s := spans.Ended()[0]
	if s.Name() != "POST" || s.SpanKind() != trace.SpanKindServer || s.Status().Code != codes.Unset {
		t.Errorf("the span is %s %v %v", s.Name(), s.SpanKind(), s.Status())
	}
	if s.Parent().TraceID().String() != parentTrace || s.Parent().SpanID().String() != parentSpan {
		t.Errorf("its parent is %v", s.Parent())
	}
	peer := said(s)["network.peer.address"]
	compare(t, s, map[string]string{
		"http.request.method": "POST", "url.scheme": "http", "network.protocol.version": "1.1",
		"url.path": "/orders/3", "url.query": "sig=REDACTED&n=1", "server.address": "shop.example", "server.port": "8080",
		"network.peer.address": peer, "client.address": "192.0.2.1", "user_agent.original": "test",
		"http.response.status_code": "201", "http.response.body.size": "3",
	})
	sums, attrs := points(t, reader)
	for name, want := range map[string]float64{
		"http.server.request.duration": 1, "http.server.active_requests": 0,
		"http.server.request.body.size": 3, "http.server.response.body.size": 3,
	} {
		if got, ok := sums[name]; !ok || got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if set := attrs["http.server.request.duration"]; set.Encoded(encoder{}) != "http.request.method=POST http.response.status_code=201 network.protocol.version=1.1 url.scheme=http" {
		t.Errorf("measured with %s", set.Encoded(encoder{}))
	}
}

// A status, a method and a target of each kind.
func TestServerKinds(t *testing.T) {
	spans := traced(t)
	w := serve(t, func(ctx *fasthttp.RequestCtx) {
		switch string(ctx.Path()) {
		case "/broken":
			ctx.Error("no disk", 503)
		case "/gone":
			ctx.NotFound()
		case "/none":
			ctx.SetStatusCode(204)
		case "/any":
			ctx.Response.Header.SetContentType("x\xff")
		}
	})
	for _, c := range []struct {
		method, path string
		header       []string
		name         string
		code         codes.Code
		want         map[string]string
	}{
		{"GET", "/broken", nil, "GET", codes.Error, map[string]string{"http.response.status_code": "503", "error.type": "503"}},
		{"GET", "/gone", nil, "GET", codes.Unset, map[string]string{"http.response.status_code": "404", "error.type": ""}},
		{"HEAD", "/gone", nil, "HEAD", codes.Unset, map[string]string{"http.response.body.size": ""}},
		{"GET", "/none", nil, "GET", codes.Unset, map[string]string{"http.response.body.size": ""}},
		{"BREW", "/", nil, "HTTP", codes.Unset, map[string]string{"http.request.method": "_OTHER", "http.request.method_original": "BREW"}},
		{"GET", "/any", []string{"User-Agent", "a\xffb"}, "GET", codes.Unset, map[string]string{"user_agent.original": "a\uFFFDb"}},
	} {
		before := len(spans.Ended())
		w.plain(t, request(c.method, c.path, c.header...))
		s := spans.Ended()[before]
		if s.Name() != c.name || s.Status().Code != c.code {
			t.Errorf("%s %s: %s %v", c.method, c.path, s.Name(), s.Status())
		}
		got := said(s)
		for k, v := range c.want {
			if got[k] != v {
				t.Errorf("%s %s: %s is %q, want %q", c.method, c.path, k, got[k], v)
			}
		}
	}
}

// A RequestCtx has the span and the baggage, and a context made of it; of other keys it has
// what it had.
func TestValue(t *testing.T) {
	spans := traced(t)
	w := serve(t, func(ctx *fasthttp.RequestCtx) {
		ctx.SetUserValue("a", 1)
		c := valued{ctx}
		if !trace.SpanContextFromContext(c).IsValid() || baggage.FromContext(c).Member("who").Value() != "bob" || httpspan.Of(c) == nil {
			t.Error("the context has not got the span, or the baggage, or the exchange")
		}
		made, cancel := context.WithTimeout(c, time.Minute)
		defer cancel()
		if !trace.SpanContextFromContext(made).Equal(trace.SpanContextFromContext(c)) {
			t.Error("a context made of it has not got the span")
		}
		if c.Value("a") != 1 || c.Value("b") != nil || c.Value(nil) != nil {
			t.Error("its own values are others")
		}
	})
	w.plain(t, request("GET", "/", "Traceparent", parent, "Baggage", "who=bob"))
	if len(spans.Ended()) != 1 {
		t.Errorf("%d spans", len(spans.Ended()))
	}
	if Value(nil, "a") != nil || Value(&fasthttp.RequestCtx{}, "a") != nil {
		t.Error("a RequestCtx that nobody serves has an exchange")
	}
}

// valued is a RequestCtx as it is woven.
type valued struct{ *fasthttp.RequestCtx }

func (v valued) Value(key any) any {
	value := v.RequestCtx.Value(key)
	if end := Value(v.RequestCtx, key); end != nil {
		return end(value)
	}
	return value
}

// What is kept with a request is gone when it is over, though it is used again.
func TestReuse(t *testing.T) {
	spans := traced(t)
	w := serve(t, func(ctx *fasthttp.RequestCtx) {
		before, _ := requests.Load(&ctx.Request).(*arrival)
		if before == nil || before.over.Load() {
			t.Error("the request has not got an exchange of its own")
		}
	})
	for range 3 {
		w.plain(t, request("GET", "/"))
	}
	seen := map[trace.TraceID]bool{}
	for _, s := range spans.Ended() {
		seen[s.SpanContext().TraceID()] = true
	}
	if len(seen) != 3 {
		t.Errorf("three requests have %d traces", len(seen))
	}
}

// A handler that is called by the handler of another server is part of its request.
func TestNested(t *testing.T) {
	spans := traced(t)
	inner := handler(nil, func(ctx *fasthttp.RequestCtx) { ctx.SetStatusCode(202) })
	w := serve(t, func(ctx *fasthttp.RequestCtx) { inner(ctx) })
	w.plain(t, request("GET", "/"))
	if n := len(spans.Ended()); n != 1 {
		t.Errorf("%d spans", n)
	}
}

// A handler that runs longer than its server waits has its span as long as it runs, which
// has ended by then with what was sent instead.
func TestTimeout(t *testing.T) {
	spans := traced(t)
	late, done := make(chan bool), make(chan bool)
	w := serve(t, fasthttp.TimeoutHandler(func(ctx *fasthttp.RequestCtx) {
		<-late
		ctx.SetStatusCode(200)
		if !trace.SpanContextFromContext(valued{ctx}).IsValid() {
			t.Error("the span is gone while the handler runs")
		}
		close(done)
	}, time.Millisecond, "too late"))
	resp := w.plain(t, request("GET", "/"))
	close(late)
	<-done
	s := spans.Ended()[0]
	if got := said(s); resp.StatusCode() != 408 || got["http.response.status_code"] != "408" || got["http.response.body.size"] != "8" {
		t.Errorf("sent %d, told %v", resp.StatusCode(), got)
	}
}

// The span of a stream ends when it is sent, with its size if that is known.
func TestStream(t *testing.T) {
	spans := traced(t)
	w := serve(t, func(ctx *fasthttp.RequestCtx) {
		if string(ctx.Path()) == "/known" {
			ctx.SetBodyStream(strings.NewReader("known"), 5)
			return
		}
		x := httpspan.Of(valued{ctx})
		ctx.SetBodyStreamWriter(func(w *bufio.Writer) {
			if !x.Recording() {
				t.Error("the span has ended before the stream")
			}
			_, _ = io.WriteString(w, "stream")
		})
	})
	for path, size := range map[string]string{"/known": "5", "/unknown": ""} {
		before := len(spans.Ended())
		if body := string(w.plain(t, request("GET", path)).Body()); body == "" {
			t.Error("there is no body")
		}
		if got := said(spans.Ended()[before])["http.response.body.size"]; got != size {
			t.Errorf("%s has %q bytes", path, got)
		}
	}
	// One that is never written ends with its RequestCtx, and one of another server's at once.
	ctx := &fasthttp.RequestCtx{}
	ctx.Init(request("GET", "/"), nil, nil)
	before := len(spans.Ended())
	stream := func(ctx *fasthttp.RequestCtx) { ctx.SetBodyStream(strings.NewReader("x"), 1) }
	handler(*ownServer.Of(ctx), stream)(ctx)
	if len(spans.Ended()) != before {
		t.Error("the span does not wait")
	}
	Released(ctx)
	Released(ctx)
	if len(spans.Ended()) != before+1 {
		t.Error("the span does not end")
	}
	handler(&fasthttp.Server{}, stream)(ctx)
	if len(spans.Ended()) != before+2 {
		t.Error("the span waits for a server that says nothing")
	}
}

// A handler that does not return has sent nothing, and its panic goes on as it is.
func TestNoReturn(t *testing.T) {
	spans := traced(t)
	ctx := &fasthttp.RequestCtx{}
	ctx.Init(request("GET", "/"), nil, nil)
	boom := &struct{ n int }{1}
	for how, leave := range map[hook.Exit]func(){hook.Panicked: func() { panic(boom) }, hook.Goexit: runtime.Goexit} {
		before, ended := len(spans.Ended()), make(chan any)
		go func() {
			defer func() { ended <- recover() }()
			handler(nil, func(*fasthttp.RequestCtx) { leave() })(ctx)
		}()
		if value := <-ended; how == hook.Panicked && value != boom {
			t.Errorf("the panic is %v", value)
		}
		s := spans.Ended()[before]
		if s.Status().Description != "the handler did not return: "+how.String() || said(s)["http.response.status_code"] != "" {
			t.Errorf("%v: %v %v", how, s.Status(), said(s))
		}
	}
}

// A connection that the handler takes over was answered, or not.
func TestHijack(t *testing.T) {
	spans := traced(t)
	ctx := &fasthttp.RequestCtx{}
	ctx.Init(request("GET", "/"), nil, nil)
	for want, silent := range map[string]bool{"101": false, "": true} {
		before := len(spans.Ended())
		handler(nil, func(ctx *fasthttp.RequestCtx) {
			ctx.SetStatusCode(101)
			ctx.HijackSetNoResponse(silent)
			ctx.Hijack(func(net.Conn) {})
		})(ctx)
		if got := said(spans.Ended()[before])["http.response.status_code"]; got != want {
			t.Errorf("the status is %q, want %q", got, want)
		}
	}
}

// Without a provider a handler runs as it is, at no cost of memory, and nothing is kept.
func TestServerPlain(t *testing.T) {
	h := handler(nil, func(ctx *fasthttp.RequestCtx) {
		if end := Value(ctx, "a"); end != nil {
			t.Error("there is an exchange")
		}
	})
	ctx := &fasthttp.RequestCtx{}
	ctx.Init(request("GET", "/"), nil, nil)
	if n := testing.AllocsPerRun(100, func() {
		h(ctx)
		Released(ctx)
		if Written(ctx) != nil {
			t.Error("a stream")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// A server's handler is changed once, and where there is none there stays none.
func TestServe(t *testing.T) {
	s := &fasthttp.Server{}
	Serve(s)
	Serve(nil)
	if s.Handler != nil {
		t.Error("a server without a handler has one")
	}
	s.Handler = func(*fasthttp.RequestCtx) {}
	Serve(s)
	if n := testing.AllocsPerRun(100, func() { Serve(s) }); n != 0 {
		t.Errorf("a handler is changed again: %v allocations", n)
	}
}

// What is telemetry's own is not told of by clients.
func TestUntraced(t *testing.T) {
	spans := traced(t)
	req := request("GET", "/")
	requests.Store(req, &httpspan.Origin{Context: telemetry.Untraced(context.Background())})
	if Do(req) != nil || len(spans.Started()) != 0 {
		t.Error("it is")
	}
}
