package hooks

// The hooks are tested here as far as they go without being woven: the tests call them as
// woven code does, and do with the instrumentation what the API does with it.

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/elastic/elastic-transport-go/v8/elastictransport"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// record gives the process a tracer provider until the test ends.
func record(t testing.TB) *tracetest.SpanRecorder {
	r := tracetest.NewSpanRecorder()
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r)))
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	return r
}

// measure gives the process a meter provider until the test ends.
func measure(t testing.TB) *metric.ManualReader {
	r := metric.NewManualReader()
	before := otel.GetMeterProvider()
	otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(r)))
	t.Cleanup(func() { otel.SetMeterProvider(before) })
	return r
}

// durations returns what was measured of calls.
func durations(t testing.TB, r metric.Reader) []metricdata.HistogramDataPoint[float64] {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := r.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	for _, s := range all.ScopeMetrics {
		for _, m := range s.Metrics {
			if h, ok := m.Data.(metricdata.Histogram[float64]); ok && m.Name == "db.client.operation.duration" {
				return h.DataPoints
			}
		}
	}
	return nil
}

// texts returns attributes with the type of each value behind it.
func texts(attrs []attribute.KeyValue) map[string]string {
	all := map[string]string{}
	for _, a := range attrs {
		all[string(a.Key)] = a.Value.String() + " " + a.Value.Type().String()
	}
	return all
}

