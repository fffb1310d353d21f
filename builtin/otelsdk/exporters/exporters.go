// Package exporters takes exporters beside those that otelsdk has, otlp and console, by the
// names that OTEL_TRACES_EXPORTER, OTEL_METRICS_EXPORTER, OTEL_METRICS_PRODUCERS and
// OTEL_LOGS_EXPORTER call them. An aspect brings one to a program by a hook that registers
// it where main is entered, in front of otelsdk's:
//
//	instrument.BodyNamed("main.main").Before(instrument.Named(hooks + "Register"))
//
// Package builtin/prometheus is one.
package exporters

import (
	"context"
	"slices"
	"sync"

	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// A Factory makes an exporter when the SDK is set up. Its context is one in which no
// telemetry is made of what the exporter does.
type Factory[T any] = func(context.Context) (T, error)

// RegisterSpans adds an exporter of spans, in the place of one that has the name.
func RegisterSpans(name string, f Factory[sdktrace.SpanExporter]) { spans.register(name, f) }

// RegisterReader adds a reader of metrics: a periodic one around an exporter, say.
func RegisterReader(name string, f Factory[sdkmetric.Reader]) { readers.register(name, f) }

// RegisterProducer adds metrics that come from elsewhere to what readers read.
func RegisterProducer(name string, f Factory[sdkmetric.Producer]) { producers.register(name, f) }

// RegisterLogs adds an exporter of log records.
func RegisterLogs(name string, f Factory[sdklog.Exporter]) { logs.register(name, f) }

// Spans returns what is registered by that name, or nil.
func Spans(name string) Factory[sdktrace.SpanExporter] { return spans.find(name) }

// Reader returns what is registered by that name, or nil.
func Reader(name string) Factory[sdkmetric.Reader] { return readers.find(name) }

// Producer returns what is registered by that name, or nil.
func Producer(name string) Factory[sdkmetric.Producer] { return producers.find(name) }

// Logs returns what is registered by that name, or nil.
func Logs(name string) Factory[sdklog.Exporter] { return logs.find(name) }

// There is one of each in a process, as there is one SDK: hooks have nowhere else to meet.
var (
	spans     registry[sdktrace.SpanExporter]
	readers   registry[sdkmetric.Reader]
	producers registry[sdkmetric.Producer]
	logs      registry[sdklog.Exporter]
)

// A registry has the factories of a kind. The zero value is an empty one.
type registry[T any] struct {
	mu    sync.Mutex
	named []entry[T]
}

type entry[T any] struct {
	name string
	make Factory[T]
}

func (r *registry[T]) register(name string, f Factory[T]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.named = append(slices.DeleteFunc(r.named, func(e entry[T]) bool { return e.name == name }), entry[T]{name, f})
}

func (r *registry[T]) find(name string) Factory[T] {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.named {
		if e.name == name {
			return e.make
		}
	}
	return nil
}
