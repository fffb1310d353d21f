// Package otlp exports what OpenTelemetry's SDK hands over, by the OpenTelemetry protocol:
// over HTTP with protobuf bodies, or as gRPC's unary calls, which are HTTP/2 requests of a
// certain form.
//
// It is there for what a woven program is linked with. The exporters of OpenTelemetry's own
// bring gRPC, the generated types of protobuf and their registry, some 13 MB in a program and
// 200 packages to compile, whichever protocol is asked for, and they raise the versions of
// those modules in programs that have them. The messages of the protocol are few and stable,
// so these are written here field by field, with nothing but the standard library; that what
// comes out is what the official exporters send is tested against them (builtin/internal/livetest/otlp).
//
// The variables are those of the specification, version 1.50: OTEL_EXPORTER_OTLP_ENDPOINT,
// _PROTOCOL (http/protobuf and grpc), _HEADERS, _COMPRESSION, _TIMEOUT, _INSECURE,
// _CERTIFICATE, _CLIENT_CERTIFICATE and _CLIENT_KEY, each also for one signal, and those of
// metrics about temporality and histograms. Source:
// https://opentelemetry.io/docs/specs/otel/protocol/exporter/
//
// Package otelsdk's hooks make the exporters: config.go reads what the environment says,
// client.go sends, by http.go or grpc.go, and traces.go, metrics.go and logs.go write the
// messages with wire.go.
package otlp

import (
	"context"

	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// A SpanExporter is the [sdktrace.SpanExporter].
type SpanExporter struct{ *client }

// NewSpans returns an exporter of spans as the variables say. What is wrong with one is an
// error that names it.
func NewSpans(getenv func(string) string, haste *Haste) (*SpanExporter, error) {
	c, err := newClient(traces, getenv, haste)
	if err != nil {
		return nil, err
	}
	return &SpanExporter{c}, nil
}

// ExportSpans implements [sdktrace.SpanExporter].
func (e *SpanExporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	if len(spans) == 0 {
		return nil
	}
	return e.send(ctx, encodeSpans(spans))
}

// A MetricExporter is the [sdkmetric.Exporter].
type MetricExporter struct {
	*client
	temporality sdkmetric.TemporalitySelector
	aggregation sdkmetric.AggregationSelector
}

// NewMetrics returns an exporter of metrics as the variables say.
func NewMetrics(getenv func(string) string, haste *Haste) (*MetricExporter, error) {
	c, err := newClient(metrics, getenv, haste)
	if err != nil {
		return nil, err
	}
	e := &MetricExporter{client: c}
	if e.temporality, err = temporality(getenv); err != nil {
		return nil, err
	}
	if e.aggregation, err = aggregation(getenv); err != nil {
		return nil, err
	}
	return e, nil
}

// Temporality implements [sdkmetric.Exporter].
func (e *MetricExporter) Temporality(k sdkmetric.InstrumentKind) metricdata.Temporality {
	return e.temporality(k)
}

// Aggregation implements [sdkmetric.Exporter].
func (e *MetricExporter) Aggregation(k sdkmetric.InstrumentKind) sdkmetric.Aggregation {
	return e.aggregation(k)
}

// Export implements [sdkmetric.Exporter].
func (e *MetricExporter) Export(ctx context.Context, rm *metricdata.ResourceMetrics) error {
	message, err := encodeMetrics(rm)
	if err != nil { // of one metric; the others are sent
		return joined(err, e.send(ctx, message))
	}
	return e.send(ctx, message)
}

// A LogExporter is the [sdklog.Exporter].
type LogExporter struct{ *client }

// NewLogs returns an exporter of log records as the variables say.
func NewLogs(getenv func(string) string, haste *Haste) (*LogExporter, error) {
	c, err := newClient(logs, getenv, haste)
	if err != nil {
		return nil, err
	}
	return &LogExporter{c}, nil
}

// Export implements [sdklog.Exporter].
func (e *LogExporter) Export(ctx context.Context, records []sdklog.Record) error {
	if len(records) == 0 {
		return nil
	}
	return e.send(ctx, encodeLogs(records))
}
