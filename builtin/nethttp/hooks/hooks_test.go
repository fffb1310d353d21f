package hooks

// What the tests of this package stand on: servers and clients that are real, with
// the hooks called where woven net/http code calls them.

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

// A recorder records spans, and knows of each when it has ended.
type recorder struct {
	*tracetest.SpanRecorder
	signal chan struct{}
}

func (r recorder) OnEnd(s sdktrace.ReadOnlySpan) {
	r.SpanRecorder.OnEnd(s)
	r.signal <- struct{}{}
}

// record gives the process a tracer provider and W3C propagation until the test ends, and
// returns what records its spans. After it the globals are placeholders again.
func record(t testing.TB) recorder {
	r := recorder{tracetest.NewSpanRecorder(), make(chan struct{}, 1000)}
	provider, propagator := otel.GetTracerProvider(), otel.GetTextMapPropagator()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r)))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	t.Cleanup(func() {
		otel.SetTracerProvider(provider)
		otel.SetTextMapPropagator(propagator)
	})
	return r
}

// measure gives the process a meter provider until the test ends, and returns what reads it.
func measure(t testing.TB) *sdkmetric.ManualReader {
	reader, before := sdkmetric.NewManualReader(), otel.GetMeterProvider()
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)))
	t.Cleanup(func() { otel.SetMeterProvider(before) })
	return reader
}

// A point is one data point of a metric.
type point struct {
	scope, unit string
	attrs       attribute.Set
	count       uint64  // of measurements
	sum         float64 // of these
	bounds      []float64
}

// points returns what was measured, by name of the metric.
func points(t *testing.T, reader *sdkmetric.ManualReader) map[string][]point {
	t.Helper()
	var got metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	out := map[string][]point{}
	for _, of := range got.ScopeMetrics {
		for _, m := range of.Metrics {
			p := point{scope: of.Scope.Name, unit: m.Unit}
			switch data := m.Data.(type) {
			case metricdata.Histogram[float64]:
				for _, d := range data.DataPoints {
					p.attrs, p.count, p.sum, p.bounds = d.Attributes, d.Count, d.Sum, d.Bounds
					out[m.Name] = append(out[m.Name], p)
				}
			case metricdata.Histogram[int64]:
				for _, d := range data.DataPoints {
					p.attrs, p.count, p.sum, p.bounds = d.Attributes, d.Count, float64(d.Sum), d.Bounds
					out[m.Name] = append(out[m.Name], p)
				}
			case metricdata.Sum[int64]:
				for _, d := range data.DataPoints {
					p.attrs, p.count, p.sum = d.Attributes, 1, float64(d.Value)
					out[m.Name] = append(out[m.Name], p)
				}
			default:
				t.Errorf("%s is a %T", m.Name, data)
			}
		}
	}
	return out
}

// ended returns the recorder's n spans that have ended; a server's ends after its
// client has the response. For none the server has to be closed first.
func ended(t *testing.T, r recorder, n int) []sdktrace.ReadOnlySpan {
	t.Helper()
	late := time.After(10 * time.Second)
	for range n {
		select {
		case <-r.signal:
		case <-late:
			t.Fatalf("%d spans instead of %d: %v", len(r.Ended()), n, names(r.Ended()))
		}
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
	set := attribute.NewSet(s.Attributes()...)
	v, _ := set.Value(attribute.Key(key))
	return v.String()
}

// A logged server keeps what it logs.
type logged struct {
	*httptest.Server
	messages chan string
	mu       sync.Mutex
	log      strings.Builder
}

func (s *logged) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages <- string(p)
	return s.log.Write(p)
}

// logs returns all that the server has logged. A connection of HTTP/2 may log after the
// server has been closed.
func (s *logged) logs() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

// serving starts a server whose handler h is called as woven code calls it, of HTTP/2 and
// TLS if tls is set. What else it is told by each configure.
func serving(t testing.TB, tls bool, h http.Handler, configure ...func(*httptest.Server)) *logged {
	s := &logged{Server: httptest.NewUnstartedServer(served{h}), messages: make(chan string, 1000)}
	s.Config.ErrorLog = log.New(s, "", 0)
	for _, c := range configure {
		c(s.Server)
	}
	if s.EnableHTTP2 = tls; tls {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(func() {
		s.Close()
		if all := s.logs(); strings.Contains(all, "superfluous") {
			t.Error(all)
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

func (w woven) RoundTrip(r *http.Request) (res *http.Response, err error) {
	r, end := RoundTrip(r)
	if end != nil {
		defer func() { end(res, err) }()
	}
	return w.RoundTripper.RoundTrip(r)
}

// CloseIdleConnections is what an http.Client looks for.
func (w woven) CloseIdleConnections() {
	(&http.Client{Transport: w.RoundTripper}).CloseIdleConnections()
}

// wovenClient returns a client whose transport is woven.
func wovenClient() *http.Client { return &http.Client{Transport: woven{&http.Transport{}}} }

// get fetches the URL, reads the response and returns it with its body.
func get(t testing.TB, c *http.Client, url string) (*http.Response, string) {
	t.Helper()
	return do(t, c, "GET", url, nil, nil)
}

// do sends a request, reads the response and returns it with its body.
func do(t testing.TB, c *http.Client, method, url string, header http.Header, body io.Reader) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		req.Header[k] = v
	}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	return res, read(t, res)
}

func read(t testing.TB, res *http.Response) string {
	t.Helper()
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
