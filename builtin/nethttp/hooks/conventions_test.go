package hooks

// Spans and metrics against the semantic conventions for HTTP 1.43, as data:
// https://github.com/open-telemetry/semantic-conventions/tree/v1.43.0/docs/http

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"golang.org/x/net/http2"
)

// A convention says what attributes there may be, and of which type. Those whose type
// stands first in required must be there.
type convention struct{ required, more map[string]attribute.Type }

var (
	// http-spans.md, "Server"
	serverSpan = convention{
		map[string]attribute.Type{
			"http.request.method": attribute.STRING,
			"url.path":            attribute.STRING,
			"url.scheme":          attribute.STRING,
		},
		map[string]attribute.Type{
			"error.type":                   attribute.STRING,
			"http.request.method_original": attribute.STRING,
			"http.response.status_code":    attribute.INT64,
			"http.route":                   attribute.STRING,
			"url.query":                    attribute.STRING,
			"client.address":               attribute.STRING,
			"network.peer.address":         attribute.STRING,
			"network.peer.port":            attribute.INT64,
			"network.protocol.version":     attribute.STRING,
			"server.address":               attribute.STRING,
			"server.port":                  attribute.INT64,
			"user_agent.original":          attribute.STRING,
			"http.response.body.size":      attribute.INT64,
		},
	}
	// http-spans.md, "Client"
	clientSpan = convention{
		map[string]attribute.Type{
			"http.request.method": attribute.STRING,
			"server.address":      attribute.STRING,
			"server.port":         attribute.INT64,
			"url.full":            attribute.STRING,
		},
		map[string]attribute.Type{
			"error.type":                   attribute.STRING,
			"http.request.method_original": attribute.STRING,
			"http.response.status_code":    attribute.INT64,
			"http.request.resend_count":    attribute.INT64,
			"network.protocol.version":     attribute.STRING,
		},
	}
	// http-metrics.md, the metrics of servers but active_requests
	serverMetric = convention{
		map[string]attribute.Type{
			"http.request.method": attribute.STRING,
			"url.scheme":          attribute.STRING,
		},
		map[string]attribute.Type{
			"error.type":                attribute.STRING,
			"http.response.status_code": attribute.INT64,
			"http.route":                attribute.STRING,
			"network.protocol.version":  attribute.STRING,
		},
	}
	// http-metrics.md, the metrics of clients
	clientMetric = convention{
		map[string]attribute.Type{
			"http.request.method": attribute.STRING,
			"server.address":      attribute.STRING,
			"server.port":         attribute.INT64,
		},
		map[string]attribute.Type{
			"error.type":                attribute.STRING,
			"http.response.status_code": attribute.INT64,
			"network.protocol.version":  attribute.STRING,
		},
	}
	activeMetric = convention{serverMetric.required, nil}

	// In seconds, as http-metrics.md advises for durations.
	durationBounds = []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}
)

// check checks the attributes of what is named.
func (c convention) check(t *testing.T, what string, attrs []attribute.KeyValue) {
	t.Helper()
	there := map[string]bool{}
	for _, a := range attrs {
		key := string(a.Key)
		if there[key] {
			t.Errorf("%s has %s twice", what, key)
		}
		there[key] = true
		typ, ok := c.required[key]
		if !ok {
			typ, ok = c.more[key]
		}
		if !ok || a.Value.Type() != typ || a.Value.String() == "" {
			t.Errorf("%s has %s = %s, a %v", what, key, a.Value, a.Value.Type())
		}
	}
	for key := range c.required {
		if !there[key] {
			t.Errorf("%s has no %s", what, key)
		}
	}
	// error.type is there if and only if the response is an error or there is none.
	set := attribute.NewSet(attrs...)
	status, answered := set.Value("http.response.status_code")
	least := int64(500)
	if _, client := c.required["server.port"]; client {
		least = 400
	}
	if _, measured := c.more["error.type"]; measured && there["error.type"] != (!answered || status.AsInt64() >= least) {
		t.Errorf("%s has status %v and error.type: %v", what, status, there["error.type"])
	}
}

// A protocol is a way for a client to talk to a server.
type protocol struct {
	name, version, scheme string
	server                func(t *testing.T, h http.Handler) *logged
	transport             func(*logged) http.RoundTripper
}

