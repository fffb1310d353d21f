package hooks

import (
	"net/http"
	"testing"

	"go.opentelemetry.io/contrib/exporters/autoexport"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
)

// The server of the reader for Prometheus is found, and other readers have none.
func TestServerOf(t *testing.T) {
	t.Setenv("OTEL_METRICS_EXPORTER", "prometheus")
	t.Setenv("OTEL_EXPORTER_PROMETHEUS_PORT", "0")
	reader, err := autoexport.NewMetricReader(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s, ok := serverOf(reader).(*http.Server)
	if !ok || s == nil {
		t.Fatalf("no server is found in a %T", reader)
	}
	if err := reader.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if err := s.ListenAndServe(); err != http.ErrServerClosed {
		t.Errorf("what was found is not what the reader shuts down: %v", err)
	}
	if got := serverOf(sdkmetric.NewManualReader()); got != nil {
		t.Errorf("another reader has the server %v", got)
	}
}
