package hooks

import (
	"context"
	"io"
	"slices"
	"testing"
	"time"
	_ "unsafe" // for go:linkname

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/httpconv"

	"github.com/goweaver/weaver/builtin/internal/race"
	"github.com/goweaver/weaver/instrument/hook"
)

var (
	place  = &hook.Func{Package: "example.com/shop/orders", Name: "Place", Options: []hook.Option{{Key: "name", Value: "function.call.duration"}}}
	cancel = &hook.Func{Package: "example.com/shop/orders", Name: "(*Shop).Cancel", Options: []hook.Option{{Key: "name", Value: "orders.cancel.duration"}}}
)

// provide gives the process a meter provider until the test ends.
func provide(t testing.TB) *sdkmetric.ManualReader {
	reader, before := sdkmetric.NewManualReader(), otel.GetMeterProvider()
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)))
	t.Cleanup(func() { otel.SetMeterProvider(before) })
	return reader
}

// read returns the metrics of the scope of that name.
func read(t *testing.T, reader *sdkmetric.ManualReader, scope string) []metricdata.Metrics {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &all); err != nil {
		t.Fatal(err)
	}
	for _, s := range all.ScopeMetrics {
		if s.Scope.Name == scope {
			if scope == own && s.Scope.SchemaURL != semconv.SchemaURL {
				t.Errorf("the schema is %q", s.Scope.SchemaURL)
			}
			return s.Metrics
		}
	}
	t.Fatalf("there is no scope %s", scope)
	return nil
}

const own = "github.com/goweaver/weaver/builtin/durations"

// Each hook measures a call in seconds, by how it ended: all in one metric, but those of
// functions that name another.
func TestTime(t *testing.T) {
	reader := provide(t)
	end, endCtx := Time(place), TimeContext(t.Context(), place)
	endErr, endCtxErr := TimeErr(place), TimeContextErr(nil, place) //nolint:staticcheck // a function may be called so
	began := time.Now()
	time.Sleep(30 * time.Millisecond)
	end(hook.Returned)
	endCtx(hook.Goexit)
	endErr(hook.Returned, nil)
	endCtxErr(hook.Returned, io.EOF)
	Time(place)(hook.Panicked)
	TimeErr(cancel)(hook.Returned, nil)

	var got []string
	for _, m := range read(t, reader, own) {
		h, ok := m.Data.(metricdata.Histogram[float64])
		if m.Unit != "s" || !ok {
			t.Errorf("%s is a %T of %q", m.Name, m.Data, m.Unit)
		}
		for _, p := range h.DataPoints {
			got = append(got, m.Name+" "+p.Attributes.Encoded(attribute.DefaultEncoder())+" "+attribute.Int64Value(int64(p.Count)).String())
			least, slow := 0.03*float64(p.Count), !p.Attributes.HasValue("error.type") && m.Name == "function.call.duration"
			if slow && p.Sum < least || p.Sum > 5*time.Since(began).Seconds() {
				t.Errorf("%s: %v s in %d calls", m.Name, p.Sum, p.Count)
			}
		}
	}
	slices.Sort(got)
	want := []string{
		"function.call.duration code.function.name=example.com/shop/orders.Place,error.type=*errors.errorString,function.call.outcome=error 1",
		"function.call.duration code.function.name=example.com/shop/orders.Place,error.type=goexit,function.call.outcome=goexit 1",
		"function.call.duration code.function.name=example.com/shop/orders.Place,error.type=panic,function.call.outcome=panic 1",
		"function.call.duration code.function.name=example.com/shop/orders.Place,function.call.outcome=ok 2",
		"orders.cancel.duration code.function.name=example.com/shop/orders.(*Shop).Cancel,function.call.outcome=ok 1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the points are\n%q, want\n%q", got, want)
	}
}

// The buckets are those of the semantic conventions, as package httpconv has them.
func TestBuckets(t *testing.T) {
	reader := provide(t)
	Time(place)(hook.Returned)
	http, err := httpconv.NewServerRequestDuration(otel.GetMeterProvider().Meter("http"))
	if err != nil {
		t.Fatal(err)
	}
	http.Inst().Record(t.Context(), 1)
	bounds := func(scope string) []float64 {
		return read(t, reader, scope)[0].Data.(metricdata.Histogram[float64]).DataPoints[0].Bounds
	}
	if got, want := bounds(own), bounds("http"); !slices.Equal(got, want) {
		t.Errorf("the bounds are %v, and those of HTTP %v", got, want)
	}
}

// A call in a span that is sampled is an example of its point.
func TestExemplar(t *testing.T) {
	reader := provide(t)
	ctx, span := sdktrace.NewTracerProvider().Tracer("test").Start(t.Context(), "place")
	TimeContextErr(ctx, place)(hook.Returned, nil)
	p := read(t, reader, own)[0].Data.(metricdata.Histogram[float64]).DataPoints[0]
	id := span.SpanContext().SpanID()
	if len(p.Exemplars) != 1 || !slices.Equal(p.Exemplars[0].SpanID, id[:]) {
		t.Errorf("the examples are %v, want one of span %v", p.Exemplars, id)
	}
}

// how is what woven code asks in a deferred function.
//
//go:linkname how github.com/goweaver/weaver/instrument/hook.how
func how() hook.Exit

// work is what is measured.
//
//go:noinline
func work(ctx context.Context) error { return ctx.Err() }

// woven is work as weaver would have it.
func woven(ctx context.Context) (err error) {
	end := TimeContextErr(ctx, place)
	defer func() {
		if end != nil {
			end(how(), err)
		}
	}()
	return work(ctx)
}

var (
	handHistogram        metric.Float64Histogram
	handOK, handPanicked = option("ok", ""), option("panic", "panic")
	handFailed           = option("error", "context.Canceled")
)

func option(outcome, failure string) []metric.RecordOption {
	attrs := []attribute.KeyValue{semconv.CodeFunctionName("example.com/shop/orders.Place"), attribute.String("function.call.outcome", outcome)}
	if failure != "" {
		attrs = append(attrs, semconv.ErrorTypeKey.String(failure))
	}
	return []metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(attrs...))}
}

// byHand is work by hand, with all care: the options are made once.
func byHand(ctx context.Context) (err error) {
	began, panicked := time.Now(), true
	defer func() {
		took := time.Since(began).Seconds()
		switch {
		case panicked:
			handHistogram.Record(ctx, took, handPanicked...)
		case err != nil:
			handHistogram.Record(ctx, took, handFailed...)
		default:
			handHistogram.Record(ctx, took, handOK...)
		}
	}()
	err = work(ctx)
	panicked = false
	return err
}

func provideBoth(t testing.TB) {
	provide(t)
	handHistogram, _ = otel.GetMeterProvider().Meter("hand").Float64Histogram("hand", metric.WithExplicitBucketBoundaries(
		0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10))
}

// A call that is measured allocates no more than one that is by hand.
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

func BenchmarkTime(b *testing.B) {
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
