package hooks

// What clients send.

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/twitchtv/twirp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	nethttp "github.com/goweaver/weaver/builtin/nethttp/hooks"
)

// Client adds hooks behind those of a new client, when it reads its last option. One that
// telemetry itself makes, to export by, is left alone.
func Client(opts *twirp.ClientOptions, key string) {
	if !on || key != last || opts == nil || telemetry.Inside() {
		return
	}
	c := &client{}
	opts.Hooks = twirp.ChainClientHooks(opts.Hooks, &twirp.ClientHooks{
		RequestPrepared: c.prepared, ResponseReceived: c.received, Error: c.failed,
	})
}

// A client is one of generated code, and the key of its calls in their contexts: what a
// program calls in a hook, below the context of another client's call, is not that call.
type client struct{ seen atomic.Bool } // there has been a call: before that no context is searched

// A call is one RPC that a client sends.
type call struct {
	span  trace.Span // no-op without a tracer provider
	start time.Time
	attrs []attribute.KeyValue // what span and metric have in common
	ended atomic.Bool
}

// prepared begins a call with the request that the program's own hooks have left, and puts
// its span into that, which generated code has made for this call.
func (c *client) prepared(ctx context.Context, req *http.Request) (context.Context, error) {
	if !telemetry.Wanted() || ctx == nil || req == nil || req.URL == nil || telemetry.IsUntraced(ctx) || sentByProgram(ctx, req.Header) {
		return ctx, nil
	}
	service, method, ok := methodOf(ctx)
	if !ok {
		return ctx, nil
	}
	made := &call{span: trace.SpanFromContext(context.Background()), start: time.Now()}
	name := telemetry.Text(service + "/" + method)
	made.attrs = append(make([]attribute.KeyValue, 0, 6), system, semconv.RPCMethod(name))
	made.attrs = append(made.attrs, to(req.URL)...)
	if _, tracing := telemetry.TracerProvider(); tracing {
		ctx, made.span = tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient),
			trace.WithTimestamp(made.start), trace.WithAttributes(made.attrs...))
		if req.Header == nil {
			req.Header = http.Header{}
		}
		otel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(req.Header))
	}
	c.seen.Store(true)
	ctx = context.WithValue(ctx, c, made)
	// The RPC's span is the request's.
	request, _ := nethttp.OwnTransport((&http.Request{URL: req.URL}).WithContext(ctx))
	return request.Context(), nil
}

// sentByProgram reports whether the program tells of the RPC itself: by a client span, which
// is the current one and the one that the header tells the server of.
func sentByProgram(ctx context.Context, header http.Header) bool {
	span := trace.SpanFromContext(ctx)
	current := span.SpanContext()
	if !current.IsValid() {
		return false
	}
	if s, ok := span.(interface{ SpanKind() trace.SpanKind }); ok && s.SpanKind() != trace.SpanKindClient {
		return false
	}
	sent := trace.SpanContextFromContext(otel.GetTextMapPropagator().Extract(context.Background(), propagation.HeaderCarrier(header)))
	return sent.TraceID() == current.TraceID() && sent.SpanID() == current.SpanID()
}

// to returns the attributes for where a request goes.
func to(u *url.URL) []attribute.KeyValue {
	if u.Hostname() == "" {
		return nil
	}
	attrs := []attribute.KeyValue{semconv.ServerAddress(telemetry.Text(u.Hostname()))}
	port, err := strconv.Atoi(u.Port())
	switch {
	case err == nil && port > 0 && port <= 65535:
	case u.Port() == "" && u.Scheme == "http":
		port = 80
	case u.Port() == "" && u.Scheme == "https":
		port = 443
	default:
		return attrs
	}
	return append(attrs, semconv.ServerPort(port))
}

func (c *client) received(ctx context.Context) { c.end(ctx, nil) }

func (c *client) failed(ctx context.Context, err twirp.Error) { c.end(ctx, err) }

// end ends the call that ctx belongs to, the first time that it is called. A hook of the
// program's may have returned any context, with an error.
func (c *client) end(ctx context.Context, err twirp.Error) {
	if !c.seen.Load() || ctx == nil {
		return
	}
	made, _ := ctx.Value(c).(*call)
	if made == nil || !made.ended.CompareAndSwap(false, true) {
		return
	}
	now := time.Now()
	if err != nil {
		code, _ := codeOf(err)
		attrs := []attribute.KeyValue{code, semconv.ErrorTypeKey.String(code.Value.AsString())}
		made.span.SetAttributes(attrs...)
		made.span.SetStatus(codes.Error, telemetry.ErrorText(err))
		made.attrs = append(made.attrs, attrs...)
	}
	made.span.End(trace.WithTimestamp(now))
	if m := durations.Current(); m != nil {
		m.client.Record(ctx, now.Sub(made.start).Seconds(), metric.WithAttributeSet(attribute.NewSet(made.attrs...)))
	}
}
