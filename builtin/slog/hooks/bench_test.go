package hooks

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"go.opentelemetry.io/otel/log/global"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/trace"
)

// What the hooks add to a record: the logger that goes on with it, and the handler.
func BenchmarkLog(b *testing.B) {
	h := slog.NewJSONHandler(io.Discard, nil)
	l := slog.New(h)
	r := slog.NewRecord(time.Now(), slog.LevelInfo, "m", 0)
	run := func(b *testing.B, ctx context.Context) { //nolint:revive // as the benchmark has it
		b.ReportAllocs()
		for b.Loop() {
			Log(l, ctx)
			JSON(h, ctx, r)
		}
	}
	b.Run("none", func(b *testing.B) { run(b, context.Background()) })
	b.Run("span", func(b *testing.B) { run(b, traced(b)) })
	b.Run("exported", func(b *testing.B) {
		lp := global.GetLoggerProvider()
		defer global.SetLoggerProvider(lp)
		global.SetLoggerProvider(sdklog.NewLoggerProvider(sdklog.WithProcessor(nothing{})))
		b.ReportAllocs()
		ctx := trace.ContextWithSpanContext(context.Background(), span)
		for b.Loop() {
			Log(l, ctx).InfoContext(ctx, "m", "k", 1)
		}
	})
}

type nothing struct{}

func (nothing) Enabled(context.Context, sdklog.EnabledParameters) bool { return true }
func (nothing) OnEmit(context.Context, *sdklog.Record) error           { return nil }
func (nothing) Shutdown(context.Context) error                         { return nil }
func (nothing) ForceFlush(context.Context) error                       { return nil }
