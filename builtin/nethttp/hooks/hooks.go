// Package hooks holds the functions that woven net/http code calls. They are linked
// into the program, and change nothing that it can see beside what they record:
// handlers get the server's own request and response writer, callers get their own
// request and header map back as they were.
//
// OpenTelemetry's otelhttp is not used for it. It wraps the response writer, the bodies
// of requests and those of responses, which shows: http.MaxBytesReader no longer closes
// the connection, a flush has no error, an upgraded connection can no longer be closed
// for writing alone, a file that is sent is copied by hand. What it knows of a request
// comes too early for metrics (the pattern that a mux behind middleware chooses), its
// client metrics end with the header of the response, and its instruments belong to the
// one provider that was there when they were made.
package hooks

import (
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// scope names what the spans and metrics were made by.
const scope = "github.com/goweaver/weaver/builtin/nethttp"

// on is false where the environment switches the built-in off. It is read once.
var on = telemetry.On("nethttp")

// tracer outlasts the calls of the hooks, which have no receiver to keep it in.
var tracer = telemetry.NewTracer(scope, trace.WithSchemaURL(semconv.SchemaURL))
