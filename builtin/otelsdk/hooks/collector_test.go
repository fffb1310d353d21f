//go:build unix

package hooks

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	logspb "go.opentelemetry.io/proto/otlp/logs/v1"
	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// A collector receives what is exported by OTLP over HTTP. The requests have the encoding of
// the data types that they are read as.
type collector struct {
	URL string

	mu  sync.Mutex
	got map[string][]string // by signal: name, after the service's
}

func newCollector(t *testing.T) *collector {
	c := &collector{got: map[string][]string{}}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := c.receive(r); err != nil {
			t.Error(err)
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	t.Cleanup(s.Close)
	c.URL = s.URL
	return c
}

func (c *collector) receive(r *http.Request) error {
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			return err
		}
		body = z
	}
	b, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	switch r.URL.Path {
	case "/v1/traces":
		var req tracepb.TracesData
		err = proto.Unmarshal(b, &req)
		for _, rs := range req.ResourceSpans {
			for _, ss := range rs.ScopeSpans {
				for _, s := range ss.Spans {
					c.add("spans", rs.Resource, s.Name)
				}
			}
		}
	case "/v1/metrics":
		var req metricspb.MetricsData
		err = proto.Unmarshal(b, &req)
		for _, rm := range req.ResourceMetrics {
			for _, sm := range rm.ScopeMetrics {
				for _, m := range sm.Metrics {
					c.add("metrics", rm.Resource, m.Name)
				}
			}
		}
	case "/v1/logs":
		var req logspb.LogsData
		err = proto.Unmarshal(b, &req)
		for _, rl := range req.ResourceLogs {
			for _, sl := range rl.ScopeLogs {
				for _, record := range sl.LogRecords {
					c.add("logs", rl.Resource, record.Body.GetStringValue())
				}
			}
		}
	default:
		err = fmt.Errorf("a request for %s", r.URL.Path)
	}
	return err
}

func (c *collector) add(signal string, from *resourcepb.Resource, name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	service := ""
	for _, a := range from.Attributes {
		if a.Key == "service.name" {
			service = a.Value.GetStringValue()
		}
	}
	c.got[signal] = append(c.got[signal], service+" "+name)
}

// spans returns the spans that have come so far.
func (c *collector) spans() []string { return c.all()["spans"] }

// all returns what has come of each signal, sorted. A metric that is exported with each
// flush is there once.
func (c *collector) all() map[string][]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := map[string][]string{"spans": nil, "metrics": nil, "logs": nil}
	for signal, got := range c.got {
		got = slices.Sorted(slices.Values(got))
		if signal == "metrics" {
			got = slices.Compact(got)
		}
		out[signal] = got
	}
	return out
}
