package hooks

import (
	"context"
	"net/url"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/httpspan"
	"github.com/goweaver/weaver/builtin/internal/known"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// wrapping is held where a server's handler is looked at: one may begin to serve several
// listeners at once.
var wrapping sync.Mutex

// Serve has a server tell of its requests: its handler becomes one around the program's. It
// is called when the server begins to serve, once or for each connection, and changes
// nothing the second time.
func Serve(s *fasthttp.Server) {
	if !on || s == nil {
		return
	}
	wrapping.Lock()
	defer wrapping.Unlock()
	if s.Handler != nil && reflect.ValueOf(s.Handler).Pointer() != around {
		s.Handler = handler(s, s.Handler)
	}
}

// around is the code of what handler returns, by which it is known.
var around = reflect.ValueOf(handler(nil, nil)).Pointer()

// handler is not inlined, which would make copies of the code of what it returns.
//
//go:noinline
func handler(s *fasthttp.Server, h fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		a := begin(s, ctx)
		if a == nil {
			h(ctx)
			return
		}
		a.run(h, ctx)
	}
}

// An arrival is a request that is being served.
type arrival struct {
	exchange httpspan.Exchange
	server   *fasthttp.Server
	remote   trace.SpanContext // what the request's header said
	head     bool

	// Where the handler has left a stream, what is sent with it.
	streams bool
	sent    httpspan.Sent

	over atomic.Bool
}

// Exchange implements [httpspan.Holder].
func (a *arrival) Exchange() *httpspan.Exchange { return &a.exchange }

// begin starts the exchange, if anybody wants to know of it and the request is not being
// served already, by a server whose handler is that of this one.
func begin(s *fasthttp.Server, ctx *fasthttp.RequestCtx) *arrival {
	_, tracing := telemetry.TracerProvider()
	m := serverMetrics.Current()
	if !tracing && m == nil {
		return nil
	}
	if before, ok := requests.Load(&ctx.Request).(*arrival); ok && !before.over.Load() {
		return nil
	}
	header := &ctx.Request.Header
	a := &arrival{server: s, head: ctx.IsHead()}
	x, c := &a.exchange, context.Background()
	u, method := requestURL(ctx), string(header.Method())
	x.Start, x.Metrics, x.Size, x.Path = time.Now(), m, declared(header), u.Path
	x.Common[0], x.Method = httpspan.Method(method)
	x.Common[1] = httpspan.Scheme(ctx.IsTLS())
	x.Common[2] = version(header.Protocol())
	x.Parent = trace.SpanFromContext(c)
	x.Span = x.Parent
	if tracing {
		c = otel.GetTextMapPropagator().Extract(c, carrier{header})
		a.remote = trace.SpanContextFromContext(c)
		r := httpspan.Request{
			Method: method, URL: u, Host: string(header.Host()), Peer: ctx.RemoteAddr().String(),
			Forwarded: string(header.Peek("X-Forwarded-For")), UserAgent: string(header.UserAgent()),
		}
		c, x.Span = tracer.Start(c, x.Method, trace.WithSpanKind(trace.SpanKindServer),
			trace.WithTimestamp(x.Start), trace.WithAttributes(r.Attributes(x.Common)...))
	}
	x.Enter(c)
	requests.Store(&ctx.Request, a)
	return a
}

// run calls the handler. A panic is not recovered: the server does not either, so it ends the
// program, which says of it what it would have said.
func (a *arrival) run(h fasthttp.RequestHandler, ctx *fasthttp.RequestCtx) {
	returned := false
	defer func() {
		how := hook.Returned
		if !returned {
			how = ending()
		}
		a.handled(ctx, how)
	}()
	h(ctx)
	returned = true
}

// ending returns how the function ends that has deferred its caller and does not return.
func ending() hook.Exit {
	var pcs [3]uintptr
	for _, pc := range pcs[:runtime.Callers(2, pcs[:])] {
		if runtime.FuncForPC(pc-1).Name() == "runtime.Goexit" {
			return hook.Goexit
		}
	}
	return hook.Panicked
}

// handled is called when the handler is done.
func (a *arrival) handled(ctx *fasthttp.RequestCtx, how hook.Exit) {
	if resp := ctx.LastTimeoutErrorResponse(); resp != nil {
		// Another goroutine has ctx, and the server will not use it again.
		a.end(a.sentBy(resp), how)
		return
	}
	var sent httpspan.Sent // what was to be sent is thrown away where it does not return
	if how == hook.Returned {
		sent = a.sentBy(&ctx.Response)
		if silent := noResponse.Of(ctx); ctx.Hijacked() {
			sent.Size = -1 // what comes of it only the program knows
			if silent != nil && *silent {
				sent.Status = 0
			}
		}
		// Servers of other makes call handlers with a RequestCtx of their own, and say
		// nothing when they are done.
		if s := ownServer.Of(ctx); ctx.Response.IsBodyStream() && s != nil && *s == a.server {
			a.streams, a.sent = true, sent
			return
		}
	}
	a.finish(ctx, sent, how)
}

