package hooks

// What tells of RPCs: OpenTelemetry's otelgrpc, with the providers of the moment.

import (
	"context"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	meterembedded "go.opentelemetry.io/otel/metric/embedded"
	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
	tracerembedded "go.opentelemetry.io/otel/trace/embedded"
	"google.golang.org/grpc/stats"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// A side of an RPC is what all servers, or all clients, share.
type side struct {
	server    bool
	seen      atomic.Bool // there has been an rpc: before that no context is searched for one
	metered   *telemetry.Instruments[stats.Handler]
	unmetered func() stats.Handler
}

// newSide returns the side that is told of by what constructor makes.
func newSide(server bool, constructor func(...otelgrpc.Option) stats.Handler) *side {
	with := func(mp metric.MeterProvider) stats.Handler {
		return constructor(otelgrpc.WithTracerProvider(tracers{}), otelgrpc.WithMeterProvider(mp),
			otelgrpc.WithPropagators(propagator{}))
	}
	return &side{
		server: server,
		metered: telemetry.NewInstruments(otelgrpc.ScopeName,
			func(m metric.Meter) stats.Handler { return with(meters{meter: m}) },
			metric.WithInstrumentationVersion(otelgrpc.Version), metric.WithSchemaURL(semconv.SchemaURL)),
		unmetered: sync.OnceValue(func() stats.Handler { return with(noop.NewMeterProvider()) }),
	}
}

// handler returns the handler that tells of an RPC that begins now.
func (s *side) handler() stats.Handler {
	if h := s.metered.Current(); h != nil {
		return *h
	}
	return s.unmetered()
}

// rpc returns the innermost RPC of this side that ctx belongs to, or nil.
func (s *side) rpc(ctx context.Context) *rpc {
	if !s.seen.Load() {
		return nil
	}
	r, _ := ctx.Value(s).(*rpc)
	return r
}

// with returns ctx as one of r.
func (s *side) with(ctx context.Context, r *rpc) context.Context {
	if !s.seen.Load() { // a load costs less than a store where there are many RPCs
		s.seen.Store(true)
	}
	return context.WithValue(ctx, s, r)
}

func (s *side) own(ctx context.Context) {
	if r := s.rpc(ctx); r != nil {
		r.own.Store(true)
	}
}

// tracers is a provider of tracers that start their spans with the program's provider of the
// moment. Those of OpenTelemetry's own global provider keep to the first.
type tracers struct{ tracerembedded.TracerProvider }

// Tracer implements [trace.TracerProvider].
func (tracers) Tracer(name string, opts ...trace.TracerOption) trace.Tracer {
	return telemetry.NewTracer(name, opts...)
}

// meters is a provider of one meter.
type meters struct {
	meterembedded.MeterProvider
	meter metric.Meter
}

// Meter implements [metric.MeterProvider].
func (m meters) Meter(string, ...metric.MeterOption) metric.Meter { return m.meter }

// propagator is the program's propagator of the moment. Where there are no traces nothing is
// propagated.
type propagator struct{}

// Inject implements [propagation.TextMapPropagator].
func (propagator) Inject(ctx context.Context, carrier propagation.TextMapCarrier) {
	if _, ok := telemetry.TracerProvider(); ok {
		otel.GetTextMapPropagator().Inject(ctx, carrier)
	}
}

// Extract implements [propagation.TextMapPropagator].
func (propagator) Extract(ctx context.Context, carrier propagation.TextMapCarrier) context.Context {
	if _, ok := telemetry.TracerProvider(); ok {
		return otel.GetTextMapPropagator().Extract(ctx, carrier)
	}
	return ctx
}

// Fields implements [propagation.TextMapPropagator].
func (propagator) Fields() []string { return otel.GetTextMapPropagator().Fields() }
