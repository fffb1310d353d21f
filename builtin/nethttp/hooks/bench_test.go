package hooks

// What a request costs beside what net/http does for it: with no provider, with each kind,
// and by otelhttp, which a program would use by hand. The otelhttp here is not woven.
//
//	go test ./builtin/nethttp/hooks -run '^$' -bench . -benchmem

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// A writer is a response writer that costs nothing.
type writer struct{ header http.Header }

func (w writer) Header() http.Header         { return w.header }
func (w writer) Write(p []byte) (int, error) { return len(p), nil }
func (w writer) WriteHeader(int)             {}

// quiet is a span processor that costs nothing.
type quiet struct{ sdktrace.SpanProcessor }

func (quiet) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (quiet) OnEnd(sdktrace.ReadOnlySpan)                     {}

// traced sets a tracer provider until the benchmark ends.
func traced(b *testing.B) {
	before, propagator := otel.GetTracerProvider(), otel.GetTextMapPropagator()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(quiet{})))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	b.Cleanup(func() {
		otel.SetTracerProvider(before)
		otel.SetTextMapPropagator(propagator)
	})
}

// providers runs the benchmark of hooks with each set of providers, and that of otelhttp,
// which keeps the providers that it finds first, with both.
func providers(b *testing.B, hooks, byOtelhttp func(b *testing.B)) {
	b.Run("no provider", hooks)
	b.Run("traces", func(b *testing.B) { traced(b); hooks(b) })
	b.Run("metrics", func(b *testing.B) { measure(b); hooks(b) })
	b.Run("both", func(b *testing.B) { traced(b); measure(b); hooks(b) })
	b.Run("otelhttp", func(b *testing.B) { traced(b); measure(b); byOtelhttp(b) })
}

var products = []byte("products")

var answer = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(products) })

func BenchmarkServe(b *testing.B) {
	run := func(b *testing.B, h http.Handler) {
		original, err := http.NewRequest("GET", "http://shop.example/products?page=2", nil)
		if err != nil {
			b.Fatal(err)
		}
		original.RemoteAddr = "192.0.2.1:1234"
		original.Header.Set("User-Agent", "bench")
		original.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
		w, r := writer{http.Header{}}, new(http.Request)
		b.ReportAllocs()
		for b.Loop() {
			*r = *original
			h.ServeHTTP(w, r)
		}
	}
	b.Run("plain", func(b *testing.B) { run(b, answer) })
	providers(b, func(b *testing.B) { run(b, served{answer}) },
		func(b *testing.B) { run(b, otelhttp.NewHandler(answer, "products")) })
}

// answering is a transport that costs next to nothing.
type answering struct{}

func (answering) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, ProtoMajor: 1, ProtoMinor: 1, Request: r, Body: io.NopCloser(io.LimitReader(strings.NewReader("products"), 100))}, nil
}

func BenchmarkRoundTrip(b *testing.B) {
	run := func(b *testing.B, t http.RoundTripper) {
		r, err := http.NewRequest("GET", "http://shop.example/products?page=2", nil)
		if err != nil {
			b.Fatal(err)
		}
		r.Header.Set("Accept", "text/plain")
		buf := make([]byte, 100)
		b.ReportAllocs()
		for b.Loop() {
			res, err := t.RoundTrip(r)
			if err != nil {
				b.Fatal(err)
			}
			for err == nil {
				_, err = res.Body.Read(buf)
			}
			_ = res.Body.Close()
		}
	}
	b.Run("plain", func(b *testing.B) { run(b, answering{}) })
	providers(b, func(b *testing.B) { run(b, woven{answering{}}) },
		func(b *testing.B) { run(b, otelhttp.NewTransport(answering{})) })
}
