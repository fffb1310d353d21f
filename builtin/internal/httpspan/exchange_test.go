package httpspan

import (
	"context"
	"testing"
	"time"

	"go.opentelemetry.io/otel/baggage"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// asking is a context that tells what it was asked for.
type asking struct{ key *any }

func (asking) Deadline() (time.Time, bool) { return time.Time{}, false }
func (asking) Done() <-chan struct{}       { return nil }
func (asking) Err() error                  { return nil }
func (a asking) Value(key any) any         { *a.key = key; return nil }

// begin returns an exchange that records, and the context of its handler.
func begin(t *testing.T) (*Exchange, context.Context, *tracetest.SpanRecorder, *sdkmetric.ManualReader) {
	t.Helper()
	spans, reader := tracetest.NewSpanRecorder(), sdkmetric.NewManualReader()
	tracer := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)).Tracer("test")
	m := NewServerInstruments(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)).Meter("test"))
	ctx := context.WithoutCancel(t.Context())
	x := &Exchange{Start: time.Now(), Parent: trace.SpanFromContext(ctx), Metrics: &m, Path: "/orders/3"}
	x.Common[0], x.Method = Method("GET")
	x.Common[1], x.Common[2] = Scheme(false), ProtocolVersion(1, 1)
	ctx, x.Span = tracer.Start(ctx, x.Method)
	return x, x.Enter(ctx), spans, reader
}

// finish ends the exchange as servers do.
func finish(x *Exchange, sent Sent, how hook.Exit) {
	x.Release()
	if x.Told() {
		x.End(time.Now(), sent, x.Route(""), how, hook.Panic{})
	}
}

// An exchange is found by its context, and has the route that was told of it.
func TestExchange(t *testing.T) {
	x, ctx, spans, _ := begin(t)
	if Of(ctx) != x || x.Context() != ctx || Of(context.Background()) != nil {
		t.Error("the exchange is not the one of its context")
	}
	x.SetRoute("/orders/:id", true)
	finish(x, Sent{Status: 200, Size: 3}, hook.Returned)
	if ended := spans.Ended(); len(ended) != 1 || ended[0].Name() != "GET /orders/:id" {
		t.Errorf("ended: %v", ended)
	}
}

// Of routers the one that has seen the whole path counts.
func TestRoute(t *testing.T) {
	for claim, c := range map[string]struct {
		tell func(x *Exchange)
		want string
	}{
		"nobody tells":              {func(*Exchange) {}, "/request/{own}"},
		"a mux":                     {func(x *Exchange) { x.SetMux("GET shop.example/mux/") }, "/mux/"},
		"a router":                  {func(x *Exchange) { x.SetRoute("/r/:id", true) }, "/r/:id"},
		"a router in a mux":         {func(x *Exchange) { x.SetRoute("/r/:id", true); x.SetMux("/r/") }, "/r/:id"},
		"a router behind a mux":     {func(x *Exchange) { x.SetRoute("/:id", false); x.SetMux("/r/") }, "/r/"},
		"a router behind a cut":     {func(x *Exchange) { x.SetRoute("/:id", false) }, "/:id"},
		"a router in a router":      {func(x *Exchange) { x.SetRoute("/r/*", true); x.SetRoute("/r/:id", true) }, "/r/:id"},
		"a router behind a router":  {func(x *Exchange) { x.SetRoute("/r/*", true); x.SetRoute("/:id", false) }, "/r/*"},
		"a router that found none":  {func(x *Exchange) { x.SetRoute("", true) }, ""},
		"a fallback after none was": {func(x *Exchange) { x.SetRoute("", true); x.SetRoute("/:id", true) }, "/:id"},
	} {
		x := &Exchange{}
		c.tell(x)
		if got := x.Route("/request/{own}"); got != c.want {
			t.Errorf("%s: %q, want %q", claim, got, c.want)
		}
	}
}

// The program's own instrumentation gets a context without the span, unless that has
// children already.
func TestYield(t *testing.T) {
	x, ctx, spans, reader := begin(t)
	given, ok := x.Yield(ctx)
	x.Leave()
	if !ok || trace.SpanContextFromContext(given).IsValid() || Of(given) != x || trace.SpanContextFromContext(x.Context()).IsValid() || Of(x.Context()) != x {
		t.Error("the context is not as it was without the span")
	}
	finish(x, Sent{Status: 200}, hook.Returned)
	if len(spans.Ended()) != 0 || measured(t, reader) != 0 {
		t.Error("the exchange is told of twice")
	}

	x, ctx, spans, reader = begin(t)
	other, _ := sdktrace.NewTracerProvider().Tracer("test").Start(ctx, "child")
	if given, ok := x.Yield(other); ok || given != other {
		t.Error("a span that has children was given up")
	}
	finish(x, Sent{Status: 200}, hook.Returned)
	if len(spans.Ended()) != 1 || measured(t, reader) != 0 {
		t.Error("its span is not kept, or its metrics are")
	}
}

// An origin has what is to be propagated, and not the context.
func TestOriginOf(t *testing.T) {
	_, ctx, _, _ := begin(t)
	member, err := baggage.NewMember("who", "bob")
	if err != nil {
		t.Fatal(err)
	}
	b, err := baggage.New(member)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(baggage.ContextWithBaggage(telemetry.Untraced(ctx), b))
	cancel()
	got := OriginOf(ctx).Context
	if trace.SpanFromContext(got) != trace.SpanFromContext(ctx) || baggage.FromContext(got).String() != "who=bob" || !telemetry.IsUntraced(got) {
		t.Error("the origin lacks something")
	}
	if got.Err() != nil || Of(got) != nil || telemetry.IsUntraced(OriginOf(t.Context()).Context) {
		t.Error("the origin has more than that")
	}
}

// measured returns how many durations were recorded.
func measured(t *testing.T, reader *sdkmetric.ManualReader) (n uint64) {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := reader.Collect(context.WithoutCancel(t.Context()), &all); err != nil {
		t.Fatal(err)
	}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			if data, ok := m.Data.(metricdata.Histogram[float64]); ok {
				for _, p := range data.DataPoints {
					n += p.Count
				}
			}
		}
	}
	return n
}
