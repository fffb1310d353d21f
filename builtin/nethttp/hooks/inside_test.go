package hooks

import (
	"fmt"
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
	s.Close()
	if spans := own.Ended(); len(spans) != 1 || spans[0].SpanKind() != trace.SpanKindServer || spans[0].Parent().IsValid() {
		t.Errorf("the program's spans: %v", spans)
	}
	ended(t, recorder, 0)
}

// What the program's otelhttp records is not recorded twice, with and without traces,
// also where both spans stay. Active requests only these hooks have.
func TestNothingIsMeasuredTwice(t *testing.T) {
	for _, traced := range []bool{false, true} {
		t.Run(fmt.Sprintf("traced: %v", traced), func(t *testing.T) {
			reader := measure(t)
			if traced {
				record(t)
			}
			own := Middleware()(otelhttp.NewMiddleware("own"))(http.NotFoundHandler())
			between := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				ctx, s := otel.Tracer("test").Start(r.Context(), "between")
				defer s.End()
				own.ServeHTTP(w, r.WithContext(ctx))
			})
			client := &http.Client{Transport: wovenOwn{otelhttp.NewTransport(woven{&http.Transport{}})}}
			for _, h := range []http.Handler{own, between} {
				s := serving(t, false, h)
				get(t, client, s.URL)
				s.Close()
			}
			measured := points(t, reader)
			for name, want := range map[string]uint64{
				"http.server.request.duration":   2,
				"http.server.request.body.size":  2,
				"http.server.response.body.size": 2,
				"http.client.request.duration":   2,
				"http.client.request.body.size":  2,
			} {
				var n uint64
				for _, p := range measured[name] {
					n += p.count
					if p.scope != otelhttp.ScopeName {
						t.Errorf("%s is recorded by %s", name, p.scope)
					}
				}
				if n != want {
					t.Errorf("%s is recorded %d times", name, n)
				}
			}
			if p := measured["http.server.active_requests"]; len(p) != 1 || p[0].scope != scope || p[0].sum != 0 {
				t.Errorf("active requests: %+v", p)
			}
		})
	}
}

// A request that the program's otelhttp filters out is told of by nobody.
func TestFiltered(t *testing.T) {
	recorder, reader := record(t), measure(t)
	none := otelhttp.WithFilter(func(*http.Request) bool { return false })
	s := serving(t, false, Middleware()(otelhttp.NewMiddleware("own", none))(http.NotFoundHandler()))
	client := &http.Client{Transport: wovenOwn{otelhttp.NewTransport(woven{&http.Transport{}}, none)}}
	req := httptest.NewRequest("GET", s.URL, nil)
	res, err := client.Transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	read(t, res)
	s.Close()
	ended(t, recorder, 0)
	if res.Request != req {
		t.Error("the response names another request")
	}
	for name, p := range points(t, reader) {
		if name != "http.server.active_requests" {
			t.Errorf("%s: %+v", name, p)
		}
	}
}
