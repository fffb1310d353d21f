// Package hooks holds the functions that woven Connect code calls. They are linked into the
// program, and change nothing that it can see beside what they record and the header that they
// send: there is a function around what every handler calls, and around each stream of a
// client's.
package hooks

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/rpcconv"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

const scope = "github.com/goweaver/weaver/builtin/connect"

// on is whether the built-in is switched on, which the environment says once; with tracer
// and durations it makes what it makes.
var (
	on        = telemetry.On("connect")
	tracer    = telemetry.NewTracer(scope, trace.WithSchemaURL(semconv.SchemaURL))
	durations = telemetry.NewInstruments(scope, newInstruments, metric.WithSchemaURL(semconv.SchemaURL))
)

type instruments struct{ client, server metric.Float64Histogram }

// newInstruments makes what it can; the instruments that come with an error are no-ops.
func newInstruments(m metric.Meter) instruments {
	client, _ := rpcconv.NewClientCallDuration(m)
	server, _ := rpcconv.NewServerCallDuration(m)
	return instruments{client.Inst(), server.Inst()}
}

// told reports whether an RPC is told of. Exports of telemetry are not, be they known by
// otelsdk's mark or by the services of OTLP: they would make more of it.
func told(ctx context.Context, procedure string) bool {
	return on && telemetry.Wanted() && !telemetry.IsUntraced(ctx) &&
		!strings.HasPrefix(procedure, "/opentelemetry.proto.collector.")
}
