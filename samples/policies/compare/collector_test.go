package compare

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/log/global"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	logspb "go.opentelemetry.io/proto/otlp/logs/v1"
	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// A collector takes what the process exports over OTLP.
type collector struct {
	flush []func(context.Context) error

	mu    sync.Mutex
	lines []string
}

// collect gives the process providers that export to a collector of its own.
func collect(t testing.TB) *collector {
	t.Helper()
	c := &collector{}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	traces, err := otlptracehttp.New(t.Context(), otlptracehttp.WithEndpointURL(server.URL+"/v1/traces"))
	if err != nil {
		t.Fatal(err)
	}
	metrics, err := otlpmetrichttp.New(t.Context(), otlpmetrichttp.WithEndpointURL(server.URL+"/v1/metrics"))
	if err != nil {
		t.Fatal(err)
	}
	logs, err := otlploghttp.New(t.Context(), otlploghttp.WithEndpointURL(server.URL+"/v1/logs"))
	if err != nil {
		t.Fatal(err)
	}
	tp := sdktrace.NewTracerProvider(sdktrace.WithBatcher(traces))
	mp := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewPeriodicReader(metrics)))
	lp := sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewBatchProcessor(logs)))
	otel.SetTracerProvider(tp)
	otel.SetMeterProvider(mp)
	global.SetLoggerProvider(lp)
	c.flush = []func(context.Context) error{tp.Shutdown, mp.Shutdown, lp.Shutdown}
	return c
}

// record gives the process providers whose records nobody gets: what exporters do beside it would
// count as the shop's.
func record() {
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(tracetest.NewNoopExporter())))
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader())))
	global.SetLoggerProvider(sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewSimpleProcessor(nobody{}))))
}

// nobody is an exporter of log records that go nowhere.
type nobody struct{}

func (nobody) Export(context.Context, []sdklog.Record) error { return nil }
func (nobody) Shutdown(context.Context) error                { return nil }
func (nobody) ForceFlush(context.Context) error              { return nil }

// all returns what has been exported, as lines without what differs from run to run.
func (c *collector) all(t testing.TB) string {
	t.Helper()
	for _, flush := range c.flush {
		if err := flush(context.WithoutCancel(t.Context())); err != nil {
			t.Fatal(err)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.lines, "\n")
}

// ServeHTTP takes an export. Its messages have the encodings of TracesData, MetricsData and
// LogsData, and an empty answer says that all went well.
//
// Source: the specification of OTLP, OTLP/HTTP.
func (c *collector) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	data, err := io.ReadAll(req.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var add []string
	switch req.URL.Path {
	case "/v1/traces":
		add, err = traceLines(data)
	case "/v1/metrics":
		add, err = metricLines(data)
	case "/v1/logs":
		add, err = logLines(data)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, add...)
	w.Header().Set("Content-Type", "application/x-protobuf")
}

func traceLines(data []byte) (lines []string, err error) {
	var sent tracepb.TracesData
	if err := proto.Unmarshal(data, &sent); err != nil {
		return nil, err
	}
	for _, r := range sent.ResourceSpans {
		for _, s := range r.ScopeSpans {
			for _, span := range s.Spans {
				line := fmt.Sprintf("trace %s %v root=%t %v %q %s", span.Name, span.Kind, len(span.ParentSpanId) == 0,
					span.Status.GetCode(), span.Status.GetMessage(), text(span.Attributes))
				for _, e := range span.Events {
					line += fmt.Sprintf(" event %s %s", e.Name, text(e.Attributes))
				}
				lines = append(lines, line)
			}
		}
	}
	return lines, nil
}

func metricLines(data []byte) (lines []string, err error) {
	var sent metricspb.MetricsData
	if err := proto.Unmarshal(data, &sent); err != nil {
		return nil, err
	}
	for _, r := range sent.ResourceMetrics {
		for _, s := range r.ScopeMetrics {
			for _, m := range s.Metrics {
				head := fmt.Sprintf("metric %s %q %q ", m.Name, m.Unit, m.Description)
				for _, p := range m.GetSum().GetDataPoints() {
					lines = append(lines, fmt.Sprintf("%smonotonic=%t %d %s", head, m.GetSum().IsMonotonic, p.GetAsInt(), text(p.Attributes)))
				}
				for _, p := range m.GetHistogram().GetDataPoints() {
					lines = append(lines, fmt.Sprintf("%s%v %d %s", head, p.ExplicitBounds, p.Count, text(p.Attributes)))
				}
			}
		}
	}
	return lines, nil
}

func logLines(data []byte) (lines []string, err error) {
	var sent logspb.LogsData
	if err := proto.Unmarshal(data, &sent); err != nil {
		return nil, err
	}
	for _, r := range sent.ResourceLogs {
		for _, s := range r.ScopeLogs {
			for _, l := range s.LogRecords {
				lines = append(lines, fmt.Sprintf("log %v %s in a trace=%t %s",
					l.SeverityNumber, value(l.Body), strings.Trim(hex.EncodeToString(l.TraceId), "0") != "", text(l.Attributes)))
			}
		}
	}
	return lines, nil
}

// text returns the attributes, sorted, without those that say where the code stands and how long
// something took.
func text(attrs []*commonpb.KeyValue) string {
	var out []string
	for _, kv := range attrs {
		switch kv.Key {
		case "code.file.path", "code.line.number", "exception.stacktrace":
		case "duration":
			out = append(out, "duration")
		default:
			out = append(out, kv.Key+"="+value(kv.Value))
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func value(v *commonpb.AnyValue) string {
	if s, ok := v.GetValue().(*commonpb.AnyValue_StringValue); ok {
		return s.StringValue
	}
	return v.String()
}
