// Package hooks holds the functions that woven Twirp calls. They are linked into the program,
// and change nothing that it can see beside what they record and the header that they send.
package hooks

import (
	"context"

	"github.com/twitchtv/twirp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/rpcconv"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

const scope = "github.com/goweaver/weaver/builtin/twirp"

// on is whether the built-in is switched on, which the environment says once; with tracer
// and durations it makes what it makes.
var (
	on        = telemetry.On("twirp")
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

// last is the option that generated code reads last, of servers and clients alike. Each reads
// it once.
const last = "pathPrefix"

// system is the RPC system, for which the semantic conventions have no name.
var system = semconv.RPCSystemNameKey.String("twirp")

// methodOf returns the service and the method of an RPC, as generated code has put them into
// ctx, and whether it has.
func methodOf(ctx context.Context) (service, method string, ok bool) {
	name, ok1 := twirp.ServiceName(ctx)
	method, ok2 := twirp.MethodName(ctx)
	if pkg, _ := twirp.PackageName(ctx); pkg != "" {
		name = pkg + "." + name
	}
	return name, method, ok1 && ok2
}

// codeOf returns the code of err as an attribute, and whether a server is to blame: by the
// HTTP status that it sends. An error is a value of an interface, so its methods may be
// the program's and its code any text.
func codeOf(err twirp.Error) (code attribute.KeyValue, failed bool) {
	defer func() {
		if recover() != nil {
			code, failed = semconv.RPCResponseStatusCode(string(twirp.Internal)), true
		}
	}()
	status := twirp.ServerHTTPStatusFromErrorCode(err.Code())
	if status == 0 { // none that there is
		return semconv.RPCResponseStatusCode(string(twirp.Unknown)), true
	}
	return semconv.RPCResponseStatusCode(string(err.Code())), status >= 500
}