// serve starts a node that answers 404 for what is not there, and returns where.
func serve(t testing.TB) *url.URL {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Elastic-Product", "Elasticsearch")
		w.Header().Set("X-Found-Handling-Cluster", "shop")
		w.Header().Set("X-Found-Handling-Instance", "node-1")
		if strings.HasPrefix(r.URL.Path, "/none") {
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func transport(t testing.TB, u *url.URL, i elastictransport.Instrumentation) *elastictransport.Client {
	c, err := elastictransport.New(elastictransport.Config{URLs: []*url.URL{u}, Instrumentation: i, DisableRetry: true})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// enabled asks the transport for its instrumentation, as woven code does.
func enabled(c *elastictransport.Client) elastictransport.Instrumentation {
	i := c.InstrumentationEnabled()
	if exit := Enabled(); exit != nil {
		i = exit(i)
	}
	return i
}

// perform sends the request, as woven code does.
func perform(c *elastictransport.Client, req *http.Request) (*http.Response, error) {
	req, end := Perform(c, req)
	res, err := c.Perform(req)
	if end != nil {
		end(res, err, hook.Returned)
	}
	return res, err
}

// call is a call of the API, with what it tells its instrumentation.
func call(ctx context.Context, c *elastictransport.Client, endpoint, path string, parts ...string) error {
	given := ctx
	i := enabled(c)
	if i != nil {
		ctx = i.Start(given, endpoint)
		defer i.Close(ctx)
		for j := 0; j < len(parts); j += 2 {
			i.RecordPathPart(ctx, parts[j], parts[j+1])
		}
	}
	req, err := http.NewRequest(http.MethodPost, path+"?q=s3cret", strings.NewReader("s3cret"))
	if err != nil {
		return err
	}
	if ctx != nil {
		req = req.WithContext(ctx)
	}
	if i != nil {
		i.BeforeRequest(req, endpoint)
		if body := i.RecordRequestBody(ctx, endpoint, req.Body); body != nil {
			req.Body = body
		}
	}
	res, err := perform(c, req)
	if i != nil {
		i.AfterRequest(req, "elasticsearch", endpoint)
	}
	if err != nil {
		if i != nil {
			i.RecordError(ctx, err)
		}
		return err
	}
	return res.Body.Close()
}

// A call has what the conventions ask for, in its span and in its duration, and neither has
// anything of the query or the body.
func TestCall(t *testing.T) {
	u := serve(t)
	c := transport(t, u, nil)
	place := map[string]string{
		"db.system.name": "elasticsearch STRING", "server.address": u.Hostname() + " STRING", "server.port": u.Port() + " INT64",
	}
	for _, test := range []struct {
		endpoint, path string
		parts          []string
		name           string
		measured, told map[string]string
		failed         bool
	}{
		{"search", "/products/_search", []string{"index", "products"}, "search products",
			map[string]string{"db.operation.name": "search STRING", "db.collection.name": "products STRING", "db.response.status_code": "200 STRING"},
			map[string]string{"db.operation.parameter.index": "products STRING"}, false},
		{"get", "/none/_doc/1", []string{"index", "none", "id", "1"}, "get none",
			map[string]string{"db.operation.name": "get STRING", "db.collection.name": "none STRING", "db.response.status_code": "404 STRING", "error.type": "404 STRING"},
			map[string]string{"db.operation.parameter.index": "none STRING", "db.operation.parameter.id": "1 STRING"}, true},
		{"bulk", "/_bulk", nil, "bulk",
			map[string]string{"db.operation.name": "bulk STRING", "db.response.status_code": "200 STRING"}, nil, false},
	} {
		spans, r := record(t), measure(t)
		if err := call(t.Context(), c, test.endpoint, test.path, test.parts...); err != nil {
			t.Fatal(err)
		}
		want := maps.Clone(place)
		maps.Copy(want, test.measured)
		if points := durations(t, r); len(points) != 1 || !maps.Equal(texts(points[0].Attributes.ToSlice()), want) {
			t.Errorf("%s: measured %+v, want %v", test.endpoint, points, want)
		}
		maps.Copy(want, test.told)
		maps.Copy(want, map[string]string{
			"http.request.method": "POST STRING", "url.full": u.String() + test.path + " STRING",
			"db.namespace": "shop STRING", "elasticsearch.node.name": "node-1 STRING",
		})
		if n := len(spans.Ended()); n != 1 {
			t.Fatalf("%s: %d spans", test.endpoint, n)
		}
		s := spans.Ended()[0]
		if s.Name() != test.name || s.SpanKind() != trace.SpanKindClient || !maps.Equal(texts(s.Attributes()), want) {
			t.Errorf("%s: %s %v %v, want %v", test.endpoint, s.Name(), s.SpanKind(), texts(s.Attributes()), want)
		}
		if (s.Status().Code == codes.Error) != test.failed {
			t.Errorf("%s: %+v", test.endpoint, s.Status())
		}
		if s.InstrumentationScope().SchemaURL != semconv.SchemaURL {
			t.Errorf("the schema is %q", s.InstrumentationScope().SchemaURL)
		}
	}
}

// A request that nobody tells of has a span as well, in whose trace it is sent; the program's
// own request stays as it is.
func TestRequest(t *testing.T) {
	c := transport(t, serve(t), nil)
	for path, want := range map[string]string{"/products/_doc/1": "products", "/_bulk": "elasticsearch", "/": "elasticsearch", "/none": "none"} {
		spans := record(t)
		req, err := http.NewRequest(http.MethodGet, path, nil)
		if err != nil {
			t.Fatal(err)
		}
		ctx := req.Context()
		sent, end := Perform(c, req)
		if !trace.SpanContextFromContext(sent.Context()).IsValid() || req.Context() != ctx {
			t.Errorf("%s: the request has not the span, or the program's has another context", path)
		}
		res, err := c.Perform(sent)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		end(res, err, hook.Returned)
		s := spans.Ended()[0]
		if s.Name() != want || texts(s.Attributes())["db.operation.name"] != "" || (s.Status().Code == codes.Error) != (want == "none") {
			t.Errorf("%s: %s %v %v", path, s.Name(), texts(s.Attributes()), s.Status())
		}
	}
}

// A failure has the name of its kind, and the first one is told.
func TestFailures(t *testing.T) {
	nobody := transport(t, &url.URL{Scheme: "http", Host: "127.0.0.1:1"}, nil)
	spans := record(t)
	if err := call(t.Context(), nobody, "search", "/_search"); err == nil {
		t.Error("somebody answers")
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := call(canceled, nobody, "search", "/_search"); err == nil {
		t.Error("it is not canceled")
	}
	req, _ := http.NewRequest(http.MethodGet, "/", nil)
	_, end := Perform(nobody, req)
	end(nil, nil, hook.Panicked)
	ctx := instrumentation{}.Start(t.Context(), "search")
	instrumentation{}.RecordError(ctx, errors.New("first"))
	instrumentation{}.RecordError(ctx, context.Canceled)
	instrumentation{}.Close(ctx)
	instrumentation{}.Close(ctx)
	want := []string{"*net.OpError", "context.Canceled", "panic", "*errors.errorString"}
	if n := len(spans.Ended()); n != len(want) {
		t.Fatalf("%d spans", n)
	}
	for i, s := range spans.Ended() {
		if got := texts(s.Attributes())["error.type"]; got != want[i]+" STRING" || s.Status().Code != codes.Error {
			t.Errorf("error.type is %s, want %s: %+v", got, want[i], s.Status())
		}
	}
	if got := spans.Ended()[3].Status().Description; got != "first" {
		t.Errorf("told is %q", got)
	}
}

// Where the program has an instrumentation of its own, that is asked, and alone.
func TestOwn(t *testing.T) {
	own := elastictransport.NewOtelInstrumentation(sdktrace.NewTracerProvider(), false, "1")
	c := transport(t, serve(t), own)
	spans, r := record(t), measure(t)
	if enabled(c) != elastictransport.Instrumentation(own) {
		t.Error("it is another one")
	}
	if err := call(t.Context(), c, "search", "/_search"); err != nil {
		t.Fatal(err)
	}
	req, _ := http.NewRequest(http.MethodGet, "/", nil)
	if sent, end := Perform(c, req); sent != req || end != nil || len(spans.Started()) != 0 || len(durations(t, r)) != 0 {
		t.Error("it is told of twice")
	}
}

// A call without a context begins a trace, telemetry's own has none, and one inside another has
// an operation of its own.
func TestContexts(t *testing.T) {
	c := transport(t, serve(t), nil)
	spans := record(t)
	var none context.Context
	if err := call(none, c, "search", "/_search"); err != nil || len(spans.Ended()) != 1 {
		t.Errorf("%v, %d spans", err, len(spans.Ended()))
	}
	if err := call(telemetry.Untraced(t.Context()), c, "search", "/_search"); err != nil || len(spans.Started()) != 1 {
		t.Errorf("telemetry's own work is traced: %v", err)
	}
	outer := instrumentation{}.Start(t.Context(), "outer")
	req, _ := http.NewRequestWithContext(outer, http.MethodGet, "/a", nil)
	for range 2 {
		if res, err := perform(c, req); err == nil {
			_ = res.Body.Close()
		}
	}
	instrumentation{}.Close(outer)
	if n := len(spans.Ended()); n != 3 {
		t.Fatalf("%d spans", n)
	}
	if inner, outer := spans.Ended()[1], spans.Ended()[2]; inner.Parent().SpanID() != outer.SpanContext().SpanID() {
		t.Error("the second request is not below the call")
	}
	for _, ctx := range []context.Context{nil, t.Context()} {
		instrumentation{}.RecordPathPart(ctx, "index", "a")
		instrumentation{}.RecordError(ctx, errors.New("no"))
		instrumentation{}.AfterResponse(ctx, nil)
		instrumentation{}.Close(ctx)
	}
}

// Without a provider the transport has what the program has given it, and costs no allocation;
// nor is there anything where the built-in is switched off.
func TestNothing(t *testing.T) {
	c := transport(t, serve(t), nil)
	req, _ := http.NewRequest(http.MethodGet, "/", nil)
	nothing := func() bool {
		sent, end := Perform(c, req)
		return Enabled() == nil && sent == req && end == nil
	}
	if !nothing() {
		t.Error("it does something")
	}
	if n := testing.AllocsPerRun(100, func() { nothing() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	record(t)
	if nothing() {
		t.Error("it does nothing")
	}
	on = false // the switch is read once, when the package is initialised
	t.Cleanup(func() { on = true })
	if !nothing() {
		t.Error("it does something where it is switched off")
	}
}
