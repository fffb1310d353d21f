// Package recorded is what the tests of the aspect sql share: they run woven, and look at
// the spans and metrics of what they do.
package recorded

import (
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

// plainVar is the environment variable with the plain program's allocations, as JSON.
const plainVar = "LIVETEST_PLAIN"

// Woven reports whether database/sql is woven in this program.
func Woven() bool {
	_, ok := reflect.TypeFor[sql.DB]().FieldByName("weaver")
	return ok
}

// Main runs the tests of a package woven: in a plain test program it starts go tool weaver
// go test, with the same -race and -v, and gives it what measure returns, for [Plain].
// Benchmarks are run as the program is.
func Main(m *testing.M, measure func() map[string]float64) int {
	flag.Parse()
	if Woven() || flag.Lookup("test.bench").Value.String() != "" {
		return m.Run()
	}
	plain, err := json.Marshal(measure())
	if err != nil {
		panic(err)
	}
	args := []string{"tool", "weaver", "go", "test", "-count=1", "-v=" + flag.Lookup("test.v").Value.String()}
	if race {
		args = append(args, "-race")
	}
	cmd := exec.Command("go", append(args, ".")...)
	cmd.Env = append(os.Environ(), plainVar+"="+string(plain))
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "go tool weaver go test:", err)
		return 1
	}
	return 0
}

// Plain returns what the plain program has measured. A test without it is skipped.
func Plain(t *testing.T) map[string]float64 {
	t.Helper()
	text := os.Getenv(plainVar)
	if text == "" {
		t.Skip("nothing to compare with: go test was not run plain first")
	}
	var plain map[string]float64
	if err := json.Unmarshal([]byte(text), &plain); err != nil {
		t.Fatal(err)
	}
	return plain
}

// A Recorder has all spans and metrics of a test.
type Recorder struct {
	*tracetest.SpanRecorder
	reader sdkmetric.Reader
}

// Record gives the process providers until the test ends.
func Record(t testing.TB) *Recorder {
	r := &Recorder{tracetest.NewSpanRecorder(), sdkmetric.NewManualReader()}
	tp, mp := otel.GetTracerProvider(), otel.GetMeterProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r)))
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(r.reader)))
	t.Cleanup(func() {
		otel.SetTracerProvider(tp)
		otel.SetMeterProvider(mp)
	})
	return r
}

// Names returns the names of the spans that have ended, an exclamation mark behind those
// that failed, and checks all of them.
func (r *Recorder) Names(t testing.TB) string {
	t.Helper()
	var all []string
	for _, s := range r.Ended() {
		name := s.Name()
		if s.Status().Code == codes.Error {
			name += "!"
		}
		all = append(all, name)
		Conventional(t, s)
	}
	return strings.Join(all, ", ")
}

// One returns the only span, which has ended.
func (r *Recorder) One(t testing.TB) sdktrace.ReadOnlySpan {
	t.Helper()
	if names := r.Names(t); len(r.Ended()) != 1 || len(r.Started()) != 1 {
		t.Fatalf("spans %q, %d started", names, len(r.Started()))
	}
	return r.Ended()[0]
}

// Until waits for another goroutine to have ended n spans.
func (r *Recorder) Until(t testing.TB, n int) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); len(r.Ended()) < n; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d spans have ended instead of %d", len(r.Ended()), n)
		}
	}
}

// Data returns the data of a metric, or nil.
func (r *Recorder) Data(t testing.TB, name string) metricdata.Aggregation {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := r.reader.Collect(context.Background(), &all); err != nil {
		t.Fatal(err)
	}
	for _, s := range all.ScopeMetrics {
		for _, m := range s.Metrics {
			if m.Name == name {
				return m.Data
			}
		}
	}
	return nil
}

// Value returns the span's attribute as text, or "".
func Value(s sdktrace.ReadOnlySpan, key string) string {
	for _, a := range s.Attributes() {
		if string(a.Key) == key {
			return a.Value.String()
		}
	}
	return ""
}

// Conventional checks the span against the conventions for database clients, v1.43.0.
func Conventional(t testing.TB, s sdktrace.ReadOnlySpan) {
	t.Helper()
	known := map[attribute.Key]attribute.Type{
		"db.system.name": attribute.STRING, "db.namespace": attribute.STRING, "db.operation.name": attribute.STRING,
		"db.query.summary": attribute.STRING, "db.query.text": attribute.STRING, "db.response.status_code": attribute.STRING,
		"db.response.returned_rows": attribute.INT64, "error.type": attribute.STRING,
		"server.address": attribute.STRING, "server.port": attribute.INT64, "oracle.db.service": attribute.STRING,
	}
	has := map[attribute.Key]string{}
	for _, a := range s.Attributes() {
		if typ, ok := known[a.Key]; !ok || typ != a.Value.Type() {
			t.Errorf("%s: %s is a %s", s.Name(), a.Key, a.Value.Type())
		}
		if _, twice := has[a.Key]; twice {
			t.Errorf("%s: %s is there twice", s.Name(), a.Key)
		}
		has[a.Key] = a.Value.String()
	}
	failed := s.Status().Code == codes.Error
	switch {
	case s.SpanKind() != trace.SpanKindClient:
		t.Errorf("%s is of kind %v", s.Name(), s.SpanKind())
	case has["db.system.name"] == "":
		t.Errorf("%s has no db.system.name", s.Name())
	case failed != (has["error.type"] != ""):
		t.Errorf("%s: status %v, error.type %q", s.Name(), s.Status(), has["error.type"])
	case has["db.response.status_code"] != "" && has["db.response.status_code"] != has["error.type"]:
		t.Errorf("%s: error.type %q is not the status code", s.Name(), has["error.type"])
	case has["db.query.summary"] != "" && has["db.query.summary"] != s.Name():
		t.Errorf("%s has the summary %q", s.Name(), has["db.query.summary"])
	case has["server.port"] != "" && has["server.address"] == "":
		t.Errorf("%s has a port and no address", s.Name())
	case s.InstrumentationScope().SchemaURL == "" || s.InstrumentationScope().Name != "github.com/goweaver/weaver/builtin/sql":
		t.Errorf("%s: scope %+v", s.Name(), s.InstrumentationScope())
	}
}
