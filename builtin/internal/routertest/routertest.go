// Package routertest tests what the hooks of routers tell nethttp: it serves a handler over
// TCP as woven net/http does, and returns what became of each request.
package routertest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	nethttp "github.com/goweaver/weaver/builtin/nethttp/hooks"
	"github.com/goweaver/weaver/instrument/hook"
)

// A Server serves one handler, with the SDK as the program's providers.
type Server struct {
	*httptest.Server
	spans   *tracetest.SpanRecorder // nil without traces
	metrics *sdkmetric.ManualReader
	served  chan struct{}
}

// Seen is what one request came to.
type Seen struct {
	Status int
	Body   string
	// Spans are those that ended, the server's last. It is empty where traces are off.
	Spans []sdktrace.ReadOnlySpan
	// Measured is how many durations of requests there are of each route, of requests
	// before this one too; those without a route are under "".
	Measured map[string]uint64
}

// Name returns the name of the span of the server, which is nethttp's, or "".
func (s Seen) Name() string {
	if span := s.Server(); span != nil {
		return span.Name()
	}
	return ""
}

// Route returns the route of the server's span, or "".
func (s Seen) Route() string { return s.value(semconv.HTTPRouteKey) }

// Exceptions returns the texts of the exceptions of the server's span.
func (s Seen) Exceptions() (texts []string) {
	span := s.Server()
	if span == nil {
		return nil
	}
	for _, e := range span.Events() {
		set := attribute.NewSet(e.Attributes...)
		v, _ := set.Value(semconv.ExceptionMessageKey)
		texts = append(texts, v.AsString())
	}
	return texts
}

// Server returns the span that nethttp's hook made of the request, or nil.
func (s Seen) Server() sdktrace.ReadOnlySpan {
	for _, span := range s.Spans {
		if span.SpanKind() == trace.SpanKindServer && span.InstrumentationScope().Name == "github.com/goweaver/weaver/builtin/nethttp" {
			return span
		}
	}
	return nil
}

func (s Seen) value(key attribute.Key) string {
	span := s.Server()
	if span == nil {
		return ""
	}
	set := attribute.NewSet(span.Attributes()...)
	v, _ := set.Value(key)
	return v.AsString()
}

// New serves h until the test ends, with a tracer and a meter provider.
func New(t testing.TB, h http.Handler) *Server {
	spans := tracetest.NewSpanRecorder()
	provider, propagator := otel.GetTracerProvider(), otel.GetTextMapPropagator()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	t.Cleanup(func() {
		otel.SetTracerProvider(provider)
		otel.SetTextMapPropagator(propagator)
	})
	s := Measured(t, h)
	s.spans = spans
	return s
}

// Measured serves h until the test ends, with a meter provider alone.
func Measured(t testing.TB, h http.Handler) *Server {
	reader, before := sdkmetric.NewManualReader(), otel.GetMeterProvider()
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)))
	t.Cleanup(func() { otel.SetMeterProvider(before) })
	s := Plain(t, h)
	s.metrics = reader
	return s
}

// Plain serves h until the test ends, with the providers that are there.
func Plain(t testing.TB, h http.Handler) *Server {
	s := &Server{served: make(chan struct{}, 1)}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { s.served <- struct{}{} }()
		end := nethttp.Serve(w, r)
		if end == nil {
			h.ServeHTTP(w, r)
			return
		}
		defer func() { end(hook.Returned, hook.Panic{}) }()
		h.ServeHTTP(w, r)
	}))
	s.Config.ErrorLog = nil
	t.Cleanup(s.Close)
	return s
}

// Do sends a request and returns what came of it, when its handler and all hooks are done.
// Requests are sent one after the other.
func (s *Server) Do(t testing.TB, method, path string) Seen {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	before := 0
	if s.spans != nil {
		before = len(s.spans.Ended())
	}
	// What a redirect is is for the handler to say.
	res, err := s.Client().Transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	<-s.served
	seen := Seen{Status: res.StatusCode, Body: string(body)}
	if s.spans != nil {
		seen.Spans = s.spans.Ended()[before:]
	}
	if s.metrics != nil {
		seen.Measured = s.durations(t)
	}
	return seen
}

func (s *Server) durations(t testing.TB) map[string]uint64 {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := s.metrics.Collect(context.WithoutCancel(t.Context()), &all); err != nil {
		t.Fatal(err)
	}
	n := map[string]uint64{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			data, ok := m.Data.(metricdata.Histogram[float64])
			if !ok || m.Name != "http.server.request.duration" {
				continue
			}
			for _, p := range data.DataPoints {
				v, _ := p.Attributes.Value(semconv.HTTPRouteKey)
				n[v.AsString()] += p.Count
			}
		}
	}
	return n
}
