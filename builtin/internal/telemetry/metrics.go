package telemetry

import (
	"reflect"
	"sync/atomic"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
)

var metrics = ask(otel.GetMeterProvider(), reflect.TypeFor[noop.MeterProvider]())

// MeterProvider returns the program's meter provider, and whether there is one that
// records. It costs a few nanoseconds, and notices a provider that is set later.
func MeterProvider() (metric.MeterProvider, bool) {
	mp := otel.GetMeterProvider()
	return mp, metrics.set(mp)
}

// Instruments are the instruments of one scope, a T with all of them, made with the meter
// provider that is the program's at the moment they are asked for. Those of the last
// provider are remembered. OpenTelemetry's own global instruments follow the first
// provider only, and cost something where there is none.
type Instruments[T any] struct {
	scope   string
	make    func(metric.Meter) T
	options []metric.MeterOption
	last    atomic.Pointer[bound[metric.MeterProvider, *T]]
}

// NewInstruments returns the instruments that make creates with the meter of the scope.
// It may be called more than once, also at the same time.
func NewInstruments[T any](scope string, make func(metric.Meter) T, options ...metric.MeterOption) *Instruments[T] {
	return &Instruments[T]{scope: scope, make: make, options: options}
}

// Current returns the instruments of the provider of the moment, nil if there is none. It is
// also nil where a function of the program's that observes something is the first to ask: the
// SDK has locked then what it makes instruments under, and would wait for itself.
func (i *Instruments[T]) Current() *T {
	mp, ok := MeterProvider()
	if !ok {
		return nil
	}
	// Only pointers are remembered: comparing them can not panic.
	if b := i.last.Load(); b != nil && b.provider == mp {
		return b.made
	}
	if Inside() {
		return nil
	}
	made := i.make(mp.Meter(i.scope, i.options...))
	if reflect.TypeOf(mp).Kind() == reflect.Pointer {
		i.last.Store(&bound[metric.MeterProvider, *T]{mp, &made})
	}
	return &made
}