func protocols() []protocol {
	plainly := func(t *testing.T, h http.Handler) *logged { return serving(t, false, h) }
	own := func(s *logged) http.RoundTripper { return s.Client().Transport }
	var both, http1, http2only http.Protocols
	both.SetHTTP1(true)
	both.SetUnencryptedHTTP2(true)
	http1.SetHTTP1(true)
	http2only.SetUnencryptedHTTP2(true)
	return []protocol{
		{"HTTP/1.1", "1.1", "http", plainly, own},
		{"HTTP/1.1 with TLS", "1.1", "https", func(t *testing.T, h http.Handler) *logged {
			return serving(t, true, h)
		}, func(s *logged) http.RoundTripper {
			tr := s.Client().Transport.(*http.Transport).Clone()
			tr.ForceAttemptHTTP2, tr.Protocols = false, &http1
			tr.TLSClientConfig.NextProtos = nil
			return tr
		}},
		{"HTTP/2", "2", "https", func(t *testing.T, h http.Handler) *logged { return serving(t, true, h) }, own},
		{"HTTP/2 in cleartext", "2", "http", func(t *testing.T, h http.Handler) *logged {
			return serving(t, false, h, func(s *httptest.Server) { s.Config.Protocols = &both })
		}, func(*logged) http.RoundTripper { return &http.Transport{Protocols: &http2only} }},
		{"h2c of golang.org/x/net", "2", "http", func(t *testing.T, h http.Handler) *logged {
			return serving(t, false, cleartext(h))
		}, func(*logged) http.RoundTripper {
			return &http2.Transport{AllowHTTP: true, DialTLSContext: dialPlainly}
		}},
	}
}

// In each version of HTTP, encrypted and not, directly and through a reverse proxy, a
// request has a client and a server span in one trace and all metrics, by the conventions.
func TestConventions(t *testing.T) {
	var mux wovenMux
	mux.HandleFunc("POST /orders/{id}", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if r.PathValue("id") == "broken" {
			w.WriteHeader(http.StatusInternalServerError)
		}
		_, _ = io.WriteString(w, "ordered")
	})
	for _, p := range protocols() {
		for _, path := range []string{"/orders/7?express=1", "/orders/broken", "/nowhere"} {
			t.Run(p.name+path, func(t *testing.T) {
				recorder, reader := record(t), measure(t)
				s := p.server(t, &mux)
				client := &http.Client{Transport: woven{p.transport(s)}}
				res, _ := do(t, client, "POST", s.URL+path, nil, strings.NewReader("tea"))
				if want := "HTTP/" + p.version; !strings.HasPrefix(res.Proto, want) {
					t.Fatalf("the protocol is %s", res.Proto)
				}
				client.CloseIdleConnections()
				checkExchange(t, p, ended(t, recorder, 2), res.StatusCode)
				s.Close()
				checkMetrics(t, points(t, reader), recorder.Ended())
			})
		}
		t.Run(p.name+" reverse proxy", func(t *testing.T) {
			recorder, reader := record(t), measure(t)
			backend := p.server(t, &mux)
			u, err := url.Parse(backend.URL)
			if err != nil {
				t.Fatal(err)
			}
			proxy := httputil.NewSingleHostReverseProxy(u)
			proxy.Transport = woven{p.transport(backend)}
			s := serving(t, false, proxy)
			if _, body := do(t, wovenClient(), "POST", s.URL+"/orders/7", nil, strings.NewReader("tea")); body != "ordered" {
				t.Errorf("the answer is %q", body)
			}
			checkChain(t, ended(t, recorder, 4))
			s.Close()
			proxy.Transport.(woven).CloseIdleConnections()
			backend.Close()
			checkMetrics(t, points(t, reader), recorder.Ended())
		})
	}
}

// checkExchange checks the client's and the server's span of one request.
func checkExchange(t *testing.T, p protocol, spans []sdktrace.ReadOnlySpan, status int) {
	t.Helper()
	server, client := ofKind(spans, trace.SpanKindServer), ofKind(spans, trace.SpanKindClient)
	if server == nil || client == nil {
		t.Fatalf("the spans are %v", names(spans))
	}
	serverSpan.check(t, "the server's span", server.Attributes())
	clientSpan.check(t, "the client's span", client.Attributes())
	if server.Parent().SpanID() != client.SpanContext().SpanID() || client.Name() != "POST" {
		t.Errorf("the client's span is %s, the server's is below %v", client.Name(), server.Parent())
	}
	for key, want := range map[string]string{
		"url.scheme":                p.scheme,
		"network.protocol.version":  p.version,
		"http.response.status_code": fmt.Sprint(status),
	} {
		if got := value(server, key); got != want {
			t.Errorf("the server's %s is %s", key, got)
		}
		if got := value(client, key); got != want && key != "url.scheme" {
			t.Errorf("the client's %s is %s", key, got)
		}
	}
	for _, s := range spans {
		if s.InstrumentationScope().Name != scope || !strings.Contains(s.InstrumentationScope().SchemaURL, "1.43") {
			t.Errorf("the scope is %+v", s.InstrumentationScope())
		}
	}
}

