// Package otlp_test holds the exporters of builtin/internal/otlp against OpenTelemetry's own:
// both send the same telemetry to a server of gRPC's and one of net/http, and what arrives
// has to be the same. The package is in this module for what the official ones bring along.
package otlp_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	collectorlogs "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	collectormetrics "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	collectortrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/grpc"
	_ "google.golang.org/grpc/encoding/gzip" // a server takes it only so
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A collector keeps the requests of all signals, as they came.
type collector struct {
	collectortrace.UnimplementedTraceServiceServer
	collectormetrics.UnimplementedMetricsServiceServer
	collectorlogs.UnimplementedLogsServiceServer
	got []proto.Message
}

// take keeps a request. Whoever exports waits for the answer, so there is one at a time.
func (c *collector) take(m proto.Message) { c.got = append(c.got, m) }

func (c *collector) Export(_ context.Context, r *collectortrace.ExportTraceServiceRequest) (*collectortrace.ExportTraceServiceResponse, error) {
	c.take(r)
	return &collectortrace.ExportTraceServiceResponse{}, nil
}

// The services' methods have one name, so the other two are of types of their own.
type (
	metricsCollector struct {
		collectormetrics.UnimplementedMetricsServiceServer
		*collector
	}
	logsCollector struct {
		collectorlogs.UnimplementedLogsServiceServer
		*collector
	}
)

func (c metricsCollector) Export(_ context.Context, r *collectormetrics.ExportMetricsServiceRequest) (*collectormetrics.ExportMetricsServiceResponse, error) {
	c.take(r)
	return &collectormetrics.ExportMetricsServiceResponse{}, nil
}

func (c logsCollector) Export(_ context.Context, r *collectorlogs.ExportLogsServiceRequest) (*collectorlogs.ExportLogsServiceResponse, error) {
	c.take(r)
	return &collectorlogs.ExportLogsServiceResponse{}, nil
}

// ServeHTTP takes requests of OTLP over HTTP.
func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m := map[string]proto.Message{
		"/v1/traces":  &collectortrace.ExportTraceServiceRequest{},
		"/v1/metrics": &collectormetrics.ExportMetricsServiceRequest{},
		"/v1/logs":    &collectorlogs.ExportLogsServiceRequest{},
	}[r.URL.Path]
	body, err := io.ReadAll(r.Body)
	if err == nil && r.Header.Get("Content-Encoding") == "gzip" {
		var z *gzip.Reader
		if z, err = gzip.NewReader(bytes.NewReader(body)); err == nil {
			body, err = io.ReadAll(z)
		}
	}
	if err == nil && m != nil && r.Header.Get("Content-Type") == "application/x-protobuf" {
		err = proto.Unmarshal(body, m)
	}
	if err != nil || m == nil {
		http.Error(w, "no request of OTLP's", http.StatusBadRequest)
		return
	}
	c.take(m)
	w.Header().Set("Content-Type", "application/x-protobuf")
}

// newCollector starts a collector for the protocol and points the standard variables to it.
func newCollector(t *testing.T, protocol, compression string) *collector {
	t.Helper()
	c := &collector{}
	t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)
	t.Setenv("OTEL_EXPORTER_OTLP_COMPRESSION", compression)
	if protocol != "grpc" {
		s := httptest.NewServer(c)
		t.Cleanup(s.Close)
		t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", s.URL)
		return c
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := grpc.NewServer()
	collectortrace.RegisterTraceServiceServer(s, c)
	collectormetrics.RegisterMetricsServiceServer(s, metricsCollector{collector: c})
	collectorlogs.RegisterLogsServiceServer(s, logsCollector{collector: c})
	go func() { _ = s.Serve(l) }()
	t.Cleanup(s.Stop)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://"+l.Addr().String())
	return c
}

// protocols runs a test with each.
func protocols(t *testing.T, test func(*testing.T, *collector)) {
	for _, protocol := range []string{"http/protobuf", "grpc"} {
		for _, compression := range []string{"", "gzip"} {
			t.Run(protocol+" "+compression, func(t *testing.T) { test(t, newCollector(t, protocol, compression)) })
		}
	}
}

// same checks that two requests came, and that they say the same. The official exporters
// have resources and scopes in an order of chance, and so these are sorted.
func (c *collector) same(t *testing.T) {
	t.Helper()
	if len(c.got) != 2 {
		t.Fatalf("%d requests", len(c.got))
	}
	official, ours := c.got[0], c.got[1]
	if proto.Size(official) < 10 {
		t.Fatalf("nothing was sent: %v", official)
	}
	sorted(official.ProtoReflect(), 2)
	sorted(ours.ProtoReflect(), 2)
	if unknown := ours.ProtoReflect().GetUnknown(); len(unknown) > 0 {
		t.Errorf("fields that are none of the message's: % x", unknown)
	}
	if !proto.Equal(official, ours) {
		form := prototext.MarshalOptions{Multiline: true}
		t.Errorf("the official exporter sent\n%s\nours\n%s", form.Format(official), form.Format(ours))
	}
	c.got = nil
}

// sorted sorts the messages of repeated fields, as deep as that.
func sorted(m protoreflect.Message, depth int) {
	if depth == 0 {
		return
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if !f.IsList() || f.Message() == nil {
			return true
		}
		var all []protoreflect.Value
		for i := range v.List().Len() {
			sorted(v.List().Get(i).Message(), depth-1)
			all = append(all, v.List().Get(i))
		}
		slices.SortStableFunc(all, func(a, b protoreflect.Value) int { return cmp.Compare(text(a), text(b)) })
		for i, one := range all {
			v.List().Set(i, one)
		}
		return true
	})
}

func text(v protoreflect.Value) string {
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(v.Message().Interface())
	if err != nil {
		panic(err)
	}
	return string(b)
}
