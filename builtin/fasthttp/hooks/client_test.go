package hooks

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/httpspan"
	"github.com/goweaver/weaver/instrument/hook"
)

// A request that is sent has a span, which its server's is below, and is given back as it was.
func TestClientSpan(t *testing.T) {
	spans, reader := traced(t), measured(t)
	w := serve(t, func(ctx *fasthttp.RequestCtx) { ctx.SetBodyString("tea") })
	req, resp := request("POST", "/orders?sig=secret#part", "X-Own", "1"), &fasthttp.Response{}
	req.SetBodyString("two")
	if err := do(&w.client, req, resp); err != nil {
		t.Fatal(err)
	}
	w.wait(t)
	server, client := spans.Ended()[0], spans.Ended()[1]
	if client.Name() != "POST" || client.SpanKind() != trace.SpanKindClient || client.Parent().IsValid() || client.Status().Code != codes.Unset {
		t.Errorf("the span is %s %v %v %v", client.Name(), client.SpanKind(), client.Parent(), client.Status())
	}
	if server.Parent().SpanID() != client.SpanContext().SpanID() || server.SpanContext().TraceID() != client.SpanContext().TraceID() {
		t.Error("the server's span is not below the client's")
	}
	compare(t, client, map[string]string{
		"http.request.method": "POST", "server.address": "shop.example", "server.port": "8080",
		"url.full": "http://shop.example:8080/orders?sig=REDACTED", "http.response.status_code": "200", "network.protocol.version": "1.1",
	})
	if h := req.Header.String(); strings.Contains(h, "raceparent") || !strings.Contains(h, "X-Own: 1") || requests.Load(req) != nil {
		t.Errorf("the request is not as it was: %s", h)
	}
	sums, attrs := points(t, reader)
	for name, want := range map[string]float64{
		"http.client.request.duration": 1, "http.client.request.body.size": 3, "http.client.response.body.size": 3,
	} {
		if got, ok := sums[name]; !ok || got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	set := attrs["http.client.request.duration"]
	if got := set.Encoded(encoder{}); got != "http.request.method=POST http.response.status_code=200 network.protocol.version=1.1 server.address=shop.example server.port=8080" {
		t.Errorf("measured with %s", got)
	}
}

// A request that is served and sent on, itself or a copy, is below the span that it is served
// by, and its header is that of its client again.
func TestProxy(t *testing.T) {
	spans := traced(t)
	back := serve(t, func(ctx *fasthttp.RequestCtx) { ctx.SetBodyString("back") })
	front := serve(t, func(ctx *fasthttp.RequestCtx) {
		req := &ctx.Request
		if string(ctx.Path()) == "/copy" {
			req = fasthttp.AcquireRequest()
			defer func() {
				Reset(req)
				if requests.Load(req) != nil {
					t.Error("what goes back to the pool comes from somewhere")
				}
				fasthttp.ReleaseRequest(req)
			}()
			end := CopyTo(&ctx.Request, req)
			ctx.Request.CopyTo(req)
			end()
		}
		if err := do(&back.client, req, &ctx.Response); err != nil {
			t.Error(err)
		}
		if got := string(req.Header.Peek("Traceparent")); got != parent {
			t.Errorf("the header says %s", got)
		}
		if httpspan.Held(requests.Load(&ctx.Request)) == nil {
			t.Error("the request has lost its exchange")
		}
	})
	for _, path := range []string{"/itself", "/copy"} {
		before := len(spans.Ended())
		front.plain(t, request("GET", path, "Traceparent", parent))
		ended := spans.Ended()[before:]
		if len(ended) != 3 {
			t.Fatalf("%s: %d spans", path, len(ended))
		}
		below, client, above := ended[0], ended[1], ended[2]
		if below.Parent().SpanID() != client.SpanContext().SpanID() || client.Parent().SpanID() != above.SpanContext().SpanID() ||
			above.Parent().SpanID().String() != parentSpan {
			t.Errorf("%s: the spans are not below each other", path)
		}
	}
}

// A request into which the program has written a trace is told of by the program.
func TestOwn(t *testing.T) {
	spans := traced(t)
	w := serve(t, func(*fasthttp.RequestCtx) {})
	if err := do(&w.client, request("GET", "/", "Traceparent", parent), nil); err != nil {
		t.Fatal(err)
	}
	w.wait(t)
	if ended := spans.Ended(); len(ended) != 1 || ended[0].Parent().SpanID().String() != parentSpan {
		t.Errorf("%d spans", len(ended))
	}
}

// A server's span that was given up is nobody's parent.
func TestYielded(t *testing.T) {
	spans := traced(t)
	w := serve(t, func(ctx *fasthttp.RequestCtx) {
		x := httpspan.Of(valued{ctx})
		_, ok := x.Yield(x.Context())
		x.Leave()
		if !ok || trace.SpanContextFromContext(valued{ctx}).IsValid() || CopyTo(&ctx.Request, &fasthttp.Request{}) != nil {
			t.Error("the span is still there")
		}
		if Do(&ctx.Request) != nil {
			t.Error("the program's own propagation is told of")
		}
	})
	w.plain(t, request("GET", "/", "Traceparent", parent))
	if n := len(spans.Ended()); n != 0 {
		t.Errorf("%d spans", n)
	}
}

// A failure has the name of the library's variable, or the type of the error.
func TestFailure(t *testing.T) {
	spans := traced(t)
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("refused\xff")}
	c := &fasthttp.HostClient{Addr: "shop.example:80", Dial: func(string) (net.Conn, error) { return nil, refused }}
	if err := do(c, request("GET", "/"), nil); !errors.Is(err, refused) {
		t.Errorf("the error is %v", err)
	}
	end := Do(request("GET", "/"))
	end(nil, hook.Panicked)
	end = Do(request("GET", "/"))
	end(fasthttp.ErrTimeout, hook.Returned)
	for i, want := range []string{"*net.OpError", "panic", "github.com/valyala/fasthttp.ErrTimeout"} {
		s := spans.Ended()[i]
		if got := said(s)["error.type"]; got != want || s.Status().Code != codes.Error {
			t.Errorf("failed by %s: %v", got, s.Status())
		}
	}
	if text := spans.Ended()[0].Status().Description; !strings.Contains(text, "refused\uFFFD") {
		t.Errorf("it says %q", text)
	}
}

