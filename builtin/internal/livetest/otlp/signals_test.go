package otlp_test

import (
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/log/logtest"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/otlp"
)

// rounds is how many requests of each kind are made up at random.
const rounds = 60

// A maker makes telemetry up.
type maker struct{ *rand.Rand }

func newMaker(seed uint64) maker { return maker{rand.New(rand.NewPCG(seed, 1))} }

// some returns up to n of what f makes, often none.
func some[T any](m maker, n int, f func() T) (out []T) {
	for range max(0, m.IntN(n+2)-1) {
		out = append(out, f())
	}
	return out
}

func (m maker) text() string {
	return strings.Repeat([]string{"", "a", "ü€", "long "}[m.IntN(4)], m.IntN(60))
}

func (m maker) int() int64 {
	return []int64{0, 1, -1, math.MaxInt64, math.MinInt64, int64(m.Uint32())}[m.IntN(6)]
}

func (m maker) float() float64 {
	return []float64{0, math.Copysign(0, -1), 1.5, -2, math.Inf(1), math.MaxFloat64, m.Float64()}[m.IntN(7)]
}

func (m maker) bool() bool { return m.IntN(2) == 0 }

func (m maker) count() int { return []int{0, 0, 3, -1, 1 << 40}[m.IntN(5)] }

func (m maker) time() time.Time {
	return []time.Time{{}, time.Unix(0, 0), time.Unix(-1, 0), time.Unix(1_700_000_000, m.Int64N(1e9))}[m.IntN(4)]
}

func (m maker) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(m.Uint32())
	}
	return b
}

// value makes a value of each kind that attributes have.
func (m maker) value(depth int) attribute.Value {
	kinds := 11
	if depth == 0 {
		kinds = 9
	}
	switch m.IntN(kinds) {
	case 0:
		return attribute.StringValue(m.text())
	case 1:
		return attribute.BoolValue(m.bool())
	case 2:
		return attribute.Int64Value(m.int())
	case 3:
		return attribute.Float64Value(m.float())
	case 4:
		return attribute.StringSliceValue(some(m, 3, m.text))
	case 5:
		return attribute.BoolSliceValue(some(m, 3, m.bool))
	case 6:
		return attribute.Int64SliceValue(some(m, 3, m.int))
	case 7:
		return attribute.Float64SliceValue(some(m, 3, m.float))
	case 8:
		return attribute.ByteSliceValue(m.bytes(m.IntN(4)))
	case 9:
		return attribute.SliceValue(some(m, 3, func() attribute.Value { return m.value(depth - 1) })...)
	default:
		return attribute.MapValue(some(m, 3, func() attribute.KeyValue { return m.keyValue(depth - 1) })...)
	}
}

func (m maker) keyValue(depth int) attribute.KeyValue {
	return attribute.KeyValue{Key: attribute.Key(m.text()), Value: m.value(depth)}
}

func (m maker) attributes() []attribute.KeyValue {
	return some(m, 4, func() attribute.KeyValue { return m.keyValue(2) })
}

// resource makes one with attributes: of one that has none the official exporters leave the
// message out for logs alone.
func (m maker) resource() *resource.Resource {
	return resource.NewWithAttributes(m.text(), append(m.attributes(), attribute.String("service.name", "s"+m.text()))...)
}

// scope makes one with a name: of one that has none the official exporters leave the
// message out, for traces and logs, and have an empty one for metrics.
func (m maker) scope() instrumentation.Scope {
	return instrumentation.Scope{Name: "s" + m.text(), Version: m.text(), SchemaURL: m.text(), Attributes: attribute.NewSet(m.attributes()...)}
}

// spanContext makes one; valid tells whether it has ids.
func (m maker) spanContext() trace.SpanContext {
	conf := trace.SpanContextConfig{TraceFlags: trace.TraceFlags(m.IntN(256)), Remote: m.bool()}
	if m.bool() {
		conf.TraceID, conf.SpanID = trace.TraceID(m.bytes(16)), trace.SpanID(m.bytes(8))
	}
	return trace.NewSpanContext(conf)
}

