// Package hooks holds the function that registers Prometheus' exporter with the SDK of a woven
// program.
package hooks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	bridge "go.opentelemetry.io/contrib/bridges/prometheus"
	"go.opentelemetry.io/otel"
	exporter "go.opentelemetry.io/otel/exporters/prometheus"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/builtin/otelsdk/exporters"
)

// name is what the variables call both.
const name = "prometheus"

// Register registers the reader that Prometheus scrapes, and the producer of what is in
// the default registry of its client.
func Register() {
	exporters.RegisterReader(name, newReader)
	exporters.RegisterProducer(name, func(context.Context) (sdkmetric.Producer, error) { return bridge.NewMetricProducer(), nil })
}

// newReader returns a reader with the server that answers from it. Its registry is its own, so
// that what the program keeps in the default one shows only where it is asked for.
func newReader(ctx context.Context) (sdkmetric.Reader, error) {
	registry := prometheus.NewRegistry()
	opts := []exporter.Option{exporter.WithRegisterer(registry)}
	for p := range strings.SplitSeq(os.Getenv("OTEL_METRICS_PRODUCERS"), ",") {
		p = strings.ToLower(strings.TrimSpace(p))
		if f := exporters.Producer(p); f != nil && p != name {
			producer, err := f(ctx)
			if err != nil {
				return nil, err
			}
			opts = append(opts, exporter.WithProducer(producer))
		}
	}
	reader, err := exporter.New(opts...)
	if err != nil {
		return nil, err
	}
	gatherers := prometheus.Gatherers{registry}
	if produced() {
		gatherers = append(gatherers, prometheus.DefaultGatherer) // as it is, instead of there and back
	}
	return serve(reader, promhttp.HandlerFor(gatherers, promhttp.HandlerOpts{
		Registry:      registry,
		ErrorHandling: promhttp.ContinueOnError, // one that both have costs the others nothing
	}))
}

// produced reports whether the default registry is asked for.
func produced() bool {
	return slices.ContainsFunc(strings.Split(os.Getenv("OTEL_METRICS_PRODUCERS"), ","), func(p string) bool {
		return strings.EqualFold(strings.TrimSpace(p), name)
	})
}

// serve starts the server. Its requests make no telemetry.
func serve(reader sdkmetric.Reader, metrics http.Handler) (sdkmetric.Reader, error) {
	mux := http.NewServeMux()
	mux.Handle("/metrics", metrics)
	server := &http.Server{Handler: mux, ReadTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	address := net.JoinHostPort(
		cmp.Or(os.Getenv("OTEL_EXPORTER_PROMETHEUS_HOST"), "localhost"),
		cmp.Or(os.Getenv("OTEL_EXPORTER_PROMETHEUS_PORT"), "9464"))
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("OTEL_METRICS_EXPORTER=prometheus: %w", err)
	}
	telemetry.SetOwnServer(server)
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			otel.Handle(fmt.Errorf("the server for Prometheus: %w", err))
		}
	}()
	return &served{reader, server}, nil
}

// A served reader ends with its server.
type served struct {
	sdkmetric.Reader
	server *http.Server
}

// Shutdown implements [sdkmetric.Reader].
func (s *served) Shutdown(ctx context.Context) error {
	return errors.Join(s.Reader.Shutdown(ctx), s.server.Shutdown(ctx))
}
