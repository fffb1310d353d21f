package hooks

// Which RPCs are told of.

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// exports reports whether an RPC carries telemetry to a collector. The exporter that otelsdk
// sets up is known by its context, one of the program's own, which may have got its
// connection from the program, by the services of OTLP. So is what arrives by them, since the
// program may export to itself.
func exports(ctx context.Context, info *stats.RPCTagInfo) bool {
	return strings.HasPrefix(info.FullMethodName, "/opentelemetry.proto.collector.") || telemetry.IsUntraced(ctx)
}

// sentByProgram reports whether the program tells of an outgoing RPC itself, in an interceptor
// say: by a client span, which is the current one and the one that the server is told of. So
// are the contexts of the streams that outer, an RPC of ours, may be.
func sentByProgram(ctx context.Context, outer *rpc) bool {
	span := trace.SpanFromContext(ctx)
	current := span.SpanContext()
	if !current.IsValid() || outer != nil && outer.span != nil && outer.span.SpanContext().Equal(current) {
		return false
	}
	if s, ok := span.(interface{ SpanKind() trace.SpanKind }); ok && s.SpanKind() != trace.SpanKindClient {
		return false
	}
	md, ok := metadata.FromOutgoingContext(ctx)
	if !ok {
		return false
	}
	sent := trace.SpanContextFromContext(otel.GetTextMapPropagator().Extract(context.Background(), carrier(md)))
	return sent.TraceID() == current.TraceID() && sent.SpanID() == current.SpanID()
}

// carrier is the metadata of an RPC as propagators read it.
type carrier metadata.MD

var _ propagation.TextMapCarrier = carrier{}

// Get implements [propagation.TextMapCarrier].
func (c carrier) Get(key string) string {
	if values := metadata.MD(c).Get(key); len(values) > 0 {
		return values[0]
	}
	return ""
}

// Set implements [propagation.TextMapCarrier].
func (c carrier) Set(key, value string) { metadata.MD(c).Set(key, value) }

// Keys implements [propagation.TextMapCarrier].
func (c carrier) Keys() []string {
	keys := make([]string, 0, len(c))
	for k := range c {
		keys = append(keys, k)
	}
	return keys
}
