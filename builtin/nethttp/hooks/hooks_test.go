package hooks

// What the tests of this package stand on: servers and clients that are real, with
// the hooks called where woven net/http code calls them.

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

// record gives the process a provider and W3C propagation until the test ends, and
// returns what records its spans. After it the globals are placeholders again.
func record(t testing.TB) *tracetest.SpanRecorder {
	r := tracetest.NewSpanRecorder()
	provider, propagator := otel.GetTracerProvider(), otel.GetTextMapPropagator()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r)))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	t.Cleanup(func() {
		otel.SetTracerProvider(provider)
		otel.SetTextMapPropagator(propagator)
	})
	return r
}

// ended returns the recorder's n spans that have ended; a server's ends after its
// client has the response.
func ended(t *testing.T, r *tracetest.SpanRecorder, n int) []sdktrace.ReadOnlySpan {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); len(r.Ended()) < n && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	if n == 0 {
		time.Sleep(20 * time.Millisecond)
	}
	spans := r.Ended()
	if len(spans) != n {
		t.Fatalf("%d spans instead of %d: %v", len(spans), n, names(spans))
	}
	return spans
}

func names(spans []sdktrace.ReadOnlySpan) (out []string) {
	for _, s := range spans {
		out = append(out, s.SpanKind().String()+" "+s.Name())
	}
	return out
}

func ofKind(spans []sdktrace.ReadOnlySpan, kind trace.SpanKind) sdktrace.ReadOnlySpan {
	i := slices.IndexFunc(spans, func(s sdktrace.ReadOnlySpan) bool { return s.SpanKind() == kind })
	if i < 0 {
		return nil
	}
	return spans[i]
}

// value returns the span's attribute as text, or "".
func value(s sdktrace.ReadOnlySpan, key string) string {
	for _, a := range s.Attributes() {
		if string(a.Key) == key {
			return a.Value.String()
		}
	}
	return ""
}

// serving starts a server, of HTTP/2 if tls is set, whose handler h is called as
// woven code calls it.
func serving(t *testing.T, tls bool, h http.Handler) *httptest.Server {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		Serve(w, r, h.ServeHTTP)
	}))
	var errors strings.Builder
	s.Config.ErrorLog = log.New(&errors, "", 0)
	if s.EnableHTTP2 = tls; tls {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(func() {
		s.Close()
		if strings.Contains(errors.String(), "superfluous") {
			t.Error(errors.String())
		}
	})
	return s
}

// wovenMux is a ServeMux as woven code runs it.
type wovenMux struct{ http.ServeMux }

func (m *wovenMux) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if exit := Route(r); exit != nil {
		defer exit()
	}
	m.ServeMux.ServeHTTP(w, r)
}

// woven is a transport whose RoundTrip is woven.
type woven struct{ http.RoundTripper }

func (w woven) RoundTrip(r *http.Request) (*http.Response, error) {
	return RoundTrip(r, w.RoundTripper.RoundTrip)
}

// get fetches the URL without a client span, reads the response and returns it with
// its body.
func get(t *testing.T, c *http.Client, url string) (*http.Response, string) {
	t.Helper()
	res, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	return res, read(t, res)
}

func read(t *testing.T, res *http.Response) string {
	t.Helper()
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
