// Package hooks holds the functions that woven fasthttp code calls. They are linked into the
// program, and change as little as they can of what it can see: handlers get the server's own
// RequestCtx, callers get their own request back as it was.
//
// Everything of the library's is taken from pools and used again: nothing of a RequestCtx, a
// Request or a Response is read when its owner is done with it, and every text that is told is a
// copy.
package hooks

import (
	"net/http"
	"strings"

	"github.com/valyala/fasthttp"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/httpspan"
	"github.com/goweaver/weaver/builtin/internal/known"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// scope names what the spans and metrics were made by.
const scope = "github.com/goweaver/weaver/builtin/fasthttp"

// on is false where the environment switches the built-in off. It is read once.
var on = telemetry.On("fasthttp")

// These outlast the calls of the hooks, which have no receiver to keep them in.
var (
	tracer        = telemetry.NewTracer(scope, trace.WithSchemaURL(semconv.SchemaURL))
	serverMetrics = telemetry.NewInstruments(scope, httpspan.NewServerInstruments, metric.WithSchemaURL(semconv.SchemaURL))
	clientMetrics = telemetry.NewInstruments(scope, httpspan.NewClientInstruments, metric.WithSchemaURL(semconv.SchemaURL))
)

// requests is where a request keeps what is known of it: an *arrival while it is served, a
// *departure while it is sent, an *httpspan.Origin where it comes from another one.
var requests = known.NewField[fasthttp.Request]()

// A carrier is a request's header for propagators.
type carrier struct{ header *fasthttp.RequestHeader }

// Get implements [go.opentelemetry.io/otel/propagation.TextMapCarrier]. A server that does not
// normalize the names of fields has them as they came: mostly in one of two ways.
func (c carrier) Get(key string) string {
	if v := c.header.Peek(key); len(v) > 0 {
		return string(v)
	}
	return string(c.header.Peek(http.CanonicalHeaderKey(key)))
}

// Set implements [go.opentelemetry.io/otel/propagation.TextMapCarrier].
func (c carrier) Set(key, value string) { c.header.Set(key, value) }

// Keys implements [go.opentelemetry.io/otel/propagation.TextMapCarrier].
func (c carrier) Keys() (keys []string) {
	//nolint:staticcheck // All is of newer versions
	c.header.VisitAll(func(key, _ []byte) { keys = append(keys, string(key)) })
	return keys
}

// Values implements [go.opentelemetry.io/otel/propagation.ValuesGetter].
func (c carrier) Values(key string) (values []string) {
	//nolint:staticcheck // likewise
	c.header.VisitAll(func(k, v []byte) {
		if strings.EqualFold(string(k), key) {
			values = append(values, string(v))
		}
	})
	return values
}
