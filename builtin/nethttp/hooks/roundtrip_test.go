package hooks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// Client and server spans join into one trace, redirects included.
func TestRoundTrip(t *testing.T) {
	recorder := record(t)
	var mux wovenMux
	mux.HandleFunc("/old", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/new?token=1", http.StatusFound)
	})
	mux.HandleFunc("/new", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "new") })
	s := serving(t, false, &mux)
	res, body := get(t, wovenClient(), s.URL+"/old")
	if body != "new" || res.Request.URL.Path != "/new" {
		t.Errorf("the client got %q from %v", body, res.Request.URL)
	}
	spans := ended(t, recorder, 4)
	clients := map[trace.SpanID]sdktrace.ReadOnlySpan{}
	for _, span := range spans {
		if span.SpanKind() == trace.SpanKindClient {
			clients[span.SpanContext().SpanID()] = span
		}
	}
	if len(clients) != 2 {
		t.Fatalf("the spans are %v", names(spans))
	}
	for _, server := range spans {
		if server.SpanKind() != trace.SpanKindServer {
			continue
		}
		client := clients[server.Parent().SpanID()]
		if client == nil {
			t.Errorf("%s has no client span for parent", server.Name())
			continue
		}
		if client.Name() != "GET" || client.Parent().IsValid() ||
			client.SpanContext().TraceID() != server.SpanContext().TraceID() ||
			!strings.HasPrefix(value(client, "url.full"), s.URL+value(server, "url.path")) ||
			value(client, "http.response.status_code") != value(server, "http.response.status_code") {
			t.Errorf("client span %v, server span %v", client, server)
		}
	}
}

// What is propagated is up to the program at the time of the request.
func TestPropagatorOfTheMoment(t *testing.T) {
	record(t)
	var got []string
	s := serving(t, false, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header.Get("Traceparent"))
	}))
	get(t, wovenClient(), s.URL)
	otel.SetTextMapPropagator(propagation.Baggage{})
	get(t, wovenClient(), s.URL)
	if len(got) != 2 || got[0] == "" || got[1] != "" {
		t.Errorf("the headers were %q", got)
	}
}

// A request that fails is an error of the span and of the caller, the same one.
func TestRoundTripFails(t *testing.T) {
	recorder := record(t)
	cause := errors.New("no such network")
	failing := woven{&http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, cause }}}
	req := httptest.NewRequest("PUT", "http://shop.example/x", nil)
	if res, err := failing.RoundTrip(req); res != nil || !errors.Is(err, cause) {
		t.Errorf("%v, %v", res, err)
	}
	span := ended(t, recorder, 1)[0]
	if span.Name() != "PUT" || span.Status().Code != codes.Error || value(span, "server.address") != "shop.example" {
		t.Errorf("the span is %v", span)
	}
}

// The caller's request, its header map included, is as it was, and is what the
// response names.
func TestRequestIsNotWrittenTo(t *testing.T) {
	recorder := record(t)
	var got http.Header
	s := serving(t, false, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Header }))
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{"X-Own": {"1"}}
	req := &http.Request{URL: u, Header: header} // without a method, which means GET
	before := *req
	res, err := woven{&http.Transport{}}.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	read(t, res)
	if !reflect.DeepEqual(*req, before) || !maps.EqualFunc(header, http.Header{"X-Own": {"1"}}, func(a, b []string) bool { return reflect.DeepEqual(a, b) }) {
		t.Errorf("the request became %+v", req)
	}
	if res.Request != req {
		t.Error("the response names another request")
	}
	client := ofKind(ended(t, recorder, 2), trace.SpanKindClient)
	if want := client.SpanContext().SpanID().String(); !strings.Contains(got.Get("Traceparent"), want) || got.Get("X-Own") != "1" {
		t.Errorf("the server got %v, not span %s", got, want)
	}
	if m := value(client, "http.request.method"); m != "GET" {
		t.Errorf("the span's method is %s", m)
	}
}

// What the transport refuses is refused as it is without a span, and has none.
func TestRefusedRequests(t *testing.T) {
	u := &url.URL{Scheme: "http", Host: "shop.example"}
	for _, req := range []*http.Request{
		{URL: u},
		{Header: http.Header{}},
	} {
		_, want := (&http.Transport{}).RoundTrip(req)
		recorder := record(t)
		if _, err := (woven{&http.Transport{}}).RoundTrip(req); err == nil || err.Error() != want.Error() {
			t.Errorf("%v, not %v", err, want)
		}
		ended(t, recorder, 0)
	}
}

// Trailers that the caller fills in while the body is read arrive.
func TestTrailers(t *testing.T) {
	recorder := record(t)
	var got http.Header
	s := serving(t, false, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		got = r.Trailer
	}))
	req, err := http.NewRequestWithContext(t.Context(), "POST", s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Trailer = http.Header{"Sum": nil}
	req.Body = io.NopCloser(io.MultiReader(strings.NewReader("content"), atEnd(func() { req.Trailer.Set("Sum", "7") })))
	res, err := wovenClient().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	read(t, res)
	if got.Get("Sum") != "7" {
		t.Errorf("the trailers are %v", got)
	}
	ended(t, recorder, 2)
}

