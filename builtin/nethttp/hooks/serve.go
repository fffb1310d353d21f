package hooks

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// Serve opens a server span around the handler of a request and counts the request
// among the active ones; the exit function, nil where the program has neither a tracer
// nor a meter provider, ends the span and records the metrics.
//
// The handler gets rw and req themselves. The one thing that is changed is the context of
// req, in place: nobody else has the request yet, and what the handler sets in it, a parsed
// form, say, is where the server looks for it. The server that Prometheus gets the metrics
// from is left alone.
//
// The span's name and route follow the semantic conventions: "GET /users/{id}" where a
// ServeMux chose the handler, else the method. A panic is recorded and goes on.
func Serve(rw http.ResponseWriter, req *http.Request) func(hook.Exit, hook.Panic) {
	if !on {
		return nil
	}
	_, tracing := telemetry.TracerProvider()
	m := serverMetrics.Current()
	if !tracing && m == nil || req.Method == preface || telemetry.IsUntraced(req.Context()) ||
		telemetry.IsOwnServer(req.Context().Value(http.ServerContextKey)) {
		return nil
	}
	return begin(rw, req, tracing, m)
}

// preface is the method that an HTTP/1 server reads at the start of a connection of HTTP/2,
// says RFC 9113, part 11.6. No client uses it: a handler that knows it, as h2c's, takes the
// connection over.
const preface = "PRI"

// An exchange is one request that is being served, known to its context.
type exchange struct {
	ctx     context.Context // the handler's
	start   time.Time
	span    trace.Span // no-op without a tracer provider
	parent  trace.Span // the current span before this one
	metrics *serverInstruments
	method  string                 // as it stands in the span's name
	size    int64                  // of the request's body; -1 if its client did not say
	common  [3]attribute.KeyValue  // method, scheme and protocol
	counted [1]metric.AddOption    // what of it active requests are counted with
	path    string                 // as it came, before any handler cut it
	route   atomic.Pointer[string] // the pattern of the outermost ServeMux
	router  atomic.Pointer[choice] // what another router chose

	active     atomic.Bool // counted among the active requests
	unspanned  atomic.Bool // the span is given up
	unmeasured atomic.Bool // the metrics are given up
}

type exchangeKey struct{}

// exchangeOf returns the exchange that ctx belongs to, or nil.
func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// begin starts the exchange.
func begin(rw http.ResponseWriter, req *http.Request, tracing bool, m *serverInstruments) func(hook.Exit, hook.Panic) {
	ctx := req.Context()
	x := &exchange{start: time.Now(), parent: trace.SpanFromContext(ctx), metrics: m, size: req.ContentLength}
	if req.URL != nil {
		x.path = req.URL.Path
	}
	x.common[0], x.method = method(req.Method)
	x.common[1] = serverScheme(req)
	x.common[2] = protocolVersion(req.ProtoMajor, req.ProtoMinor)
	x.span = trace.SpanFromContext(context.Background())
	if tracing {
		ctx = otel.GetTextMapPropagator().Extract(ctx, propagation.HeaderCarrier(req.Header))
		ctx, x.span = tracer.Start(ctx, x.method, trace.WithSpanKind(trace.SpanKindServer),
			trace.WithTimestamp(x.start), trace.WithAttributes(serverRequest(req, x.common)...))
	}
	x.ctx = context.WithValue(ctx, exchangeKey{}, x)
	*req = *req.WithContext(x.ctx)
	if m != nil {
		x.active.Store(true)
		x.counted[0] = metric.WithAttributeSet(attribute.NewSet(x.common[0], x.common[1]))
		m.active.Add(x.ctx, 1, x.counted[:]...)
	}
	return func(how hook.Exit, p hook.Panic) { x.end(rw, req, how, p) }
}

// end ends the span and records the metrics, with the same duration.
func (x *exchange) end(rw http.ResponseWriter, req *http.Request, how hook.Exit, p hook.Panic) {
	end := time.Now()
	x.release()
	spanned, measured := x.span.IsRecording() && !x.unspanned.Load(), x.metrics != nil && !x.unmeasured.Load()
	if !spanned && !measured {
		return
	}
	sent := sentBy(rw).read(rw, req, how)
	attrs := make([]attribute.KeyValue, 0, 8)
	route := x.routeOf(req)
	if route != "" {
		attrs = append(attrs, semconv.HTTPRoute(route))
	}
	if sent.status != 0 {
		attrs = append(attrs, semconv.HTTPResponseStatusCode(sent.status))
	}
	failed := errorType(sent.status, how, p)
	if failed.Valid() {
		attrs = append(attrs, failed)
	}
	if measured {
		x.metrics.record(x.ctx, slices.Concat(attrs, x.common[:]), end.Sub(x.start), x.size, sent.size)
	}
	if !spanned {
		return
	}
	if sent.size > 0 {
		attrs = append(attrs, semconv.HTTPResponseBodySize(int(sent.size)))
	}
	x.span.SetAttributes(attrs...)
	if route != "" {
		x.span.SetName(x.method + " " + route)
	}
	switch {
	case p.Value != nil:
		telemetry.RecordPanic(x.span, p.Value)
	case how != hook.Returned:
		x.span.SetStatus(codes.Error, "the handler did not return: "+how.String())
	case failed.Valid():
		x.span.SetStatus(codes.Error, "")
	}
	x.span.End(trace.WithTimestamp(end))
}

// release counts the request among the active ones no longer.
func (x *exchange) release() {
	if x.active.CompareAndSwap(true, false) {
		x.metrics.active.Add(x.ctx, -1, x.counted[:]...)
	}
}

// errorType returns the attribute error.type, or one without a key where there is no error.
func errorType(status int, how hook.Exit, p hook.Panic) attribute.KeyValue {
	err, isError := p.Value.(error)
	switch {
	case how == hook.Returned && status >= 500:
		return semconv.ErrorTypeKey.String(strconv.Itoa(status))
	case how == hook.Returned:
		return attribute.KeyValue{}
	case isError && err == http.ErrAbortHandler: //nolint:errorlint // so does the server
		return semconv.ErrorTypeKey.String("net/http.ErrAbortHandler")
	case isError:
		return telemetry.ErrorType(err)
	case how == hook.Panicked:
		return semconv.ErrorTypeKey.String("panic")
	}
	return semconv.ErrorTypeKey.String(how.String())
}
