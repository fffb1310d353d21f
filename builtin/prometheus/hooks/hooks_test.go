package hooks

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/builtin/otelsdk/exporters"
)

// registered returns the reader as otelsdk gets it.
func registered(t *testing.T, port string) (sdkmetric.Reader, error) {
	t.Helper()
	t.Setenv("OTEL_EXPORTER_PROMETHEUS_PORT", port)
	Register()
	return exporters.Reader("prometheus")(t.Context())
}

// The server is telemetry's own, answers as long as the reader is not shut down, and shows the
// default registry only where that is asked for.
func TestServed(t *testing.T) {
	c := prometheus.NewCounter(prometheus.CounterOpts{Name: "programs_own_total"})
	prometheus.MustRegister(c)
	t.Cleanup(func() { prometheus.Unregister(c) })
	for _, producers := range []string{"", "none", " Prometheus ,none"} {
		t.Setenv("OTEL_METRICS_PRODUCERS", producers)
		l, err := net.Listen("tcp", "localhost:0")
		if err != nil {
			t.Fatal(err)
		}
		_, port, _ := net.SplitHostPort(l.Addr().String())
		if _, err := registered(t, port); err == nil || !strings.HasPrefix(err.Error(), "OTEL_METRICS_EXPORTER=prometheus: listen tcp") {
			t.Errorf("with the port in use: %v", err)
		}
		_ = l.Close()
		reader, err := registered(t, port)
		if err != nil {
			t.Fatal(err)
		}
		sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
		if !telemetry.IsOwnServer(reader.(*served).server) {
			t.Error("requests of Prometheus would be told of")
		}
		resp, err := http.Get("http://localhost:" + port + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != 200 || !strings.Contains(string(body), "target_info") ||
			strings.Contains(string(body), "programs_own_total 0") != (len(producers) > 4) {
			t.Errorf("%q: %v, %s", producers, err, body)
		}
		if err := reader.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if _, err := http.Get("http://localhost:" + port + "/metrics"); err == nil {
			t.Error("after the shutdown it answers")
		}
	}
}

// What the program keeps in the default registry is there for the exporters of others.
func TestProducer(t *testing.T) {
	c := prometheus.NewCounter(prometheus.CounterOpts{Name: "bridged_total"})
	prometheus.MustRegister(c)
	t.Cleanup(func() { prometheus.Unregister(c) })
	Register()
	p, err := exporters.Producer("prometheus")(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	reader := sdkmetric.NewManualReader(sdkmetric.WithProducer(p))
	sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	var got metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, s := range got.ScopeMetrics {
		for _, m := range s.Metrics {
			found = found || m.Name == "bridged_total"
		}
	}
	if !found {
		t.Errorf("it is not among %+v", got.ScopeMetrics)
	}
}
