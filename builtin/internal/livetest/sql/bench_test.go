package sql_test

import (
	"testing"

	"go.opentelemetry.io/otel"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// A query of three rows, with a driver that costs next to nothing: what is measured is
// database/sql, and in a woven program the hooks. Run it plain and woven:
//
//	go test -run=^$ -bench=. -benchmem .
//	go tool weaver go test -run=^$ -bench=. -benchmem .
func BenchmarkQuery(b *testing.B) {
	query := func(b *testing.B) {
		db := (&fake{rows: 3, quiet: true}).open(b)
		b.ReportAllocs()
		for b.Loop() {
			rs, err := db.QueryContext(b.Context(), "SELECT a FROM t WHERE b = ?", 1)
			if err != nil {
				b.Fatal(err)
			}
			for rs.Next() {
			}
		}
	}
	exec := func(b *testing.B) {
		db := (&fake{quiet: true}).open(b)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := db.ExecContext(b.Context(), "DELETE FROM t WHERE b = ?", 1); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("query/none", query)
	b.Run("exec/none", exec)
	tp, mp := otel.GetTracerProvider(), otel.GetMeterProvider()
	defer func() {
		otel.SetTracerProvider(tp)
		otel.SetMeterProvider(mp)
	}()
	otel.SetTracerProvider(sdktrace.NewTracerProvider())
	b.Run("query/traces", query)
	b.Run("exec/traces", exec)
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader())))
	b.Run("query/traces+metrics", query)
	b.Run("exec/traces+metrics", exec)
}
