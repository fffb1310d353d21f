package main_test

import (
	"compress/gzip"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// otlpKey is the key of a script's *otlpReceiver.
type otlpKey struct{}

// An otlpReceiver takes spans over OTLP/HTTP as a collector does.
type otlpReceiver struct {
	mu    sync.Mutex
	spans []span
}

// cmdOTLP starts a receiver and points the standard variables of the programs that
// the script runs to it:
//
//	otlp
func cmdOTLP(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: otlp")
	}
	server := httptest.NewServer(ts.Value(otlpKey{}).(*otlpReceiver))
	ts.Defer(server.Close)
	ts.Setenv("OTEL_TRACES_EXPORTER", "otlp")
	ts.Setenv("OTEL_METRICS_EXPORTER", "none")
	ts.Setenv("OTEL_LOGS_EXPORTER", "none")
	ts.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
	ts.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.URL)
}

// ServeHTTP takes an ExportTraceServiceRequest, whose encoding is that of
// TracesData, and answers with an ExportTraceServiceResponse, which is empty when
// all went well. Source: the protocol's specification, OTLP/HTTP.
func (r *otlpReceiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body := io.Reader(req.Body)
	if req.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(req.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		body = z
	}
	data, err := io.ReadAll(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if req.URL.Path != "/v1/traces" {
		http.NotFound(w, req)
		return
	}
	var sent tracepb.TracesData
	if err := proto.Unmarshal(data, &sent); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.add(&sent)
	w.Header().Set("Content-Type", "application/x-protobuf")
}

func (r *otlpReceiver) add(sent *tracepb.TracesData) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, resource := range sent.ResourceSpans {
		service := ""
		for _, kv := range resource.GetResource().GetAttributes() {
			if kv.Key == "service.name" {
				service = kv.Value.GetStringValue()
			}
		}
		for _, scope := range resource.ScopeSpans {
			for _, s := range scope.Spans {
				var links []string
				for _, l := range s.Links {
					links = append(links, hex.EncodeToString(l.SpanId))
				}
				r.spans = append(r.spans, span{
					Trace:  hex.EncodeToString(s.TraceId),
					ID:     hex.EncodeToString(s.SpanId),
					Parent: hex.EncodeToString(s.ParentSpanId),
					Name:   s.Name,
					Kind:   strings.ToLower(strings.TrimPrefix(s.Kind.String(), "SPAN_KIND_")),
					Failed: s.GetStatus().GetCode() == tracepb.Status_STATUS_CODE_ERROR,
					Links:  links,

					Service: service, Start: s.StartTimeUnixNano, End: s.EndTimeUnixNano,
				})
			}
		}
	}
}

// received returns the spans so far.
func (r *otlpReceiver) received() []span {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.spans)
}
