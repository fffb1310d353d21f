//go:build hand

package main

import (
	"context"
	"database/sql"
	"log"
	"net/http"
	"os"

	"github.com/XSAM/otelsql"
	"go.opentelemetry.io/contrib/exporters/autoexport"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/contrib/instrumentation/runtime"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// The instrumentation as its authors' documents have it: otelhttp around the handler,
// otelsql around the driver, the runtime's metrics, traces and metrics exported as the
// environment says.

func start(ctx context.Context) (finish func()) {
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" {
		return func() {}
	}
	spans, err := autoexport.NewSpanExporter(ctx)
	if err != nil {
		log.Fatal(err)
	}
	reader, err := autoexport.NewMetricReader(ctx)
	if err != nil {
		log.Fatal(err)
	}
	traces := sdktrace.NewTracerProvider(sdktrace.WithBatcher(spans))
	metrics := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	otel.SetTracerProvider(traces)
	otel.SetMeterProvider(metrics)
	if err := runtime.Start(); err != nil {
		log.Fatal(err)
	}
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	return func() {
		_ = traces.Shutdown(context.WithoutCancel(ctx))
		_ = metrics.Shutdown(context.WithoutCancel(ctx))
	}
}

func open(driver, dsn string) (*sql.DB, error) {
	db, err := otelsql.Open(driver, dsn, otelsql.WithAttributes(semconv.DBSystemNameSQLite))
	if err != nil {
		return nil, err
	}
	_, err = otelsql.RegisterDBStatsMetrics(db, otelsql.WithAttributes(semconv.DBSystemNameSQLite))
	return db, err
}

func outermost(h http.Handler) http.Handler { return otelhttp.NewHandler(h, "hello") }