// A client's span fails with a status from 400 on, and a response that nobody wants has one.
func TestStatus(t *testing.T) {
	spans := traced(t)
	w := serve(t, func(ctx *fasthttp.RequestCtx) { ctx.NotFound() })
	req := request("GET", "/")
	end := Do(req)
	resp := &fasthttp.Response{} // the library's own
	tried := Attempt(req, resp)
	tried(w.client.Do(req, resp))
	end(nil, hook.Returned)
	w.wait(t)
	s := spans.Ended()[1]
	if got := said(s); got["http.response.status_code"] != "404" || got["error.type"] != "404" || s.Status().Code != codes.Error {
		t.Errorf("%v %v", got, s.Status())
	}
}

// A request that the transport of a client sends by another client is sent once.
func TestTransport(t *testing.T) {
	spans := traced(t)
	req := request("GET", "/")
	end := Do(req)
	if Do(req) != nil {
		t.Error("it is sent twice")
	}
	end(nil, hook.Returned)
	if n := len(spans.Ended()); n != 1 {
		t.Errorf("%d spans", n)
	}
}

// A pipeline sends requests, with a deadline copies of them.
func TestPipeline(t *testing.T) {
	spans := traced(t)
	w := serve(t, func(ctx *fasthttp.RequestCtx) { ctx.SetBodyString("tea") })
	c := &fasthttp.PipelineClient{Addr: "shop.example:8080", Dial: w.client.Dial}
	for name, send := range map[string]func(req *fasthttp.Request, resp *fasthttp.Response) func(error, hook.Exit){
		"now": func(req *fasthttp.Request, resp *fasthttp.Response) func(error, hook.Exit) {
			end := Pipeline(req, resp)
			end(c.Do(req, resp), hook.Returned)
			return end
		},
		"by a deadline": func(req *fasthttp.Request, resp *fasthttp.Response) func(error, hook.Exit) {
			end := PipelineCopy(req, resp)
			end(c.DoDeadline(req, resp, time.Now().Add(time.Minute)), hook.Returned)
			return end
		},
	} {
		before := len(spans.Ended())
		req, resp := request("GET", "/"), &fasthttp.Response{}
		send(req, resp)
		w.wait(t)
		ended := spans.Ended()[before:]
		if len(ended) != 2 || ended[0].Parent().SpanID() != ended[1].SpanContext().SpanID() && ended[1].Parent().SpanID() != ended[0].SpanContext().SpanID() {
			t.Errorf("%s: the spans are not below each other: %d", name, len(ended))
		}
		if string(resp.Body()) != "tea" || len(req.Header.Peek("Traceparent")) != 0 {
			t.Errorf("%s: the request or its response is not as it was", name)
		}
	}
}