// checkChain checks that each of the spans but one is the child of another.
func checkChain(t *testing.T, spans []sdktrace.ReadOnlySpan) {
	t.Helper()
	children := map[trace.SpanID]int{}
	for _, s := range spans {
		children[s.Parent().SpanID()]++
	}
	roots := 0
	for _, s := range spans {
		if !s.Parent().IsValid() {
			roots++
		}
		if children[s.SpanContext().SpanID()] > 1 || s.SpanContext().TraceID() != spans[0].SpanContext().TraceID() {
			t.Errorf("%s has %d children", s.Name(), children[s.SpanContext().SpanID()])
		}
	}
	if roots != 1 {
		t.Errorf("%d of the spans %v have no parent", roots, names(spans))
	}
}

// checkMetrics checks all metrics of requests with the body "tea", each of which has one
// of the spans, and takes as long.
func checkMetrics(t *testing.T, measured map[string][]point, spans []sdktrace.ReadOnlySpan) {
	t.Helper()
	for name, want := range map[string]struct {
		unit   string
		attrs  convention
		kind   trace.SpanKind
		bounds []float64
	}{
		"http.server.request.duration":   {"s", serverMetric, trace.SpanKindServer, durationBounds},
		"http.server.request.body.size":  {"By", serverMetric, trace.SpanKindServer, nil},
		"http.server.response.body.size": {"By", serverMetric, trace.SpanKindServer, nil},
		"http.server.active_requests":    {"{request}", activeMetric, 0, nil},
		"http.client.request.duration":   {"s", clientMetric, trace.SpanKindClient, durationBounds},
		"http.client.request.body.size":  {"By", clientMetric, trace.SpanKindClient, nil},
		"http.client.response.body.size": {"By", clientMetric, trace.SpanKindClient, nil},
	} {
		var requests, all uint64
		var took, sum float64
		for _, s := range spans {
			if s.SpanKind() == want.kind {
				requests++
				took += s.EndTime().Sub(s.StartTime()).Seconds()
			}
		}
		for _, p := range measured[name] {
			want.attrs.check(t, name, p.attrs.ToSlice())
			if p.unit != want.unit || p.scope != scope || want.bounds != nil && !slices.Equal(p.bounds, want.bounds) {
				t.Errorf("%s has unit %s, scope %s and bounds %v", name, p.unit, p.scope, p.bounds)
			}
			if m, _ := p.attrs.Value("http.request.method"); m.AsString() != "POST" {
				t.Errorf("%s has the method %s", name, m.AsString())
			}
			all += p.count
			sum += p.sum
		}
		switch {
		case want.kind == 0:
			if all == 0 || sum != 0 {
				t.Errorf("%s is %+v", name, measured[name])
			}
		case all != requests:
			t.Errorf("%s was recorded %d times, of %d requests", name, all, requests)
		case want.unit == "s" && math.Abs(sum-took) > 1e-9:
			t.Errorf("%s is %v, the spans took %v", name, sum, took)
		case strings.HasSuffix(name, "request.body.size") && sum != float64(3*requests):
			t.Errorf("%s is %v", name, sum)
		case strings.HasSuffix(name, "response.body.size") && sum == 0:
			t.Errorf("%s is nothing", name)
		}
	}
}

// Requests are counted as active while they are served, also where one fails.
func TestActiveRequests(t *testing.T) {
	reader := measure(t)
	entered, leave := make(chan bool), make(chan bool)
	s := serving(t, false, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		entered <- true
		if <-leave {
			panic(http.ErrAbortHandler)
		}
	}))
	active := func() (n float64) {
		for _, p := range points(t, reader)["http.server.active_requests"] {
			n += p.sum
		}
		return n
	}
	for range 2 {
		go func() {
			if res, err := s.Client().Get(s.URL); err == nil {
				_ = res.Body.Close()
			}
		}()
		<-entered
	}
	if n := active(); n != 2 {
		t.Errorf("%v requests are active", n)
	}
	leave <- true
	leave <- false
	s.Close()
	if n := active(); n != 0 {
		t.Errorf("%v requests are active after the last", n)
	}
}

// A request that asks for HTTP/2 in cleartext by an upgrade is served once, and told of once.
func TestUpgradeToHTTP2(t *testing.T) {
	recorder, reader := record(t), measure(t)
	done := make(chan bool)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		served{cleartext(http.NotFoundHandler())}.ServeHTTP(w, r)
		close(done) // a server does not wait for a connection that was taken over
	}))
	defer s.Close()
	readUpgraded(t, s.Listener.Addr().String())
	<-done
	span := ended(t, recorder, 1)[0]
	if value(span, "http.response.status_code") != "404" || span.Parent().IsValid() {
		t.Errorf("the span is below %v, with %v", span.Parent(), span.Attributes())
	}
	measured := points(t, reader)
	if p := measured["http.server.request.duration"]; len(p) != 1 || p[0].count != 1 {
		t.Errorf("measured: %+v", p)
	}
	if p := measured["http.server.active_requests"]; len(p) != 1 || p[0].sum != 0 {
		t.Errorf("active requests: %+v", p)
	}
}
