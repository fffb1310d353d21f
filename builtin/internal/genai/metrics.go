package genai

import (
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

type instruments struct {
	duration, first metric.Float64Histogram // in seconds
	tokens          metric.Int64Histogram
}

func newInstruments(m metric.Meter) instruments {
	seconds := metric.WithExplicitBucketBoundaries(0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
	// One that can not be made is a no-op, and OpenTelemetry's error handler has been told.
	duration, _ := m.Float64Histogram("gen_ai.client.operation.duration", metric.WithUnit("s"),
		metric.WithDescription("GenAI operation duration."), seconds)
	first, _ := m.Float64Histogram("gen_ai.client.operation.time_to_first_chunk", metric.WithUnit("s"),
		metric.WithDescription("Time to receive the first chunk, measured from when the client issues the generation request to when the first chunk is received in the response stream."), seconds)
	tokens, _ := m.Int64Histogram("gen_ai.client.token.usage", metric.WithUnit("{token}"),
		metric.WithDescription("Number of input and output tokens used."),
		metric.WithExplicitBucketBoundaries(1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864))
	return instruments{duration, first, tokens}
}

// measure records an operation that has ended. Its lock is held.
func (op *Operation) measure(seconds float64, failed []attribute.KeyValue) {
	attrs := append(op.common(), op.server...)
	if op.answer.Model != "" {
		attrs = append(attrs, ResponseModelKey.String(telemetry.Text(op.answer.Model)))
	}
	op.instruments.duration.Record(op.ctx, seconds, metric.WithAttributes(slices.Concat(attrs, failed)...))
	if !op.first.IsZero() {
		op.instruments.first.Record(op.ctx, op.first.Sub(op.began).Seconds(), metric.WithAttributes(attrs...))
	}
	tokens := func(kind string, n int64) {
		if n > 0 {
			op.instruments.tokens.Record(op.ctx, n, metric.WithAttributes(slices.Concat(attrs, []attribute.KeyValue{TokenTypeKey.String(kind)})...))
		}
	}
	tokens("input", op.answer.Input)
	tokens("output", op.answer.Output)
}
