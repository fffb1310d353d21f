package hooks

// Servers and clients of the library's own, over connections in memory. The library is not
// woven here, so woven does what its functions would.

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/goweaver/weaver/instrument/hook"
)

// traced sets a tracer provider until the test ends, and returns what records the spans.
func traced(t testing.TB) *tracetest.SpanRecorder {
	spans := tracetest.NewSpanRecorder()
	before, propagator := otel.GetTracerProvider(), otel.GetTextMapPropagator()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)))
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	t.Cleanup(func() {
		otel.SetTracerProvider(before)
		otel.SetTextMapPropagator(propagator)
	})
	return spans
}

// measured sets a meter provider until the test ends, and returns what reads it.
func measured(t testing.TB) *sdkmetric.ManualReader {
	reader, before := sdkmetric.NewManualReader(), otel.GetMeterProvider()
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)))
	t.Cleanup(func() { otel.SetMeterProvider(before) })
	return reader
}

// points returns, of each metric, the sum of all points; of histograms that of the values.
func points(t *testing.T, reader *sdkmetric.ManualReader) (sums map[string]float64, attrs map[string]attribute.Set) {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := reader.Collect(context.WithoutCancel(t.Context()), &all); err != nil {
		t.Fatal(err)
	}
	sums, attrs = map[string]float64{}, map[string]attribute.Set{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			switch data := m.Data.(type) {
			case metricdata.Histogram[float64]:
				for _, p := range data.DataPoints {
					sums[m.Name] += float64(p.Count)
					attrs[m.Name] = p.Attributes
				}
			case metricdata.Histogram[int64]:
				for _, p := range data.DataPoints {
					sums[m.Name] += float64(p.Sum)
					attrs[m.Name] = p.Attributes
				}
			case metricdata.Sum[int64]:
				for _, p := range data.DataPoints {
					sums[m.Name] += float64(p.Value)
					attrs[m.Name] = p.Attributes
				}
			}
		}
	}
	return sums, attrs
}

// A woven is a server in memory and a client of it, both as in a woven program.
type woven struct {
	client fasthttp.HostClient
	served chan struct{}
}

// serve serves h until the test ends.
func serve(t testing.TB, h fasthttp.RequestHandler) *woven {
	t.Helper()
	w, l := &woven{served: make(chan struct{}, 8)}, fasthttputil.NewInmemoryListener()
	s := &fasthttp.Server{Handler: h, Logger: quiet{}}
	Serve(s)
	Serve(s)
	h = s.Handler
	s.Handler = func(ctx *fasthttp.RequestCtx) {
		h(ctx)
		if end := Written(ctx); end != nil { // what a handler leaves is written
			_ = ctx.Response.Body()
			end()
		}
		w.served <- struct{}{}
	}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = l.Close() })
	w.client = fasthttp.HostClient{Addr: "shop.example:8080", Dial: func(string) (net.Conn, error) { return l.Dial() }}
	return w
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}

// do sends req by a client that is woven.
func do(c *fasthttp.HostClient, req *fasthttp.Request, resp *fasthttp.Response) error {
	end, tried := Do(req), Attempt(req, resp)
	err := c.Do(req, resp)
	if tried != nil {
		tried(err)
	}
	if end != nil {
		end(err, hook.Returned)
	}
	return err
}

// request returns a request of the method for the path, with a header.
func request(method, path string, header ...string) *fasthttp.Request {
	req := &fasthttp.Request{}
	req.Header.SetMethod(method)
	req.SetRequestURI("http://shop.example:8080" + path)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return req
}

// plain sends the request by a client that is not woven, and returns when it has been served.
func (w *woven) plain(t testing.TB, req *fasthttp.Request) *fasthttp.Response {
	t.Helper()
	resp := &fasthttp.Response{}
	if err := w.client.Do(req, resp); err != nil {
		t.Fatal(err)
	}
	w.wait(t)
	return resp
}

func (w *woven) wait(t testing.TB) {
	t.Helper()
	select {
	case <-w.served:
	case <-time.After(time.Minute):
		t.Fatal("the request was not served")
	}
}

// said returns the attributes of the span as text.
func said(s sdktrace.ReadOnlySpan) map[string]string {
	m := map[string]string{}
	for _, kv := range s.Attributes() {
		m[string(kv.Key)] = kv.Value.String()
	}
	return m
}

// compare reports which attributes are not as wanted.
func compare(t *testing.T, s sdktrace.ReadOnlySpan, want map[string]string) {
	t.Helper()
	got := said(s)
	for k, v := range want {
		if got[k] != v {
			t.Errorf("%s is %q, want %q", k, got[k], v)
		}
		delete(got, k)
	}
	for k, v := range got {
		t.Errorf("%s is %q, and not wanted", k, v)
	}
}

// parent is the header of a request that has a trace.
const (
	parentTrace = "0af7651916cd43dd8448eb211c80319c"
	parentSpan  = "b7ad6b7169203331"
	parent      = "00-" + parentTrace + "-" + parentSpan + "-01"
)

// encoder writes attributes as text.
type encoder struct{}

func (encoder) Encode(i attribute.Iterator) string {
	var all []string
	for i.Next() {
		kv := i.Attribute()
		all = append(all, string(kv.Key)+"="+kv.Value.String())
	}
	return strings.Join(all, " ")
}

func (encoder) ID() attribute.EncoderID { return attribute.EncoderID{} }
