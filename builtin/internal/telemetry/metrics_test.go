package telemetry

import (
	"context"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// Instruments record with the provider of the moment: with none before one is set, none
// where it is a no-op, and with each that is set later. This order of events is possible
// once in a process, so it is one test.
func TestInstruments(t *testing.T) {
	counters := NewInstruments("scope", func(m metric.Meter) metric.Int64Counter {
		c, err := m.Int64Counter("count")
		if err != nil {
			t.Error(err)
		}
		return c
	})
	if counters.Current() != nil {
		t.Error("there are instruments before a provider was set")
	}
	if n := testing.AllocsPerRun(100, func() { counters.Current() }); n != 0 {
		t.Errorf("asking for the instruments allocates %v times", n)
	}
	otel.SetMeterProvider(noop.NewMeterProvider())
	if counters.Current() != nil {
		t.Error("a no-op counts as a provider")
	}
	for range 2 {
		reader := sdkmetric.NewManualReader()
		mp := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
		otel.SetMeterProvider(mp)
		askFirst(t, mp, reader, func() { counters.Current() })
		first := counters.Current()
		(*first).Add(t.Context(), 1)
		(*counters.Current()).Add(t.Context(), 1)
		if n := testing.AllocsPerRun(100, func() { counters.Current() }); n != 0 {
			t.Errorf("asking for instruments that are there allocates %v times", n)
		}
		var got metricdata.ResourceMetrics
		if err := reader.Collect(t.Context(), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.ScopeMetrics) != 1 || len(got.ScopeMetrics[0].Metrics) != 1 {
			t.Fatalf("recorded: %+v", got)
		}
		sum, ok := got.ScopeMetrics[0].Metrics[0].Data.(metricdata.Sum[int64])
		if !ok || len(sum.DataPoints) != 1 || sum.DataPoints[0].Value != 2 {
			t.Errorf("recorded: %+v", got.ScopeMetrics[0].Metrics[0])
		}
	}
}

// askFirst has what the provider observes ask for the instruments before anybody else has.
// A program may call its database for a gauge.
func askFirst(t *testing.T, mp metric.MeterProvider, reader sdkmetric.Reader, ask func()) {
	gauge, err := mp.Meter("own").Int64ObservableGauge("gauge")
	if err != nil {
		t.Fatal(err)
	}
	r, err := mp.Meter("own").RegisterCallback(func(context.Context, metric.Observer) error { ask(); return nil }, gauge)
	if err != nil {
		t.Fatal(err)
	}
	collected := make(chan error)
	go func() { collected <- reader.Collect(context.Background(), new(metricdata.ResourceMetrics)) }()
	select {
	case err := <-collected:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the reader waits for itself")
	}
	if err := r.Unregister(); err != nil {
		t.Error(err)
	}
}
