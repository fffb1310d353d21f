package hooks

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

// A program's own otelhttp handler makes the one server span, in its own way.
func TestMiddlewareYields(t *testing.T) {
	own := func(h http.Handler) http.Handler { // otelhttp.NewMiddleware as woven code returns it
		return Middleware()(otelhttp.NewMiddleware("own", otelhttp.WithSpanNameFormatter(
			func(operation string, _ *http.Request) string { return operation })))(h)
	}
	inner := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, s := otel.Tracer("test").Start(r.Context(), "inner")
		s.End()
	})
	between := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, s := otel.Tracer("test").Start(r.Context(), "between")
		defer s.End()
		own(inner).ServeHTTP(w, r.WithContext(ctx))
	})
	for _, c := range []struct {
		claim   string
		handler http.Handler
		want    []string // innermost first, each with its parent
	}{
		{"the program's span is the only one", own(inner), []string{"inner of own", "own of the client"}},
		{"twice if the program says so", own(own(inner)), []string{"inner of own", "own of the client", "own of the client"}},
		{"a span that has children stays", between, []string{"inner of own", "own of the client", "between of GET", "GET of the client"}},
		{"no middleware, no yielding", inner, []string{"inner of GET", "GET of the client"}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			recorder := record(t)
			s := serving(t, false, c.handler)
			req, err := http.NewRequestWithContext(t.Context(), "GET", s.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
			res, err := s.Client().Do(req)
			if err != nil {
				t.Fatal(err)
			}
			read(t, res)
			spans := ended(t, recorder, len(c.want))
			parents := map[string]string{"b7ad6b7169203331": "the client"}
			for _, span := range spans {
				parents[span.SpanContext().SpanID().String()] = span.Name()
			}
			for i, span := range spans {
				if got := span.Name() + " of " + parents[span.Parent().SpanID().String()]; got != c.want[i] {
					t.Errorf("span %d is %q, not %q", i, got, c.want[i])
				}
			}
		})
	}
}

// Also where the program's otelhttp has a provider of its own.
func TestMiddlewareYieldsToAnotherProvider(t *testing.T) {
	recorder, own := record(t), tracetest.NewSpanRecorder()
	h := Middleware()(otelhttp.NewMiddleware("own", otelhttp.WithTracerProvider(
		sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(own)))))(http.NotFoundHandler())
	s := serving(t, false, h)
	get(t, s.Client(), s.URL)
	if span := ended(t, own, 1)[0]; span.SpanKind() != trace.SpanKindServer || span.Parent().IsValid() {
		t.Errorf("the program's span is %v below %v", span, span.Parent())
	}
	ended(t, recorder, 0)
}

// Serve's own use of otelhttp, which is woven like the program's, yields to nobody.
func TestServeDoesNotYieldToItself(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, &exchange{}))
	if yield(r) != r {
		t.Error("a request that is not in its handler yet was given up")
	}
}
