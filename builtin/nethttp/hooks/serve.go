package hooks

import (
	"context"
	"net/http"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/httpspan"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// The instruments outlast the calls of the hooks, which have no receiver to keep them in.
var (
	serverMetrics = telemetry.NewInstruments(scope, httpspan.NewServerInstruments, metric.WithSchemaURL(semconv.SchemaURL))
	clientMetrics = telemetry.NewInstruments(scope, httpspan.NewClientInstruments, metric.WithSchemaURL(semconv.SchemaURL))
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

// begin starts the exchange.
func begin(rw http.ResponseWriter, req *http.Request, tracing bool, m *httpspan.ServerInstruments) func(hook.Exit, hook.Panic) {
	ctx := req.Context()
	x := &httpspan.Exchange{Start: time.Now(), Parent: trace.SpanFromContext(ctx), Metrics: m, Size: req.ContentLength}
	if req.URL != nil {
		x.Path = req.URL.Path
	}
	x.Common[0], x.Method = httpspan.Method(req.Method)
	x.Common[1] = httpspan.Scheme(req.TLS != nil)
	x.Common[2] = httpspan.ProtocolVersion(req.ProtoMajor, req.ProtoMinor)
	x.Span = trace.SpanFromContext(context.Background())
	if tracing {
		ctx = otel.GetTextMapPropagator().Extract(ctx, propagation.HeaderCarrier(req.Header))
		ctx, x.Span = tracer.Start(ctx, x.Method, trace.WithSpanKind(trace.SpanKindServer),
			trace.WithTimestamp(x.Start), trace.WithAttributes(serverRequest(req, x.Common)...))
	}
	*req = *req.WithContext(x.Enter(ctx))
	return func(how hook.Exit, p hook.Panic) { end(x, rw, req, how, p) }
}

// end ends the exchange.
func end(x *httpspan.Exchange, rw http.ResponseWriter, req *http.Request, how hook.Exit, p hook.Panic) {
	now := time.Now()
	x.Release()
	if x.Told() {
		x.End(now, sentBy(rw).read(rw, req, how), x.Route(req.Pattern), how, p)
	}
}
