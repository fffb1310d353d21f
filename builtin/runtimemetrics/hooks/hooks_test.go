package hooks

import (
	"errors"
	"slices"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/runtime"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// set sets a meter provider as woven code does.
func set(t *testing.T) *sdkmetric.ManualReader {
	reader := sdkmetric.NewManualReader()
	end := Set()
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)))
	end()
	return reader
}

// start starts the instrumentation as woven code does.
func start(t *testing.T, opts ...runtime.Option) {
	end := Start(opts)
	err := runtime.Start(opts...)
	if err != nil {
		t.Fatal(err)
	}
	if end != nil {
		end(err)
	}
}

// metrics returns what the reader has, sorted, with the unit and the number of points.
func metrics(t *testing.T, reader *sdkmetric.ManualReader) (names []string, data map[string]metricdata.Metrics) {
	t.Helper()
	var got metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	data = map[string]metricdata.Metrics{}
	for _, s := range got.ScopeMetrics {
		for _, m := range s.Metrics {
			data[m.Name] = m
			if m.Name != "go.memory.limit" { // which only some environments set
				names = append(names, m.Name+" "+m.Unit)
			}
		}
	}
	slices.Sort(names)
	return names, data
}

// Where the built-in is switched off nothing is measured, whatever the program's provider. It
// is the first test, since the measurement may be given up for good in the next.
func TestSwitchedOff(t *testing.T) {
	on = false // the switch is read once, when the package is initialised
	t.Cleanup(func() { on = true })
	provider := otel.GetMeterProvider()
	t.Cleanup(func() { otel.SetMeterProvider(provider) })
	otel.SetMeterProvider(sdkmetric.NewMeterProvider())
	Main()
	if process.recorder != nil || Set() != nil || Start(nil) != nil {
		t.Error("it is measured")
	}
}

// A provider that can not be compared is another one each time.
func TestIs(t *testing.T) {
	type uncomparable struct {
		noop.MeterProvider
		_ []int
	}
	if mp := (uncomparable{}); (&keeper{MeterProvider: mp}).is(mp) {
		t.Error("it is the same")
	}
	if mp := sdkmetric.NewMeterProvider(); !(&keeper{MeterProvider: mp}).is(mp) {
		t.Error("one that can is not the same")
	}
}

// The measurement starts with the provider, moves to the next one, ends with a no-op, and
// is given up for the program's own. This order is possible once in a process, so it is one
// test.
func TestMeasurement(t *testing.T) {
	provider := otel.GetMeterProvider()
	t.Cleanup(func() { otel.SetMeterProvider(provider) })
	Main()
	if process.recorder != nil {
		t.Error("it has started without a provider")
	}

	// The names and units are those of the semantic conventions for the Go runtime; the
	// limit of memory is there only if one is set.
	want := []string{
		"go.config.gogc %", "go.goroutine.count {goroutine}", "go.memory.allocated By", "go.memory.allocations {allocation}",
		"go.memory.gc.goal By", "go.memory.used By", "go.processor.limit {thread}",
	}
	first := set(t)
	got, data := metrics(t, first)
	if !slices.Equal(got, want) {
		t.Errorf("metrics: %q\nwant %q", got, want)
	}
	n, ok := data["go.goroutine.count"].Data.(metricdata.Sum[int64])
	if !ok || n.IsMonotonic || len(n.DataPoints) != 1 || n.DataPoints[0].Value < 1 {
		t.Errorf("goroutines: %+v", data["go.goroutine.count"])
	}
	running := process.recorder
	Main() // of an SDK that set its provider already
	if process.recorder != running {
		t.Error("it has started anew with the same provider")
	}
	if again, _ := metrics(t, first); !slices.Equal(again, want) || len(process.recorder.registered) != 1 {
		t.Errorf("it has started twice: %q", again)
	}

	second := set(t)
	if got, _ := metrics(t, first); len(got) != 0 {
		t.Errorf("the provider before still has %q", got)
	}
	if got, _ := metrics(t, second); !slices.Equal(got, want) {
		t.Errorf("the next provider has %q", got)
	}

	end := Set()
	otel.SetMeterProvider(noop.NewMeterProvider())
	end()
	if got, _ := metrics(t, second); len(got) != 0 {
		t.Errorf("without a provider there are %q", got)
	}

	third := set(t)
	Start(nil)(errors.New("not started"))
	if process.yielded {
		t.Error("it is given up for a measurement that has not started")
	}
	kept := process.recorder
	start(t)
	if len(kept.registered) != 0 || process.recorder != nil {
		t.Error("the program's own and this one measure both")
	}
	if got, _ := metrics(t, third); !slices.Equal(got, want) {
		t.Errorf("the program's own has %q", got)
	}
	if Main(); process.recorder != nil {
		t.Error("it has started again")
	}
}

// A call of the measurement's own is not taken for the program's.
func TestStarts(t *testing.T) {
	var m measurement
	opts := []runtime.Option{runtime.WithMinimumReadMemStatsInterval(0)}
	m.starting.Store(&opts[0])
	if !m.starts(opts) || m.starts(nil) || m.starts(slices.Clone(opts)) {
		t.Error("it is")
	}
}