// atEnd is a reader that is empty and calls itself when that is found out.
type atEnd func()

func (f atEnd) Read([]byte) (int, error) { f(); return 0, io.EOF }

// Without a provider the transport gets the very request, and nothing is allocated; one
// of either kind that is set later is used.
func TestRoundTripWithoutProvider(t *testing.T) {
	req := httptest.NewRequest("GET", "http://shop.example/", nil)
	n := testing.AllocsPerRun(100, func() {
		if sent, end := RoundTrip(req); sent != req || end != nil || Cancelable(req) != req {
			t.Error("the hooks do something")
		}
	})
	if n != 0 || len(req.Header) != 0 {
		t.Errorf("%v allocations, header %v", n, req.Header)
	}
	t.Run("traces", func(t *testing.T) {
		recorder := record(t)
		_, end := RoundTrip(req)
		end(nil, io.EOF)
		ended(t, recorder, 1)
	})
	t.Run("metrics", func(t *testing.T) {
		reader := measure(t)
		sent, end := RoundTrip(req)
		end(nil, io.EOF)
		if p := points(t, reader)["http.client.request.duration"]; len(p) != 1 || p[0].count != 1 || len(sent.Header) != 0 {
			t.Errorf("measured: %+v", p)
		}
	})
}

// Requests of the telemetry pipeline make no spans: they would make more requests.
func TestExportersAreNotTraced(t *testing.T) {
	recorder := record(t)
	exports := 0
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Traceparent") == "" {
			exports++
		}
	}))
	defer collector.Close()
	for _, agent := range []string{
		"OTel OTLP Exporter Go/1.46.0",
		"OTel Go OTLP over HTTP/protobuf metrics exporter/1.46.0",
		"OTel Go OTLP over HTTP/protobuf logs exporter/0.22.0",
	} {
		do(t, wovenClient(), "POST", collector.URL, http.Header{"User-Agent": {agent}}, nil)
	}
	marked, err := http.NewRequestWithContext(telemetry.Untraced(t.Context()), "GET", collector.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := wovenClient().Do(marked)
	if err != nil {
		t.Fatal(err)
	}
	read(t, res)
	ended(t, recorder, 0) // a client's span ends with the response
	if exports != 4 {
		t.Errorf("the collector was called %d times without a trace context", exports)
	}
	get(t, wovenClient(), collector.URL+"?other") // the rule is not about the address
	ended(t, recorder, 1)
}

// A program that uses otelhttp's transport itself has its span, and only that; one
// whose current span is another has one more.
func TestNoSecondClientSpan(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	own := &http.Client{Transport: wovenOwn{otelhttp.NewTransport(woven{&http.Transport{}}, otelhttp.WithSpanNameFormatter(
		func(string, *http.Request) string { return "own" }))}}
	injecting := &http.Client{Transport: inject{woven{&http.Transport{}}}}
	for _, c := range []struct {
		claim      string
		propagator propagation.TextMapPropagator
		client     *http.Client
		kind       trace.SpanKind // of the current span
		want       []string
	}{
		{"its own transport", propagation.TraceContext{}, own, trace.SpanKindServer, []string{"client own", "server current"}},
		{"nothing is propagated", propagation.NewCompositeTextMapPropagator(), own, trace.SpanKindServer, []string{"client own", "server current"}},
		{"its own client span", propagation.TraceContext{}, injecting, trace.SpanKindClient, []string{"client current"}},
		{"a client span of another request", propagation.TraceContext{}, wovenClient(), trace.SpanKindClient, []string{"client GET", "client current"}},
		{"a span of another kind, though injected", propagation.TraceContext{}, injecting, trace.SpanKindServer, []string{"client GET", "server current"}},
		{"no instrumentation", propagation.TraceContext{}, wovenClient(), trace.SpanKindServer, []string{"client GET", "server current"}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			recorder := record(t)
			otel.SetTextMapPropagator(c.propagator)
			ctx, span := otel.Tracer("test").Start(t.Context(), "current", trace.WithSpanKind(c.kind))
			req, err := http.NewRequestWithContext(ctx, "GET", s.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			res, err := c.client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			read(t, res)
			span.End()
			if got := names(ended(t, recorder, len(c.want))); !reflect.DeepEqual(got, c.want) {
				t.Errorf("the spans are %v, not %v", got, c.want)
			}
		})
	}
}

// inject is a transport that tells the server of the current span by itself.
type inject struct{ http.RoundTripper }

func (i inject) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	otel.GetTextMapPropagator().Inject(r.Context(), propagation.HeaderCarrier(r.Header))
	return i.RoundTripper.RoundTrip(r)
}

// wovenOwn is otelhttp's transport whose RoundTrip is woven.
type wovenOwn struct{ http.RoundTripper }

func (w wovenOwn) RoundTrip(r *http.Request) (res *http.Response, err error) {
	r, end := OwnTransport(r)
	if end != nil {
		defer func() { end(res) }()
	}
	return w.RoundTripper.RoundTrip(r)
}
