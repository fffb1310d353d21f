package otlp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// encodeMetrics writes an ExportMetricsServiceRequest. A metric that the protocol has no form
// for is left out, and the error names it.
func encodeMetrics(rm *metricdata.ResourceMetrics) (message []byte, err error) {
	var scopes []*group[metricdata.Metrics]
	var errs []error
	for _, s := range rm.ScopeMetrics {
		g := &group[metricdata.Metrics]{resource: rm.Resource, scope: s.Scope}
		for _, m := range s.Metrics {
			if err := sendable(m); err != nil {
				errs = append(errs, err)
			} else {
				g.items = append(g.items, m)
			}
		}
		scopes = append(scopes, g)
	}
	if len(scopes) == 0 { // the resource is told all the same
		e := &encoder{}
		e.message(1, func() {
			e.message(1, func() { e.set(1, rm.Resource.Set()) })
			e.text(3, rm.Resource.SchemaURL())
		})
		return e.buf, nil
	}
	return encodeGroups([][]*group[metricdata.Metrics]{scopes}, (*encoder).metric), errors.Join(errs...)
}

// sendable says what keeps a metric from being sent.
func sendable(m metricdata.Metrics) error {
	t := metricdata.CumulativeTemporality
	switch d := m.Data.(type) {
	case metricdata.Gauge[int64], metricdata.Gauge[float64], metricdata.Summary:
	case metricdata.Sum[int64]:
		t = d.Temporality
	case metricdata.Sum[float64]:
		t = d.Temporality
	case metricdata.Histogram[int64]:
		t = d.Temporality
	case metricdata.Histogram[float64]:
		t = d.Temporality
	case metricdata.ExponentialHistogram[int64]:
		t = d.Temporality
	case metricdata.ExponentialHistogram[float64]:
		t = d.Temporality
	default:
		return fmt.Errorf("metric %s: unknown aggregation %T", m.Name, m.Data)
	}
	if t != metricdata.CumulativeTemporality && t != metricdata.DeltaTemporality {
		return fmt.Errorf("metric %s: unknown temporality %v", m.Name, t)
	}
	return nil
}

// metric writes the fields of a Metric.
func (e *encoder) metric(m metricdata.Metrics) {
	e.text(1, m.Name)
	e.text(2, m.Description)
	e.text(3, m.Unit)
	switch d := m.Data.(type) {
	case metricdata.Gauge[int64]:
		e.message(5, func() { numbers(e, d.DataPoints) })
	case metricdata.Gauge[float64]:
		e.message(5, func() { numbers(e, d.DataPoints) })
	case metricdata.Sum[int64]:
		sum(e, d)
	case metricdata.Sum[float64]:
		sum(e, d)
	case metricdata.Histogram[int64]:
		histogram(e, d)
	case metricdata.Histogram[float64]:
		histogram(e, d)
	case metricdata.ExponentialHistogram[int64]:
		exponential(e, d)
	case metricdata.ExponentialHistogram[float64]:
		exponential(e, d)
	case metricdata.Summary:
		e.summary(d)
	}
}

func (e *encoder) aggregationTemporality(t metricdata.Temporality) {
	const delta, cumulative = 1, 2
	if t == metricdata.DeltaTemporality {
		e.uint(2, delta)
	} else {
		e.uint(2, cumulative)
	}
}

func sum[N int64 | float64](e *encoder, s metricdata.Sum[N]) {
	e.message(7, func() {
		numbers(e, s.DataPoints)
		e.aggregationTemporality(s.Temporality)
		e.uint(3, bit(s.IsMonotonic))
	})
}

// numbers writes NumberDataPoints.
func numbers[N int64 | float64](e *encoder, points []metricdata.DataPoint[N]) {
	for _, p := range points {
		e.message(1, func() {
			e.time(2, p.StartTime)
			e.time(3, p.Time)
			number(e, 4, p.Value)
			exemplars(e, 5, p.Exemplars)
			e.set(7, &p.Attributes)
		})
	}
}

