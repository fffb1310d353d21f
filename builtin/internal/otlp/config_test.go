package otlp

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// env returns a getenv of NAME=value pairs, whose names lack OTEL_EXPORTER_OTLP_.
func env(pairs ...string) func(string) string {
	vars := map[string]string{}
	for _, p := range pairs {
		name, value, _ := strings.Cut(p, "=")
		vars["OTEL_EXPORTER_OTLP_"+name] = value
	}
	return func(name string) string { return vars[name] }
}

// Where spans are sent to is what the specification says of each form of an endpoint.
func TestEndpoint(t *testing.T) {
	for _, c := range []struct {
		env  string
		want string
	}{
		{"", "http://localhost:4318/v1/traces"},
		{"ENDPOINT=http://c:1", "http://c:1/v1/traces"},
		{"ENDPOINT=http://c:1/", "http://c:1/v1/traces"},
		{"ENDPOINT=https://c/base/", "https://c/base/v1/traces"},
		{"ENDPOINT=https://u:p@c?tenant=1", "https://u:p@c/v1/traces?tenant=1"},
		{"TRACES_ENDPOINT=http://c:1", "http://c:1/"},
		{"TRACES_ENDPOINT=http://c:1/here ENDPOINT=http://other", "http://c:1/here"},
		{"METRICS_ENDPOINT=http://other", "http://localhost:4318/v1/traces"},
		{"ENDPOINT=unix:///run/c.sock", "http://localhost/v1/traces"},
		{"PROTOCOL=grpc", "http://localhost:4317/opentelemetry.proto.collector.trace.v1.TraceService/Export"},
		{"PROTOCOL=grpc TRACES_PROTOCOL=http/protobuf", "http://localhost:4318/v1/traces"},
		{"PROTOCOL=grpc ENDPOINT=https://c:1/path", "https://c:1/opentelemetry.proto.collector.trace.v1.TraceService/Export"},
		{"TRACES_PROTOCOL=grpc ENDPOINT=c:1", "https://c:1/opentelemetry.proto.collector.trace.v1.TraceService/Export"},
		{"TRACES_PROTOCOL=grpc ENDPOINT=c:1 INSECURE=True", "http://c:1/opentelemetry.proto.collector.trace.v1.TraceService/Export"},
		{"TRACES_PROTOCOL=grpc ENDPOINT=c:1 INSECURE=true TRACES_INSECURE=false", "https://c:1/opentelemetry.proto.collector.trace.v1.TraceService/Export"},
		{"TRACES_PROTOCOL=grpc ENDPOINT=https://c:1 INSECURE=true", "https://c:1/opentelemetry.proto.collector.trace.v1.TraceService/Export"},
	} {
		conf, err := newConfig(traces, env(strings.Fields(c.env)...))
		if err != nil || conf.endpoint.String() != c.want {
			t.Errorf("%s: %v, %v; want %s", c.env, conf.endpoint, err, c.want)
		}
	}
}

// Each variable is read, that of the signal before the general one.
func TestConfig(t *testing.T) {
	conf, err := newConfig(logs, env("HEADERS=a=1, b = x%20y ,", "LOGS_HEADERS=A=2,c=", "COMPRESSION=gzip", "LOGS_TIMEOUT=2500", "TIMEOUT=1"))
	if err != nil || !conf.gzip || conf.timeout != 2500*time.Millisecond || conf.tls != nil {
		t.Fatalf("%+v, %v", conf, err)
	}
	got := map[string]string{}
	for name, values := range conf.headers {
		got[name] = strings.Join(values, "|")
	}
	if want := map[string]string{"A": "2", "B": "x y", "C": ""}; !maps.Equal(got, want) {
		t.Errorf("headers: %v, want %v", got, want)
	}
	if conf, err := newConfig(traces, env("LOGS_TIMEOUT=1", "COMPRESSION=none", "TIMEOUT=0")); err != nil || conf.timeout != 0 || conf.gzip {
		t.Errorf("%+v, %v", conf, err)
	}
}

