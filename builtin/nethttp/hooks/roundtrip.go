package hooks

import (
	"context"
	"net/http"
	"strings"
	"sync"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// RoundTrip encloses the body of (*http.Transport).RoundTrip in a client span, which
// ends when the response has been read or closed.
//
// What is sent is a copy of req with the trace in its header; neither req nor its
// header map is written to. The response names req as its request, as a plain one
// does. The one thing that a program can tell is the deprecated CancelRequest, which
// does not know the copy.
func RoundTrip(req *http.Request, body func(*http.Request) (*http.Response, error)) (*http.Response, error) {
	if _, ok := telemetry.TracerProvider(); !ok || !traceable(req) {
		return body(req)
	}
	x := &departure{req: req, body: body}
	out := req.WithContext(context.WithValue(req.Context(), departureKey{}, x))
	if out.Method == "" {
		out.Method = http.MethodGet // what it means; otelhttp would call it unknown
	}
	res, err := client().RoundTrip(out)
	if res != nil && res.Request == x.sent {
		res.Request = req
	}
	return res, err
}

// A departure is one request on its way through otelhttp's transport.
type departure struct {
	req  *http.Request // the program's
	sent *http.Request // otelhttp's copy
	body func(*http.Request) (*http.Response, error)
}

type departureKey struct{}

// client is otelhttp's transport around the body of the request's departure, made
// for the first request that is traced; see server.
var client = sync.OnceValue(func() http.RoundTripper {
	return otelhttp.NewTransport(depart{}, append(options(),
		otelhttp.WithTracerProvider(telemetry.Tracers{}),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string { return method(r.Method) }),
	)...)
})

// depart is the round tripper within otelhttp's.
type depart struct{}

// RoundTrip implements [http.RoundTripper].
func (depart) RoundTrip(r *http.Request) (*http.Response, error) {
	x := r.Context().Value(departureKey{}).(*departure)
	// The program may fill in trailers until the body has been read: in its own map.
	r.Trailer = x.req.Trailer
	x.sent = r
	return x.body(r)
}

// traceable reports whether req gets a span. The transport refuses a request
// without URL or header by itself; those of telemetry would make more of it; and
// what has a client span needs no second one.
func traceable(req *http.Request) bool {
	if req == nil || req.URL == nil || req.Header == nil {
		return false
	}
	return !exports(req) && !instrumented(req)
}

// exports reports whether req carries telemetry to a collector. The exporter that
// otelsdk sets up is known by its context, one of the program's own by the User-Agent
// of OpenTelemetry's OTLP exporters: the first form is otlptracehttp's, the second
// that of the ones for metrics and logs.
func exports(req *http.Request) bool {
	if telemetry.IsUntraced(req.Context()) {
		return true
	}
	agent := req.Header["User-Agent"]
	return len(agent) == 1 && (strings.HasPrefix(agent[0], "OTel OTLP Exporter Go/") ||
		strings.HasPrefix(agent[0], "OTel Go OTLP over HTTP/"))
}

// instrumented reports whether the program has made a client span for req, for
// instance with otelhttp's transport: the current span is of that kind, and is the
// one that the header tells the server of. Where nothing is propagated there is no
// header to tell, and the span's being otelhttp's decides.
func instrumented(req *http.Request) bool {
	span := trace.SpanFromContext(req.Context())
	current := span.SpanContext()
	if !current.IsValid() {
		return false
	}
	if s, ok := span.(interface{ SpanKind() trace.SpanKind }); ok && s.SpanKind() != trace.SpanKindClient {
		return false
	}
	p := otel.GetTextMapPropagator()
	if len(p.Fields()) == 0 {
		s, ok := span.(interface {
			InstrumentationScope() instrumentation.Scope
		})
		return ok && s.InstrumentationScope().Name == otelhttp.ScopeName
	}
	sent := trace.SpanContextFromContext(p.Extract(context.Background(), propagation.HeaderCarrier(req.Header)))
	return sent.TraceID() == current.TraceID() && sent.SpanID() == current.SpanID()
}
