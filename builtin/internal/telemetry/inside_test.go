package telemetry

import (
	"context"
	"errors"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// The functions that the SDK and the error handler call are inside, and others are not.
func TestInside(t *testing.T) {
	if Inside() {
		t.Error("a test is inside of the SDK")
	}
	handler := otel.GetErrorHandler()
	defer otel.SetErrorHandler(handler)
	handled := false
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) { handled = Inside() }))
	otel.Handle(errors.New("out of reach"))
	if !handled {
		t.Error("the error handler is outside")
	}

	reader := sdkmetric.NewManualReader()
	meter := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)).Meter("scope")
	observed := false
	if _, err := meter.Int64ObservableGauge("gauge", metric.WithInt64Callback(func(context.Context, metric.Int64Observer) error {
		observed = Inside()
		return nil
	})); err != nil {
		t.Fatal(err)
	}
	var got metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	if !observed {
		t.Error("what the SDK calls is outside")
	}
}

// A stack that was seen before is looked at without an allocation.
func TestInsideAllocates(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { Inside() }); n != 0 {
		t.Errorf("it allocates %v times", n)
	}
}

func BenchmarkInside(b *testing.B) {
	for b.Loop() {
		Inside()
	}
}
