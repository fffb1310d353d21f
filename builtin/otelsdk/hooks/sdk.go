package hooks

import (
	"context"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/contrib/exporters/autoexport"
	"go.opentelemetry.io/contrib/propagators/autoprop"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// flushTimeout bounds how long the end of a process waits for spans to be exported.
// A collector that does not answer may cost no more than what a user takes for a
// slow exit, and much less than the 10 s that container runtimes wait before they
// kill.
const flushTimeout = 3 * time.Second

// An sdk is OpenTelemetry's SDK with what keeps it from being noticed.
type sdk struct {
	provider atomic.Pointer[sdktrace.TracerProvider] // nil until it has started
	settled  atomic.Bool                             // start has done what it could
	watches  []*watch                                // immutable
}

// newSDK returns an SDK that has not started.
func newSDK() *sdk {
	s := &sdk{}
	for _, sig := range deadlySignals() {
		s.watches = append(s.watches, newWatch(sig, s.flush))
	}
	return s
}

// wanted reports whether environ, in the form of [os.Environ], asks for traces. The
// rule stands in package otelsdk.
func wanted(environ []string) bool {
	any := false
	for _, kv := range environ {
		key, value, _ := strings.Cut(kv, "=")
		value = strings.ToLower(strings.TrimSpace(value))
		if !strings.HasPrefix(key, "OTEL_") || value == "" { // an empty variable is as none, says the specification
			continue
		}
		any = true
		if key == "OTEL_SDK_DISABLED" && value == "true" || key == "OTEL_TRACES_EXPORTER" && value == "none" {
			return false
		}
	}
	return any
}

// start sets the SDK up and reports whether there is one now. It does nothing where
// it is not wanted and where there is a provider already, the program's own or, in a
// main function that calls itself, this one.
func (s *sdk) start() bool {
	if !wanted(os.Environ()) || !telemetry.Unset(otel.GetTracerProvider()) {
		return false
	}
	defer s.settled.Store(true)
	if os.Getenv("OTEL_LOG_LEVEL") == "" {
		s.silence()
	}
	ctx := context.Background()
	exporter, err := autoexport.NewSpanExporter(ctx)
	if err != nil {
		otel.Handle(err)
		return false
	}
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(untraced{exporter}),
		sdktrace.WithResource(resource.Default()), // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES are in it
	)
	s.provider.Store(provider)
	otel.SetTracerProvider(provider)
	if telemetry.Unset(otel.GetTextMapPropagator()) {
		otel.SetTextMapPropagator(autoprop.NewTextMapPropagator())
	}
	for _, w := range s.watches {
		w.arm()
	}
	return true
}

// flush exports the spans that have ended, and returns when that is done or
// flushTimeout is over. Without an SDK it returns at once.
//
// The SDK is not shut down with it: after runtime.Goexit in the main goroutine, and
// after an os.Exit that a test turns into a panic, the program goes on. Several
// goroutines may be here at once, and one that an exporter or a handler of the
// program's called os.Exit in.
func (s *sdk) flush() {
	provider := s.provider.Load()
	if provider == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), flushTimeout)
	defer cancel()
	done := make(chan struct{})
	// In a goroutine of its own since a span processor that the program has added
	// need not look at the context.
	go func() {
		defer close(done)
		if err := provider.ForceFlush(ctx); err != nil {
			otel.Handle(err)
		}
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// untraced is an exporter whose own requests make no spans.
type untraced struct{ sdktrace.SpanExporter }

// ExportSpans implements [sdktrace.SpanExporter].
func (e untraced) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	return e.SpanExporter.ExportSpans(telemetry.Untraced(ctx), spans)
}
