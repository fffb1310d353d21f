package hooks

import (
	"testing"

	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/goweaver/weaver/instrument/hook"
)

// What a command's hook costs, without the command.
func BenchmarkProcess(b *testing.B) {
	for _, c := range []struct {
		name             string
		traced, measured bool
	}{{"none", false, false}, {"traces", true, false}, {"both", true, true}} {
		b.Run(c.name, func(b *testing.B) {
			if tp := otel.GetTracerProvider(); c.traced {
				otel.SetTracerProvider(sdktrace.NewTracerProvider())
				b.Cleanup(func() { otel.SetTracerProvider(tp) })
			}
			if mp := otel.GetMeterProvider(); c.measured {
				otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(metric.NewManualReader())))
				b.Cleanup(func() { otel.SetMeterProvider(mp) })
			}
			client := open(b, &redis.Options{Addr: "127.0.0.1:1"})
			cmd := redis.NewStringCmd(b.Context(), "get", "key")
			b.ReportAllocs()
			for b.Loop() {
				if _, end := Process(b.Context(), client, cmd); end != nil {
					end(nil, hook.Returned)
				}
			}
		})
	}
}