// A server that does not normalize the names of fields has one field for the trace when it
// sends the request on, as it came.
func TestNames(t *testing.T) {
	traced(t)
	for _, name := range []string{"Traceparent", "traceparent"} {
		ctx := &fasthttp.RequestCtx{}
		ctx.Request.Header.DisableNormalizing()
		ctx.Request.SetRequestURI("http://shop.example/")
		ctx.Request.Header.Set(name, parent)
		handler(nil, func(ctx *fasthttp.RequestCtx) {
			end := Do(&ctx.Request)
			h := ctx.Request.Header.String()
			if strings.Count(strings.ToLower(h), "traceparent") != 1 || !strings.Contains(h, parentTrace) || strings.Contains(h, parentSpan) {
				t.Errorf("%s: sent %s", name, h)
			}
			end(nil, hook.Returned)
		})(ctx)
		if got := string(ctx.Request.Header.Peek(name)); got != parent {
			t.Errorf("%s is %s", name, got)
		}
	}
}

// What a request comes from is that of the one that it was copied from last, and a request
// that is served keeps its own.
func TestOrigin(t *testing.T) {
	traced(t)
	from, to := request("GET", "/"), request("GET", "/")
	origin := &httpspan.Origin{Context: context.Background()}
	requests.Store(from, origin)
	CopyTo(from, to)()
	if requests.Load(to) != origin {
		t.Error("the copy does not come from where the original does")
	}
	ctx := &fasthttp.RequestCtx{}
	ctx.Init(request("GET", "/"), nil, nil)
	handler(nil, func(ctx *fasthttp.RequestCtx) {
		if CopyTo(from, &ctx.Request) != nil {
			t.Error("a request that is served comes from another one")
		}
		Reset(&ctx.Request)
		if httpspan.Held(requests.Load(&ctx.Request)) == nil {
			t.Error("a request that is served has lost its exchange")
		}
	})(ctx)
	if CopyTo(request("GET", "/"), to) != nil || CopyTo(nil, to) != nil || CopyTo(from, nil) != nil {
		t.Error("a request comes from one that comes from nowhere")
	}
	Reset(nil)
}

// Without a provider requests are sent as they are, at no cost of memory.
func TestClientPlain(t *testing.T) {
	req, resp := request("GET", "/"), &fasthttp.Response{}
	if n := testing.AllocsPerRun(100, func() {
		if Do(req) != nil || Attempt(req, resp) != nil || Pipeline(req, resp) != nil || PipelineCopy(req, resp) != nil || CopyTo(req, req) != nil {
			t.Error("the request is told of")
		}
		Reset(req)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if Do(nil) != nil || Attempt(nil, nil) != nil {
		t.Error("no request is told of")
	}
}
