package hooks

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/contrib/propagators/autoprop"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/log/global"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/goweaver/weaver/builtin/internal/otlp"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/builtin/otelsdk/hooks/ending"
)

// flushTimeout bounds how long the end of a process waits for what is left to be
// exported. A collector that does not answer may cost no more than what a user takes for
// a slow exit, and much less than the 10 s that container runtimes wait before they
// kill.
const flushTimeout = 3 * time.Second

// An sdk is OpenTelemetry's SDK with what keeps it from being noticed.
type sdk struct {
	// Each is nil until it has started.
	traces  atomic.Pointer[sdktrace.TracerProvider]
	metrics atomic.Pointer[sdkmetric.MeterProvider]
	logs    atomic.Pointer[sdklog.LoggerProvider]

	settled atomic.Bool // start has done what it could

	haste otlp.Haste // while it is flushed

	mu       sync.Mutex
	exported chan struct{} // closed when the metrics are out; nil while nobody exports them
}

// start sets up what the environment asks for and reports whether anything was. It does
// nothing where a provider is there already: the program's own or, in a main function
// that calls itself, this one's.
func (s *sdk) start() bool {
	want := wanted(os.Environ())
	want.traces = want.traces && telemetry.Unset(otel.GetTracerProvider())
	want.metrics = want.metrics && telemetry.Unset(otel.GetMeterProvider())
	want.logs = want.logs && telemetry.Unset(global.GetLoggerProvider())
	if want == (signals{}) {
		return false
	}
	defer s.settled.Store(true)
	ending.Flush(s.flush) // first, since a handler of errors may end the process
	misled := otel.Handle
	if telemetry.Unset(otel.GetErrorHandler()) {
		misled = tell
	}
	if os.Getenv("OTEL_LOG_LEVEL") == "" {
		s.silence()
	}
	ctx := telemetry.Untraced(context.Background())
	about := describe(ctx)
	var errs [3]error
	if want.traces {
		errs[0] = s.startTraces(ctx, about)
	}
	if want.metrics {
		errs[1] = s.startMetrics(ctx, about)
	}
	if want.logs {
		errs[2] = s.startLogs(ctx, about)
	}
	if err := errors.Join(errs[:]...); err != nil {
		misled(err)
	}
	if s.traces.Load() == nil && s.metrics.Load() == nil && s.logs.Load() == nil {
		return false
	}
	if telemetry.Unset(otel.GetTextMapPropagator()) {
		otel.SetTextMapPropagator(autoprop.NewTextMapPropagator())
	}
	ending.Watch()
	return true
}

func (s *sdk) startTraces(ctx context.Context, about *resource.Resource) error {
	exporters, err := s.spanExporters(ctx)
	if len(exporters) == 0 {
		return err
	}
	opts := []sdktrace.TracerProviderOption{sdktrace.WithResource(about)}
	for _, e := range exporters {
		opts = append(opts, sdktrace.WithBatcher(untracedSpans{e}))
	}
	p := sdktrace.NewTracerProvider(opts...)
	s.traces.Store(p)
	otel.SetTracerProvider(p)
	return err
}

func (s *sdk) startMetrics(ctx context.Context, about *resource.Resource) error {
	readers, err := s.metricReaders(ctx)
	if len(readers) == 0 {
		return err
	}
	opts := []sdkmetric.Option{sdkmetric.WithResource(about)}
	for _, r := range readers {
		opts = append(opts, sdkmetric.WithReader(r))
	}
	p := sdkmetric.NewMeterProvider(opts...)
	s.metrics.Store(p)
	otel.SetMeterProvider(p)
	return err
}

func (s *sdk) startLogs(ctx context.Context, about *resource.Resource) error {
	exporters, err := s.logExporters(ctx)
	if len(exporters) == 0 {
		return err
	}
	opts := []sdklog.LoggerProviderOption{sdklog.WithResource(about)}
	for _, e := range exporters {
		opts = append(opts, sdklog.WithProcessor(sdklog.NewBatchProcessor(untracedLogs{e})))
	}
	p := sdklog.NewLoggerProvider(opts...)
	s.logs.Store(p)
	global.SetLoggerProvider(p)
	return err
}

// Which signals of telemetry there are to be.
type signals struct{ traces, metrics, logs bool }

// wanted returns what environ, in the form of [os.Environ], asks for. The rule stands in
// package otelsdk.
func wanted(environ []string) signals {
	asked, want := false, signals{true, true, true}
	for _, kv := range environ {
		key, value, _ := strings.Cut(kv, "=")
		value = strings.ToLower(strings.TrimSpace(value))
		// An empty variable is as none, says the specification. Those for Go say how the
		// program is instrumented, not that it is to export.
		if !strings.HasPrefix(key, "OTEL_") || strings.HasPrefix(key, "OTEL_GO_") || value == "" {
			continue
		}
		asked = true
		switch {
		case key == "OTEL_SDK_DISABLED" && value == "true":
			return signals{}
		case key == "OTEL_TRACES_EXPORTER" && value == "none":
			want.traces = false
		case key == "OTEL_METRICS_EXPORTER" && value == "none":
			want.metrics = false
		case key == "OTEL_LOGS_EXPORTER" && value == "none":
			want.logs = false
		}
	}
	if !asked {
		return signals{}
	}
	return want
}

// flush exports the spans that have ended, the metrics as they are and the records that
// were logged, and returns when that is done or flushTimeout is over. Without an SDK it
// returns at once.
//
// The SDK is not shut down with it: after runtime.Goexit in the main goroutine, and
// after an os.Exit that a test turns into a panic, the program goes on. Several
// goroutines may be here at once, and one that an exporter or a handler of the
// program's called os.Exit in.
func (s *sdk) flush() {
	var flushes []func(context.Context) error
	if p := s.traces.Load(); p != nil {
		flushes = append(flushes, p.ForceFlush)
	}
	if p := s.metrics.Load(); p != nil {
		flushes = append(flushes, func(ctx context.Context) error { s.flushMetrics(ctx, p); return nil })
	}
	if p := s.logs.Load(); p != nil {
		flushes = append(flushes, p.ForceFlush)
	}
	if len(flushes) == 0 {
		return
	}
	defer s.haste.Begin()()
	ctx, cancel := context.WithTimeout(telemetry.Untraced(context.Background()), flushTimeout)
	defer cancel()
	// In goroutines of their own, so that one signal does not wait for the other, and
	// since a processor that the program has added need not look at the context.
	var all sync.WaitGroup
	for _, f := range flushes {
		all.Go(func() {
			if err := f(ctx); err != nil {
				otel.Handle(err)
			}
		})
	}
	done := make(chan struct{})
	go func() { defer close(done); all.Wait() }()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// flushMetrics exports the metrics, or waits for whoever does so already.
//
// Unlike spans there are metrics to export at any time. So a handler of the program's for
// the error of an export, which ends the process, must not begin the next one: while it
// runs, the metrics count as being exported, and as out.
func (s *sdk) flushMetrics(ctx context.Context, p *sdkmetric.MeterProvider) {
	s.mu.Lock()
	exported := s.exported
	first := exported == nil
	if first {
		exported = make(chan struct{})
		s.exported = exported
	}
	s.mu.Unlock()
	if !first {
		select {
		case <-exported:
		case <-ctx.Done():
		}
		return
	}
	err := p.ForceFlush(ctx)
	close(exported)
	if err != nil {
		otel.Handle(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.exported = nil
}
