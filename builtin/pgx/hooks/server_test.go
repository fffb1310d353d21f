package hooks

// What the tests share: providers, a server, and calls as woven code makes them.

import (
	"context"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/goweaver/weaver/instrument/hook"
	"github.com/goweaver/weaver/internal/servertest"
)

// record gives the process a tracer provider until the test ends.
func record(t testing.TB) *tracetest.SpanRecorder {
	r := tracetest.NewSpanRecorder()
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r)))
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	return r
}

// measure gives the process a meter provider until the test ends.
func measure(t testing.TB) *metric.ManualReader {
	r := metric.NewManualReader()
	before := otel.GetMeterProvider()
	otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(r)))
	t.Cleanup(func() { otel.SetMeterProvider(before) })
	return r
}

// collect returns the metric's data, or nil.
func collect(t testing.TB, r metric.Reader, name string) metricdata.Aggregation {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := r.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	for _, s := range all.ScopeMetrics {
		for _, m := range s.Metrics {
			if m.Name == name {
				return m.Data
			}
		}
	}
	return nil
}

// texts returns attributes with the type of each value behind it.
func texts(attrs []attribute.KeyValue) map[string]string {
	all := map[string]string{}
	for _, a := range attrs {
		all[string(a.Key)] = a.Value.String() + " " + a.Value.Type().String()
	}
	return all
}

// server starts PostgreSQL and returns how to connect to it, and its port.
func server(t testing.TB) (dsn string, port int) {
	_, port = servertest.Postgres(t)
	return fmt.Sprintf("postgres://bob:s3cret@127.0.0.1:%d/postgres?sslmode=disable", port), port
}

// open connects as woven code does, with that tracer.
func open(t testing.TB, dsn string, tracer pgx.QueryTracer) *pgx.Conn {
	t.Helper()
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	config.Tracer = tracer
	exit := Connect()
	c, err := pgx.ConnectConfig(t.Context(), config)
	if exit != nil {
		exit(c, err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return c
}

// exec has the connection execute a statement, as woven code does.
func exec(ctx context.Context, c *pgx.Conn, query string, args ...any) error {
	ctx, end := Exec(ctx, c, query)
	tag, err := c.Exec(ctx, query, args...)
	if end != nil {
		end(tag, err, hook.Returned)
	}
	return err
}

// query has it return rows.
func query(ctx context.Context, c *pgx.Conn, query string, args ...any) (_ context.Context, _ pgx.Rows, err error) {
	ctx, end := Query(ctx, c, query)
	rows, err := c.Query(ctx, query, args...)
	if end != nil {
		end(rows, err, hook.Returned)
	}
	return ctx, rows, err
}

// closeRows closes rows of which n have been read.
func closeRows(ctx context.Context, rows pgx.Rows, n int) {
	end := CloseRows(hook.Captured{Values: hook.MakeValues("rows", rows, "rows.ctx", ctx, "rows.rowCount", n)})
	rows.Close()
	if end != nil {
		end(hook.Returned)
	}
}

// at returns what is told of each call.
func at(port int) map[string]string {
	return map[string]string{
		"db.system.name": "postgresql STRING", "db.namespace": "postgres STRING",
		"server.address": "127.0.0.1 STRING", "server.port": fmt.Sprint(port, " INT64"),
	}
}
