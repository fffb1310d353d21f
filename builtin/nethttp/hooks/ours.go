package hooks

// Which requests RoundTrip tells of.

import (
	"context"
	"net/http"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// ours reports whether req is told of. A transport refuses a request without URL or header
// by itself, and schemes that the program has registered are not HTTP; requests of
// telemetry would make more of it; and what the program instruments itself, or a
// transport has got from another one, is not told of twice.
func ours(req *http.Request) bool {
	if req == nil || req.URL == nil || req.Header == nil {
		return false
	}
	if s := req.URL.Scheme; s != "http" && s != "https" {
		return false
	}
	if d := departureOf(req.Context()); d != nil && d.req.URL == req.URL {
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

// instrumented reports whether the program tells of req itself: by otelhttp's transport,
// or by a client span of its own, which is the current one and the one that the header
// tells the server of.
func instrumented(req *http.Request) bool {
	if host, ok := req.Context().Value(ownKey{}).(string); ok && host == req.URL.Host {
		return true
	}
	span := trace.SpanFromContext(req.Context())
	current := span.SpanContext()
	if !current.IsValid() {
		return false
	}
	if s, ok := span.(interface{ SpanKind() trace.SpanKind }); ok && s.SpanKind() != trace.SpanKindClient {
		return false
	}
	sent := trace.SpanContextFromContext(otel.GetTextMapPropagator().Extract(context.Background(), propagation.HeaderCarrier(req.Header)))
	return sent.TraceID() == current.TraceID() && sent.SpanID() == current.SpanID()
}

// ownKey is the key of the host, in a context, whose requests the program's otelhttp
// tells of. Requests to others below the same context, such as one for a token, are
// told of by RoundTrip.
type ownKey struct{}

// OwnTransport marks the context of a request that goes through otelhttp's transport in
// the program itself: what is configured there makes the span and the metrics, also where
// it filters the request out.
func OwnTransport(req *http.Request) (*http.Request, func(*http.Response)) {
	if req == nil || req.URL == nil || !wanted() {
		return req, nil
	}
	marked := req.WithContext(context.WithValue(req.Context(), ownKey{}, req.URL.Host))
	return marked, func(res *http.Response) {
		if res != nil && res.Request == marked {
			res.Request = req
		}
	}
}
