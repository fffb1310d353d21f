package hooks

import (
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/httpconv"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// The instruments have the names, units and buckets of package httpconv, which is made
// from the conventions. They outlast the calls of the hooks, which have no receiver to
// keep them in.
var (
	serverMetrics = telemetry.NewInstruments(scope, newServerInstruments, metric.WithSchemaURL(semconv.SchemaURL))
	clientMetrics = telemetry.NewInstruments(scope, newClientInstruments, metric.WithSchemaURL(semconv.SchemaURL))
)

type serverInstruments struct {
	active       httpconv.ServerActiveRequests
	duration     httpconv.ServerRequestDuration
	requestSize  httpconv.ServerRequestBodySize
	responseSize httpconv.ServerResponseBodySize
}

func newServerInstruments(m metric.Meter) (s serverInstruments) {
	var err [4]error
	s.active, err[0] = httpconv.NewServerActiveRequests(m)
	s.duration, err[1] = httpconv.NewServerRequestDuration(m)
	s.requestSize, err[2] = httpconv.NewServerRequestBodySize(m)
	s.responseSize, err[3] = httpconv.NewServerResponseBodySize(m)
	handle(err[:])
	return s
}

// record records one request that was answered, with sizes in bytes; a negative one is
// not known.
//
// The address of the server is left out, as the conventions advise: it comes from the
// client, which could fill the program's memory with addresses. RecordSet of package
// httpconv would make the same option for each instrument anew.
func (s *serverInstruments) record(x *exchange, attrs []attribute.KeyValue, took time.Duration, request, response int64) {
	with := []metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(attrs...))}
	s.duration.Float64Histogram.Record(x.ctx, took.Seconds(), with...)
	if request >= 0 {
		s.requestSize.Int64Histogram.Record(x.ctx, request, with...)
	}
	if response >= 0 {
		s.responseSize.Int64Histogram.Record(x.ctx, response, with...)
	}
}

type clientInstruments struct {
	duration     httpconv.ClientRequestDuration
	requestSize  httpconv.ClientRequestBodySize
	responseSize httpconv.ClientResponseBodySize
}

func newClientInstruments(m metric.Meter) (c clientInstruments) {
	var err [3]error
	c.duration, err[0] = httpconv.NewClientRequestDuration(m)
	c.requestSize, err[1] = httpconv.NewClientRequestBodySize(m)
	c.responseSize, err[2] = httpconv.NewClientResponseBodySize(m)
	handle(err[:])
	return c
}

// record records one request that was sent, with sizes in bytes; a negative one is not
// known.
func (c *clientInstruments) record(d *departure, attrs []attribute.KeyValue, took time.Duration, request, response int64) {
	ctx := d.sent.Context()
	with := []metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(attrs...))}
	c.duration.Float64Histogram.Record(ctx, took.Seconds(), with...)
	if request >= 0 {
		c.requestSize.Int64Histogram.Record(ctx, request, with...)
	}
	if response >= 0 {
		c.responseSize.Int64Histogram.Record(ctx, response, with...)
	}
}

// handle tells OpenTelemetry's error handler of instruments that could not be made;
// they record nothing.
func handle(errs []error) {
	for _, err := range errs {
		if err != nil {
			otel.Handle(err)
		}
	}
}
