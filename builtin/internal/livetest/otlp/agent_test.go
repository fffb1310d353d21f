package otlp_test

import (
	"context"
	"net/http"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/goweaver/weaver/builtin/nethttp/hooks"
)

// wovenTransport is net/http's, woven.
type wovenTransport struct{ *http.Transport }

func (w wovenTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	sent, end := hooks.RoundTrip(req)
	if end == nil {
		return w.Transport.RoundTrip(req)
	}
	resp, err := w.Transport.RoundTrip(sent)
	end(resp, err)
	return resp, err
}

// An exporter of OpenTelemetry's that the program has set up itself makes no spans by its
// requests: they would make more requests. It is known by its User-Agent.
func TestProgramsExporters(t *testing.T) {
	c := newCollector(t, "http/protobuf", "")
	recorder := tracetest.NewSpanRecorder()
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder)))
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	client := &http.Client{Transport: wovenTransport{&http.Transport{}}}
	m := newMaker(1)
	for _, export := range []func(context.Context) error{
		func(ctx context.Context) error {
			e, err := otlptracehttp.New(ctx, otlptracehttp.WithHTTPClient(client))
			if err != nil {
				return err
			}
			return e.ExportSpans(ctx, tracetest.SpanStubs{m.span(m.resource(), m.scope())}.Snapshots())
		},
		func(ctx context.Context) error {
			e, err := otlpmetrichttp.New(ctx, otlpmetrichttp.WithHTTPClient(client))
			if err != nil {
				return err
			}
			return e.Export(ctx, &metricdata.ResourceMetrics{Resource: m.resource()})
		},
		func(ctx context.Context) error {
			e, err := otlploghttp.New(ctx, otlploghttp.WithHTTPClient(client))
			if err != nil {
				return err
			}
			s := m.scope()
			return e.Export(ctx, []sdklog.Record{m.record(m.resource(), &s)})
		},
	} {
		if err := export(t.Context()); err != nil {
			t.Error(err)
		}
	}
	resp, err := client.Get("http://127.0.0.1:1") // no export, so it has a span
	if err == nil {
		_ = resp.Body.Close()
	}
	if spans := recorder.Ended(); len(c.got) != 3 || len(spans) != 1 {
		t.Errorf("%d exports, %d spans; want 3, and that of the one other request", len(c.got), len(spans))
	}
}
