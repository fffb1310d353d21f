package hooks

import (
	"context"
	"errors"
	"io"
	"runtime"
	"slices"
	"sync"
	"testing"
	_ "unsafe" // for go:linkname

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/race"
	"github.com/goweaver/weaver/instrument/hook"
)

var (
	place  = &hook.Func{Package: "example.com/shop/orders", Name: "Place", Options: []hook.Option{{Key: "name", Value: "function.calls"}}}
	cancel = &hook.Func{Package: "example.com/shop/orders", Name: "(*Shop).Cancel", Options: []hook.Option{{Key: "name", Value: "orders.cancelled"}}}
	refund = &hook.Func{Package: "example.com/shop/orders", Name: "(*Shop).Refund", Options: cancel.Options}
)

// provide gives the process a meter provider until the test ends.
func provide(t testing.TB) *sdkmetric.ManualReader {
	reader, before := sdkmetric.NewManualReader(), otel.GetMeterProvider()
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)))
	t.Cleanup(func() { otel.SetMeterProvider(before) })
	return reader
}

// read returns the metrics of the one scope that there is.
func read(t *testing.T, reader *sdkmetric.ManualReader) metricdata.ScopeMetrics {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &all); err != nil {
		t.Fatal(err)
	}
	if len(all.ScopeMetrics) != 1 {
		t.Fatalf("%d scopes", len(all.ScopeMetrics))
	}
	return all.ScopeMetrics[0]
}

// Each hook counts calls of its function by how they ended: all in one metric, but those of
// functions that name another.
func TestCount(t *testing.T) {
	reader := provide(t)
	end, endCtx := Count(place), CountContext(t.Context(), place)
	endErr, endCtxErr := CountErr(place), CountContextErr(nil, place) //nolint:staticcheck // a function may be called so
	end(hook.Returned)
	endCtx(hook.Goexit)
	endErr(hook.Returned, nil)
	endCtxErr(hook.Returned, io.EOF)
	Count(place)(hook.Panicked)
	Count(cancel)(hook.Returned)
	Count(refund)(hook.Returned)

	scope := read(t, reader)
	if scope.Scope.Name != "github.com/goweaver/weaver/builtin/counters" || scope.Scope.SchemaURL != semconv.SchemaURL {
		t.Errorf("the scope is %v", scope.Scope)
	}
	var got []string
	for _, m := range scope.Metrics {
		sum, ok := m.Data.(metricdata.Sum[int64])
		if m.Unit != "{call}" || !ok || !sum.IsMonotonic {
			t.Errorf("%s is a %T of %q", m.Name, m.Data, m.Unit)
		}
		for _, p := range sum.DataPoints {
			got = append(got, m.Name+" "+p.Attributes.Encoded(attribute.DefaultEncoder())+" "+attribute.Int64Value(p.Value).String())
		}
	}
	slices.Sort(got)
	want := []string{
		"function.calls code.function.name=example.com/shop/orders.Place,error.type=*errors.errorString,function.call.outcome=error 1",
		"function.calls code.function.name=example.com/shop/orders.Place,error.type=goexit,function.call.outcome=goexit 1",
		"function.calls code.function.name=example.com/shop/orders.Place,error.type=panic,function.call.outcome=panic 1",
		"function.calls code.function.name=example.com/shop/orders.Place,function.call.outcome=ok 2",
		"orders.cancelled code.function.name=example.com/shop/orders.(*Shop).Cancel,function.call.outcome=ok 1",
		"orders.cancelled code.function.name=example.com/shop/orders.(*Shop).Refund,function.call.outcome=ok 1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the points are\n%q, want\n%q", got, want)
	}
}

// A call in a span that is sampled is an example of its point.
func TestExemplar(t *testing.T) {
	reader := provide(t)
	ctx, span := sdktrace.NewTracerProvider().Tracer("test").Start(t.Context(), "place")
	CountContextErr(ctx, place)(hook.Returned, nil)
	p := read(t, reader).Metrics[0].Data.(metricdata.Sum[int64]).DataPoints[0]
	id := span.SpanContext().SpanID()
	if len(p.Exemplars) != 1 || !slices.Equal(p.Exemplars[0].SpanID, id[:]) {
		t.Errorf("the examples are %v, want one of span %v", p.Exemplars, id)
	}
}

// Calls are counted by whatever goroutines make them, and those that end one.
func TestConcurrent(t *testing.T) {
	reader := provide(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for n := range 50 {
				end := CountErr(place)
				if n == 49 {
					defer end(hook.Goexit, nil)
					runtime.Goexit()
				}
				end(hook.Returned, nil)
			}
		})
	}
	wg.Wait()
	for _, p := range read(t, reader).Metrics[0].Data.(metricdata.Sum[int64]).DataPoints {
		if want := map[bool]int64{true: 392, false: 8}[!p.Attributes.HasValue("error.type")]; p.Value != want {
			t.Errorf("%s: %d, want %d", p.Attributes.Encoded(attribute.DefaultEncoder()), p.Value, want)
		}
	}
}

// work is what is counted.
//
//go:noinline
func work(ctx context.Context) error { return ctx.Err() }

// how is what woven code asks in a deferred function.
//
//go:linkname how github.com/goweaver/weaver/instrument/hook.how
func how() hook.Exit

// woven is work as weaver would have it.
func woven(ctx context.Context) (err error) {
	end := CountContextErr(ctx, place)
	defer func() {
		if end != nil {
			end(how(), err)
		}
	}()
	return work(ctx)
}

var (
	handCounter        metric.Int64Counter
	handOK, handFailed = option("ok", ""), option("error", "context.Canceled")
	handPanicked       = option("panic", "panic")
)

func option(outcome, failure string) []metric.AddOption {
	attrs := []attribute.KeyValue{semconv.CodeFunctionName("example.com/shop/orders.Place"), attribute.String("function.call.outcome", outcome)}
	if failure != "" {
		attrs = append(attrs, semconv.ErrorTypeKey.String(failure))
	}
	return []metric.AddOption{metric.WithAttributeSet(attribute.NewSet(attrs...))}
}

// byHand is woven by hand, with all care: the options are made once.
func byHand(ctx context.Context) (err error) {
	panicked := true
	defer func() {
		switch {
		case panicked:
			handCounter.Add(ctx, 1, handPanicked...)
		case errors.Is(err, context.Canceled):
			handCounter.Add(ctx, 1, handFailed...)
		default:
			handCounter.Add(ctx, 1, handOK...)
		}
	}()
	err = work(ctx)
	panicked = false
	return err
}

func provideBoth(t testing.TB) {
	provide(t)
	handCounter, _ = otel.GetMeterProvider().Meter("hand").Int64Counter("hand")
}

// A call that is counted allocates no more than one that is by hand.
func TestAllocations(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector allocates")
	}
	provideBoth(t)
	allocs := func(ctx context.Context, f func(context.Context) error) float64 {
		return testing.AllocsPerRun(100, func() { _ = f(ctx) })
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for claim, ctx := range map[string]context.Context{"ok": t.Context(), "failed": cancelled} {
		if hand, got := allocs(ctx, byHand), allocs(ctx, woven); got > hand {
			t.Errorf("%s: %v allocations, by hand %v", claim, got, hand)
		}
	}
}

func BenchmarkCount(b *testing.B) {
	run := func(name string, f func(context.Context) error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = f(b.Context())
			}
		})
	}
	run("none/plain", work)
	run("none/woven", woven)
	provideBoth(b)
	run("metrics/woven", woven)
	run("metrics/by hand", byHand)
}