// number writes a value as a member of the oneof of a double, in the given field, and an
// integer, in field 6.
func number[N int64 | float64](e *encoder, doubleField int, v N) {
	switch v := any(v).(type) {
	case int64:
		e.fixed64Always(6, uint64(v))
	case float64:
		e.doubleAlways(doubleField, v)
	}
}

func exemplars[N int64 | float64](e *encoder, field int, all []metricdata.Exemplar[N]) {
	for _, x := range all {
		e.message(field, func() {
			e.time(2, x.Time)
			number(e, 3, x.Value)
			e.bytes(4, x.SpanID)
			e.bytes(5, x.TraceID)
			e.attributes(7, x.FilteredAttributes)
		})
	}
}

func histogram[N int64 | float64](e *encoder, h metricdata.Histogram[N]) {
	e.message(9, func() {
		for _, p := range h.DataPoints {
			e.message(1, func() {
				e.time(2, p.StartTime)
				e.time(3, p.Time)
				e.fixed64(4, p.Count)
				e.doubleAlways(5, float64(p.Sum))
				packed(e, 6, p.BucketCounts, func(v uint64) { e.buf = binary.LittleEndian.AppendUint64(e.buf, v) })
				packed(e, 7, p.Bounds, func(v float64) { e.buf = binary.LittleEndian.AppendUint64(e.buf, math.Float64bits(v)) })
				exemplars(e, 8, p.Exemplars)
				e.set(9, &p.Attributes)
				extrema(e, 11, p.Min, 12, p.Max)
			})
		}
		e.aggregationTemporality(h.Temporality)
	})
}

func exponential[N int64 | float64](e *encoder, h metricdata.ExponentialHistogram[N]) {
	e.message(10, func() {
		for _, p := range h.DataPoints {
			e.message(1, func() {
				e.set(1, &p.Attributes)
				e.time(2, p.StartTime)
				e.time(3, p.Time)
				e.fixed64(4, p.Count)
				e.doubleAlways(5, float64(p.Sum))
				e.sint(6, p.Scale)
				e.fixed64(7, p.ZeroCount)
				e.buckets(8, p.PositiveBucket)
				e.buckets(9, p.NegativeBucket)
				exemplars(e, 11, p.Exemplars)
				extrema(e, 12, p.Min, 13, p.Max)
				e.double(14, p.ZeroThreshold)
			})
		}
		e.aggregationTemporality(h.Temporality)
	})
}

func (e *encoder) buckets(field int, b metricdata.ExponentialBucket) {
	e.message(field, func() {
		e.sint(1, b.Offset)
		packed(e, 2, b.Counts, func(v uint64) { e.buf = binary.AppendUvarint(e.buf, v) })
	})
}

// extrema writes what is known of the smallest and the largest value.
func extrema[N int64 | float64](e *encoder, minField int, lowest metricdata.Extrema[N], maxField int, highest metricdata.Extrema[N]) {
	if v, ok := lowest.Value(); ok {
		e.doubleAlways(minField, float64(v))
	}
	if v, ok := highest.Value(); ok {
		e.doubleAlways(maxField, float64(v))
	}
}

// packed writes a repeated field of numbers, nothing where there are none.
func packed[T any](e *encoder, field int, values []T, write func(T)) {
	if len(values) == 0 {
		return
	}
	e.message(field, func() {
		for _, v := range values {
			write(v)
		}
	})
}

func (e *encoder) summary(s metricdata.Summary) {
	e.message(11, func() {
		for _, p := range s.DataPoints {
			e.message(1, func() {
				e.time(2, p.StartTime)
				e.time(3, p.Time)
				e.fixed64(4, p.Count)
				e.double(5, p.Sum)
				for _, q := range p.QuantileValues {
					e.message(6, func() {
						e.double(1, q.Quantile)
						e.double(2, q.Value)
					})
				}
				e.set(7, &p.Attributes)
			})
		}
	})
}