// What makes no sense is an error that names the variable, and tells no credential.
func TestConfigErrors(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ env, want string }{
		{"PROTOCOL=http/json", "OTEL_EXPORTER_OTLP_PROTOCOL=http/json: unknown protocol; http/protobuf and grpc are there"},
		{"METRICS_PROTOCOL=GRPC", "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=GRPC: unknown protocol"},
		{"ENDPOINT=c:4318", "OTEL_EXPORTER_OTLP_ENDPOINT=c:4318 is no URL of a collector; it has to begin with http:// or https:// and name a host"},
		{"ENDPOINT=ftp://u:secret@c", "OTEL_EXPORTER_OTLP_ENDPOINT=ftp://u:xxxxx@c is no URL of a collector"},
		{"ENDPOINT=http://u:secret@%%", "OTEL_EXPORTER_OTLP_ENDPOINT is no URL: "},
		{"ENDPOINT=http:///v1", "is no URL of a collector"},
		{"HEADERS=secret", "OTEL_EXPORTER_OTLP_HEADERS has a member that is not name=value"},
		{"METRICS_HEADERS=a@b=secret", "OTEL_EXPORTER_OTLP_METRICS_HEADERS has a member"},
		{"HEADERS=a=secret%0d%0ab:c", "OTEL_EXPORTER_OTLP_HEADERS has a member"},
		{"HEADERS=a=secret%zz", "OTEL_EXPORTER_OTLP_HEADERS has a member"},
		{"COMPRESSION=zstd", "OTEL_EXPORTER_OTLP_COMPRESSION=zstd: unknown compression; gzip and none are there"},
		{"TIMEOUT=10s", "OTEL_EXPORTER_OTLP_TIMEOUT=10s is no number of milliseconds"},
		{"TIMEOUT=-1", "is no number of milliseconds"},
		{"CERTIFICATE=" + empty, "OTEL_EXPORTER_OTLP_CERTIFICATE: " + empty + " has no certificate"},
		{"CERTIFICATE=" + empty + "x", "OTEL_EXPORTER_OTLP_CERTIFICATE: open " + empty + "x"},
		{"METRICS_CLIENT_KEY=k", "OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY is set alone"},
		{"CLIENT_KEY=" + empty + " CLIENT_CERTIFICATE=" + empty, "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE, OTEL_EXPORTER_OTLP_CLIENT_KEY: "},
		{"METRICS_TEMPORALITY_PREFERENCE=both", "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=both: unknown preference"},
		{"METRICS_DEFAULT_HISTOGRAM_AGGREGATION=x", "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION=x: unknown aggregation"},
	} {
		_, err := NewMetrics(env(strings.Fields(c.env)...), &Haste{})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v; want %s", c.env, err, c.want)
		}
	}
	_, err := NewSpans(env("PROTOCOL=x", "TIMEOUT=y"), &Haste{})
	if err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("of two mistakes is told %q", err)
	}
}

// Temporality and histograms are as the variables have them.
func TestMetricSelectors(t *testing.T) {
	for _, c := range []struct {
		value            string
		counter, upDown  metricdata.Temporality
		observed         metricdata.Temporality
		exponentialValue string
	}{
		{"", metricdata.CumulativeTemporality, metricdata.CumulativeTemporality, metricdata.CumulativeTemporality, ""},
		{"Delta", metricdata.DeltaTemporality, metricdata.CumulativeTemporality, metricdata.DeltaTemporality, "Base2_exponential_bucket_histogram"},
		{"lowmemory", metricdata.DeltaTemporality, metricdata.CumulativeTemporality, metricdata.CumulativeTemporality, "explicit_bucket_histogram"},
	} {
		e, err := NewMetrics(env("METRICS_TEMPORALITY_PREFERENCE="+c.value, "METRICS_DEFAULT_HISTOGRAM_AGGREGATION="+c.exponentialValue), &Haste{})
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Temporality(sdkmetric.InstrumentKindCounter); got != c.counter {
			t.Errorf("%s: a counter has %v", c.value, got)
		}
		if got := e.Temporality(sdkmetric.InstrumentKindUpDownCounter); got != c.upDown {
			t.Errorf("%s: an up-down counter has %v", c.value, got)
		}
		if got := e.Temporality(sdkmetric.InstrumentKindObservableCounter); got != c.observed {
			t.Errorf("%s: an observable counter has %v", c.value, got)
		}
		_, exponential := e.Aggregation(sdkmetric.InstrumentKindHistogram).(sdkmetric.AggregationBase2ExponentialHistogram)
		if want := c.value == "Delta"; exponential != want {
			t.Errorf("%s: exponential histograms: %v", c.exponentialValue, exponential)
		}
		if _, sum := e.Aggregation(sdkmetric.InstrumentKindCounter).(sdkmetric.AggregationSum); !sum {
			t.Errorf("%s: a counter is aggregated by %T", c.exponentialValue, e.Aggregation(sdkmetric.InstrumentKindCounter))
		}
	}
}
