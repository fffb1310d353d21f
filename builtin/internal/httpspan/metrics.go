package httpspan

import (
	"context"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/semconv/v1.43.0/httpconv"
)

// The instruments have the names, units and buckets of package httpconv, which is made
// from the conventions.

// ServerInstruments are those of a server.
type ServerInstruments struct {
	active metric.Int64UpDownCounter
	Histograms
}

// NewServerInstruments returns the instruments of servers, made with m.
func NewServerInstruments(m metric.Meter) ServerInstruments {
	active, err1 := httpconv.NewServerActiveRequests(m)
	duration, err2 := httpconv.NewServerRequestDuration(m)
	request, err3 := httpconv.NewServerRequestBodySize(m)
	response, err4 := httpconv.NewServerResponseBodySize(m)
	handle(err1, err2, err3, err4)
	return ServerInstruments{active.Inst(), Histograms{duration.Inst(), request.Inst(), response.Inst()}}
}

// NewClientInstruments returns the instruments of clients, made with m.
func NewClientInstruments(m metric.Meter) Histograms {
	duration, err1 := httpconv.NewClientRequestDuration(m)
	request, err2 := httpconv.NewClientRequestBodySize(m)
	response, err3 := httpconv.NewClientResponseBodySize(m)
	handle(err1, err2, err3)
	return Histograms{duration.Inst(), request.Inst(), response.Inst()}
}

// Histograms are what a server and a client both measure of a request. They are called
// without httpconv's types, each of which would make the same option anew.
type Histograms struct {
	duration                  metric.Float64Histogram
	requestSize, responseSize metric.Int64Histogram
}

// Record records one request, with sizes in bytes; a negative one is not known.
//
// A server leaves its address out of attrs, as the conventions advise: it comes from the
// client, which could fill the program's memory with addresses.
func (h *Histograms) Record(ctx context.Context, attrs []attribute.KeyValue, took time.Duration, request, response int64) {
	with := []metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(attrs...))}
	h.duration.Record(ctx, took.Seconds(), with...)
	if request >= 0 {
		h.requestSize.Record(ctx, request, with...)
	}
	if response >= 0 {
		h.responseSize.Record(ctx, response, with...)
	}
}

// handle tells OpenTelemetry's error handler of instruments that could not be made;
// they record nothing.
func handle(errs ...error) {
	for _, err := range errs {
		if err != nil {
			otel.Handle(err)
		}
	}
}
