package hooks

import (
	"context"
	"testing"

	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// A sink is an exporter that notes whether it works untraced.
type sink struct {
	sdktrace.SpanExporter
	sdklog.Exporter
	untraced []bool
}

func (s *sink) ExportSpans(ctx context.Context, _ []sdktrace.ReadOnlySpan) error {
	s.untraced = append(s.untraced, telemetry.IsUntraced(ctx))
	return nil
}

func (s *sink) Export(ctx context.Context, _ []sdklog.Record) error {
	s.untraced = append(s.untraced, telemetry.IsUntraced(ctx))
	return nil
}

func (s *sink) Shutdown(context.Context) error   { return nil }
func (s *sink) ForceFlush(context.Context) error { return nil }

// Exporters work with a context of which no hook tells.
func TestUntraced(t *testing.T) {
	var s sink
	if err := (untracedSpans{&s}).ExportSpans(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if err := (untracedLogs{&s}).Export(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if len(s.untraced) != 2 || !s.untraced[0] || !s.untraced[1] {
		t.Errorf("untraced: %v", s.untraced)
	}
}
