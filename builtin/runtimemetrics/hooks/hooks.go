// Package hooks holds the functions that start OpenTelemetry's measurement of the Go
// runtime in a woven program, and end it where the program has its own.
package hooks

import (
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/contrib/instrumentation/runtime"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// on is whether the built-in is switched on, which the environment says once, and process
// the measurement of this process: there is one Go runtime in it, and one meter provider.
var (
	on      = telemetry.On("runtimemetrics")
	process measurement
)

// Main runs when the program's main function is entered.
func Main() {
	if on {
		process.follow()
	}
}

// Set runs when the program's meter provider is set, and returns what runs when it is.
func Set() func() {
	if !on {
		return nil
	}
	return process.follow
}

// Start runs when the instrumentation is started, and returns what runs when it is.
func Start(opts []runtime.Option) func(error) {
	if !on || process.starts(opts) {
		return nil
	}
	return func(err error) {
		if err == nil {
			process.yield()
		}
	}
}

// A measurement is of the Go runtime, with the meter provider of the moment.
type measurement struct {
	mu       sync.Mutex
	yielded  bool    // the program measures by itself
	recorder *keeper // nil while there is no provider

	// starting is the first option of the measurement's own call of runtime.Start.
	starting atomic.Pointer[runtime.Option]
}

// follow starts the measurement with the provider of the moment, and ends one with the
// provider before. It does nothing if they are the same.
func (m *measurement) follow() {
	mp, ok := telemetry.MeterProvider()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.yielded || m.recorder != nil && ok && m.recorder.is(mp) {
		return
	}
	m.end()
	if !ok {
		return
	}
	k := &keeper{MeterProvider: mp}
	options := []runtime.Option{runtime.WithMeterProvider(k)}
	m.starting.Store(&options[0])
	defer m.starting.Store(nil)
	if err := runtime.Start(options...); err != nil {
		k.unregister() // some may have been registered
		otel.Handle(err)
		return
	}
	m.recorder = k
}

// starts reports whether opts are those of the measurement's own start.
func (m *measurement) starts(opts []runtime.Option) bool {
	return len(opts) > 0 && m.starting.Load() == &opts[0]
}

// yield ends the measurement for good.
func (m *measurement) yield() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.yielded = true
	m.end()
}

func (m *measurement) end() {
	if m.recorder != nil {
		m.recorder.unregister()
		m.recorder = nil
	}
}

// A keeper is a meter provider that keeps what is registered with it, which the
// instrumentation does not return.
type keeper struct {
	metric.MeterProvider
	registered []metric.Registration
}

// is reports whether the keeper's provider is mp.
func (k *keeper) is(mp metric.MeterProvider) (same bool) {
	defer func() { _ = recover() }() // a provider need not be comparable; it is then another one
	return k.MeterProvider == mp
}

// Meter implements [metric.MeterProvider].
func (k *keeper) Meter(name string, opts ...metric.MeterOption) metric.Meter {
	return &meter{k.MeterProvider.Meter(name, opts...), k}
}

func (k *keeper) unregister() {
	for _, r := range k.registered {
		if err := r.Unregister(); err != nil {
			otel.Handle(err)
		}
	}
	k.registered = nil
}

type meter struct {
	metric.Meter
	k *keeper
}

// RegisterCallback implements [metric.Meter].
func (m *meter) RegisterCallback(f metric.Callback, instruments ...metric.Observable) (metric.Registration, error) {
	r, err := m.Meter.RegisterCallback(f, instruments...)
	if r != nil {
		m.k.registered = append(m.k.registered, r)
	}
	return r, err
}