func (m maker) span(r *resource.Resource, s instrumentation.Scope) tracetest.SpanStub {
	c := m.spanContext()
	if m.bool() {
		c = c.WithTraceState(trace.TraceState{})
		if state, err := trace.ParseTraceState("a=1,b=2"); err == nil {
			c = c.WithTraceState(state)
		}
	}
	return tracetest.SpanStub{
		Name: m.text(), SpanContext: c, Parent: m.spanContext(), SpanKind: trace.SpanKind(m.IntN(7)),
		StartTime: m.time(), EndTime: m.time(), Attributes: m.attributes(),
		Events: some(m, 3, func() sdktrace.Event {
			return sdktrace.Event{Name: m.text(), Attributes: m.attributes(), DroppedAttributeCount: m.count(), Time: m.time()}
		}),
		Links: some(m, 3, func() sdktrace.Link {
			return sdktrace.Link{SpanContext: m.spanContext(), Attributes: m.attributes(), DroppedAttributeCount: m.count()}
		}),
		Status:            sdktrace.Status{Code: codes.Code(m.IntN(3)), Description: m.text()},
		DroppedAttributes: m.count(), DroppedEvents: m.count(), DroppedLinks: m.count(),
		Resource: r, InstrumentationScope: s,
	}
}

// Spans arrive as the official exporter sends them.
func TestSpans(t *testing.T) {
	protocols(t, func(t *testing.T, c *collector) {
		var official sdktrace.SpanExporter
		var err error
		if os.Getenv("OTEL_EXPORTER_OTLP_PROTOCOL") == "grpc" {
			official, err = otlptracegrpc.New(t.Context())
		} else {
			official, err = otlptracehttp.New(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		ours, err := otlp.NewSpans(os.Getenv, &otlp.Haste{})
		if err != nil {
			t.Fatal(err)
		}
		for seed := range uint64(rounds) {
			m := newMaker(seed)
			var stubs tracetest.SpanStubs
			for range 1 + m.IntN(2) {
				r := m.resource()
				for range 1 + m.IntN(3) {
					s := m.scope()
					for range 1 + m.IntN(3) {
						stubs = append(stubs, m.span(r, s))
					}
				}
			}
			for _, e := range []sdktrace.SpanExporter{official, ours} {
				if err := e.ExportSpans(t.Context(), stubs.Snapshots()); err != nil {
					t.Fatal(err)
				}
			}
			c.same(t)
		}
	})
}

// Log records arrive as the official exporter sends them.
func TestLogs(t *testing.T) {
	protocols(t, func(t *testing.T, c *collector) {
		var official sdklog.Exporter
		var err error
		if os.Getenv("OTEL_EXPORTER_OTLP_PROTOCOL") == "grpc" {
			official, err = otlploggrpc.New(t.Context())
		} else {
			official, err = otlploghttp.New(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		ours, err := otlp.NewLogs(os.Getenv, &otlp.Haste{})
		if err != nil {
			t.Fatal(err)
		}
		for seed := range uint64(rounds) {
			m := newMaker(seed)
			var records []sdklog.Record
			r := m.resource()
			for range 1 + m.IntN(3) {
				s := m.scope()
				for range 1 + m.IntN(3) {
					records = append(records, m.record(r, &s))
				}
			}
			for _, e := range []sdklog.Exporter{official, ours} {
				if err := e.Export(t.Context(), records); err != nil {
					t.Fatal(err)
				}
			}
			c.same(t)
		}
	})
}

func (m maker) record(r *resource.Resource, s *instrumentation.Scope) sdklog.Record {
	c := m.spanContext()
	return logtest.RecordFactory{
		EventName: m.text(), Timestamp: m.time(), ObservedTimestamp: m.time(), Severity: log.Severity(m.IntN(27) - 1), SeverityText: m.text(),
		Body: m.value(2), Attributes: m.attributes(), DroppedAttributes: m.count(),
		TraceID: c.TraceID(), SpanID: c.SpanID(), TraceFlags: c.TraceFlags(), InstrumentationScope: s, Resource: r,
	}.NewRecord()
}

// Metrics arrive as the official exporter sends them, and those that can not be sent are
// left out by both.
func TestMetrics(t *testing.T) {
	protocols(t, func(t *testing.T, c *collector) {
		var official sdkmetric.Exporter
		var err error
		if os.Getenv("OTEL_EXPORTER_OTLP_PROTOCOL") == "grpc" {
			official, err = otlpmetricgrpc.New(t.Context())
		} else {
			official, err = otlpmetrichttp.New(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		ours, err := otlp.NewMetrics(os.Getenv, &otlp.Haste{})
		if err != nil {
			t.Fatal(err)
		}
		broken := 0
		for seed := range uint64(rounds) {
			m := newMaker(seed)
			rm := &metricdata.ResourceMetrics{Resource: m.resource(), ScopeMetrics: some(m, 3, func() metricdata.ScopeMetrics {
				return metricdata.ScopeMetrics{Scope: m.scope(), Metrics: some(m, 6, m.metric)}
			})}
			var errs [2]error
			for i, e := range []sdkmetric.Exporter{official, ours} {
				errs[i] = e.Export(t.Context(), rm)
			}
			if (errs[0] == nil) != (errs[1] == nil) {
				t.Errorf("the official exporter: %v, ours: %v", errs[0], errs[1])
			}
			if errs[1] != nil {
				broken++
			}
			c.same(t)
		}
		if broken == 0 {
			t.Error("no round had a metric that can not be sent")
		}
	})
}

func (m maker) metric() metricdata.Metrics {
	out := metricdata.Metrics{Name: m.text(), Description: m.text(), Unit: m.text()}
	temporality := []metricdata.Temporality{metricdata.CumulativeTemporality, metricdata.DeltaTemporality, metricdata.DeltaTemporality, 9}[m.IntN(4)]
	switch m.IntN(10) {
	case 0:
		out.Data = metricdata.Gauge[int64]{DataPoints: points(m, m.int)}
	case 1:
		out.Data = metricdata.Gauge[float64]{DataPoints: points(m, m.float)}
	case 2:
		out.Data = metricdata.Sum[int64]{DataPoints: points(m, m.int), Temporality: temporality, IsMonotonic: m.bool()}
	case 3:
		out.Data = metricdata.Sum[float64]{DataPoints: points(m, m.float), Temporality: temporality, IsMonotonic: m.bool()}
	case 4:
		out.Data = metricdata.Histogram[int64]{DataPoints: histogram(m, m.int), Temporality: temporality}
	case 5:
		out.Data = metricdata.Histogram[float64]{DataPoints: histogram(m, m.float), Temporality: temporality}
	case 6:
		out.Data = metricdata.ExponentialHistogram[int64]{DataPoints: exponential(m, m.int), Temporality: temporality}
	case 7:
		out.Data = metricdata.ExponentialHistogram[float64]{DataPoints: exponential(m, m.float), Temporality: temporality}
	case 8:
		out.Data = metricdata.Summary{DataPoints: some(m, 2, func() metricdata.SummaryDataPoint {
			return metricdata.SummaryDataPoint{Attributes: attribute.NewSet(m.attributes()...), StartTime: m.time(), Time: m.time(), Count: m.Uint64(), Sum: m.float(),
				QuantileValues: some(m, 3, func() metricdata.QuantileValue {
					return metricdata.QuantileValue{Quantile: m.float(), Value: m.float()}
				})}
		})}
	}
	return out
}

func points[N int64 | float64](m maker, value func() N) []metricdata.DataPoint[N] {
	return some(m, 3, func() metricdata.DataPoint[N] {
		return metricdata.DataPoint[N]{Attributes: attribute.NewSet(m.attributes()...), StartTime: m.time(), Time: m.time(), Value: value(), Exemplars: exemplars(m, value)}
	})
}

func exemplars[N int64 | float64](m maker, value func() N) []metricdata.Exemplar[N] {
	return some(m, 2, func() metricdata.Exemplar[N] {
		return metricdata.Exemplar[N]{FilteredAttributes: m.attributes(), Time: m.time(), Value: value(), SpanID: m.bytes(8), TraceID: m.bytes(16)}
	})
}

func extrema[N int64 | float64](m maker, value func() N) (e metricdata.Extrema[N]) {
	if m.bool() {
		e = metricdata.NewExtrema(value())
	}
	return e
}

func histogram[N int64 | float64](m maker, value func() N) []metricdata.HistogramDataPoint[N] {
	return some(m, 2, func() metricdata.HistogramDataPoint[N] {
		return metricdata.HistogramDataPoint[N]{
			Attributes: attribute.NewSet(m.attributes()...), StartTime: m.time(), Time: m.time(), Count: m.Uint64(), Sum: value(),
			Bounds: some(m, 20, m.float), BucketCounts: some(m, 20, m.Uint64),
			Min: extrema(m, value), Max: extrema(m, value), Exemplars: exemplars(m, value),
		}
	})
}

func exponential[N int64 | float64](m maker, value func() N) []metricdata.ExponentialHistogramDataPoint[N] {
	buckets := func() metricdata.ExponentialBucket {
		return metricdata.ExponentialBucket{Offset: int32(m.Uint32()), Counts: some(m, 20, m.Uint64)}
	}
	return some(m, 2, func() metricdata.ExponentialHistogramDataPoint[N] {
		return metricdata.ExponentialHistogramDataPoint[N]{
			Attributes: attribute.NewSet(m.attributes()...), StartTime: m.time(), Time: m.time(), Count: m.Uint64(), Sum: value(),
			Scale: int32(m.Uint32()), ZeroCount: m.Uint64(), PositiveBucket: buckets(), NegativeBucket: buckets(),
			Min: extrema(m, value), Max: extrema(m, value), Exemplars: exemplars(m, value),
		}
	})
}