// Fields of a RequestCtx that are not exported.
var (
	ownServer  = known.MemberOf[fasthttp.RequestCtx, *fasthttp.Server]("s")
	noResponse = known.MemberOf[fasthttp.RequestCtx, bool]("hijackNoResponse")
)

// sentBy returns what resp says.
func (a *arrival) sentBy(resp *fasthttp.Response) httpspan.Sent {
	size := received(resp)
	if a.head {
		size = 0
	}
	return httpspan.Sent{Status: resp.StatusCode(), Size: size}
}

// finish takes the arrival from its request, and ends it.
func (a *arrival) finish(ctx *fasthttp.RequestCtx, sent httpspan.Sent, how hook.Exit) {
	requests.Store(&ctx.Request, nil)
	a.end(sent, how)
}

// end ends the exchange.
func (a *arrival) end(sent httpspan.Sent, how hook.Exit) {
	if !a.over.CompareAndSwap(false, true) {
		return
	}
	now, x := time.Now(), &a.exchange
	x.Release()
	if x.Told() {
		x.End(now, sent, x.Route(""), how, hook.Panic{})
	}
}

// streaming returns the arrival of ctx if its handler is done and its stream is not.
func streaming(ctx *fasthttp.RequestCtx) *arrival {
	if ctx == nil {
		return nil
	}
	if a, ok := requests.Load(&ctx.Request).(*arrival); ok && a.streams && !a.over.Load() {
		return a
	}
	return nil
}

// Written is for writeResponse, which sends a stream to its end.
func Written(ctx *fasthttp.RequestCtx) func() {
	a := streaming(ctx)
	if a == nil {
		return nil
	}
	return func() { a.finish(ctx, a.sent, hook.Returned) }
}

// Released is for a ctx that the server is done with, whatever came between.
func Released(ctx *fasthttp.RequestCtx) {
	if a := streaming(ctx); a != nil {
		a.finish(ctx, a.sent, hook.Returned)
	}
}

// Value returns what replaces a nil result of ctx.Value: what the exchange's context has
// under the key, where it is a key of OpenTelemetry's. A handler hands ctx on as a context, or
// one made of it.
func Value(ctx *fasthttp.RequestCtx, key any) func(any) any {
	if !on || ctx == nil || !telemetry.Wanted() {
		return nil
	}
	x := httpspan.Held(requests.Load(&ctx.Request))
	if x == nil || !httpspan.OwnKey(key) {
		return nil
	}
	return func(value any) any {
		if value == nil {
			return x.Context().Value(key)
		}
		return value
	}
}

// requestURL returns the target of a request as net/http has it. It does not ask ctx, which
// would have it parsed before the handler has set another host.
func requestURL(ctx *fasthttp.RequestCtx) *url.URL {
	raw := string(ctx.Request.Header.RequestURI())
	if ctx.IsConnect() {
		return &url.URL{Host: raw}
	}
	if u, err := url.ParseRequestURI(raw); err == nil {
		return u
	}
	path, query, _ := strings.Cut(raw, "?")
	return &url.URL{Path: path, RawQuery: query}
}

// declared returns the size of the body that the header tells of, or -1.
func declared(header *fasthttp.RequestHeader) int64 {
	switch n := header.ContentLength(); {
	case n >= 0:
		return int64(n)
	case n == -1: // chunked
		return -1
	}
	return 0 // none, since a request says how long its body is
}

// received returns the size of a response's body, or -1. It reads no stream.
func received(resp *fasthttp.Response) int64 {
	switch status := resp.StatusCode(); {
	case resp.SkipBody, status < 200, status == fasthttp.StatusNoContent, status == fasthttp.StatusNotModified:
		return 0
	case resp.IsBodyStream():
		return max(-1, int64(resp.Header.ContentLength()))
	}
	return int64(len(resp.Body()))
}

// version returns network.protocol.version of what a header says, HTTP/1.1.
func version(protocol []byte) attribute.KeyValue {
	switch p := string(protocol); p {
	case "HTTP/1.1":
		return httpspan.ProtocolVersion(1, 1)
	case "HTTP/1.0":
		return httpspan.ProtocolVersion(1, 0)
	default:
		number := strings.TrimSuffix(strings.TrimPrefix(p, "HTTP/"), ".0")
		return semconv.NetworkProtocolVersion(telemetry.Text(number))
	}
}
