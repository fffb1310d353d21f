package hooks

// Which exporters the environment asks for. sdk.go sets a provider up with them.

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/exporters/stdout/stdoutlog"
	"go.opentelemetry.io/otel/exporters/stdout/stdoutmetric"
	"go.opentelemetry.io/otel/exporters/stdout/stdouttrace"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/goweaver/weaver/builtin/internal/otlp"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/builtin/otelsdk/exporters"
)

// made returns what the variable names: a list with commas between, or what is there
// without it. A name that is none costs the others nothing, and the error tells of it.
func made[T any](ctx context.Context, variable, without string, find func(name string) exporters.Factory[T]) (all []T, err error) {
	value := strings.TrimSpace(os.Getenv(variable))
	if value == "" {
		value = without
	}
	var errs []error
	var seen []string
	for name := range strings.SplitSeq(value, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "" || name == "none" || slices.Contains(seen, name) {
			continue
		}
		seen = append(seen, name)
		factory := find(name)
		if factory == nil {
			errs = append(errs, unknown(variable, name))
			continue
		}
		one, err := factory(ctx)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		all = append(all, one)
	}
	return all, errors.Join(errs...)
}

// unknown says that there is no such exporter, and how there can be one.
func unknown(variable, name string) error {
	if name == "prometheus" {
		return fmt.Errorf("%s=prometheus: this program was built without it; list prometheus.Aspect of github.com/goweaver/weaver/builtin/prometheus in the registration file, in front of otelsdk.Aspect, and build it again", variable)
	}
	return fmt.Errorf("%s=%s: no such exporter; otlp, console and none are there", variable, name)
}

// spanExporters returns those that OTEL_TRACES_EXPORTER names.
func (s *sdk) spanExporters(ctx context.Context) ([]sdktrace.SpanExporter, error) {
	return made(ctx, "OTEL_TRACES_EXPORTER", "otlp", func(name string) exporters.Factory[sdktrace.SpanExporter] {
		switch name {
		case "otlp":
			return func(context.Context) (sdktrace.SpanExporter, error) { return otlp.NewSpans(os.Getenv, &s.haste) }
		case "console":
			return func(context.Context) (sdktrace.SpanExporter, error) { return stdouttrace.New() }
		}
		return exporters.Spans(name)
	})
}

// metricReaders returns those that OTEL_METRICS_EXPORTER names, which read what
// OTEL_METRICS_PRODUCERS names too.
func (s *sdk) metricReaders(ctx context.Context) ([]sdkmetric.Reader, error) {
	producers, lacking := made(ctx, "OTEL_METRICS_PRODUCERS", "none", exporters.Producer)
	periodic := func(e sdkmetric.Exporter, err error) (sdkmetric.Reader, error) {
		if err != nil {
			return nil, err
		}
		var opts []sdkmetric.PeriodicReaderOption
		for _, p := range producers {
			opts = append(opts, sdkmetric.WithProducer(p))
		}
		return sdkmetric.NewPeriodicReader(e, opts...), nil
	}
	readers, err := made(ctx, "OTEL_METRICS_EXPORTER", "otlp", func(name string) exporters.Factory[sdkmetric.Reader] {
		switch name {
		case "otlp":
			return func(context.Context) (sdkmetric.Reader, error) {
				return periodic(otlp.NewMetrics(os.Getenv, &s.haste))
			}
		case "console":
			return func(context.Context) (sdkmetric.Reader, error) { return periodic(stdoutmetric.New()) }
		}
		return exporters.Reader(name)
	})
	return readers, errors.Join(lacking, err)
}

// logExporters returns those that OTEL_LOGS_EXPORTER names.
func (s *sdk) logExporters(ctx context.Context) ([]sdklog.Exporter, error) {
	return made(ctx, "OTEL_LOGS_EXPORTER", "otlp", func(name string) exporters.Factory[sdklog.Exporter] {
		switch name {
		case "otlp":
			return func(context.Context) (sdklog.Exporter, error) { return otlp.NewLogs(os.Getenv, &s.haste) }
		case "console":
			return func(context.Context) (sdklog.Exporter, error) { return stdoutlog.New() }
		}
		return exporters.Logs(name)
	})
}

// untracedSpans is an exporter whose own requests make no telemetry.
type untracedSpans struct{ sdktrace.SpanExporter }

// ExportSpans implements [sdktrace.SpanExporter].
func (e untracedSpans) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	return e.SpanExporter.ExportSpans(telemetry.Untraced(ctx), spans)
}

// untracedLogs is the same for log records.
type untracedLogs struct{ sdklog.Exporter }

// Export implements [sdklog.Exporter].
func (e untracedLogs) Export(ctx context.Context, records []sdklog.Record) error {
	return e.Exporter.Export(telemetry.Untraced(ctx), records)
}
