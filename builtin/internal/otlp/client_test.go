package otlp

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// spans are what the tests export.
func spans(names ...string) []sdktrace.ReadOnlySpan {
	var stubs tracetest.SpanStubs
	for _, n := range names {
		stubs = append(stubs, tracetest.SpanStub{Name: n})
	}
	return stubs.Snapshots()
}

// A request is what a collector got.
type request struct {
	path   string
	header http.Header
	body   []byte // of the message
}

// has reports whether the message has the name of a span in it.
func (r request) has(name string) bool { return bytes.Contains(r.body, []byte(name)) }

// received reads a request of either protocol.
func received(t *testing.T, r *http.Request) request {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	compressed := r.Header.Get("Content-Encoding") == "gzip"
	if r.Header.Get("Content-Type") == "application/grpc" {
		if r.ProtoMajor != 2 || r.Header.Get("TE") != "trailers" || len(body) < prefix || int(binary.BigEndian.Uint32(body[1:])) != len(body)-prefix {
			t.Errorf("no call of gRPC: HTTP/%d, %v, %d bytes", r.ProtoMajor, r.Header, len(body))
			return request{}
		}
		compressed = body[0] == 1
		if compressed != (r.Header.Get("Grpc-Encoding") == "gzip") {
			t.Errorf("compressed: %v, of encoding %q", compressed, r.Header.Get("Grpc-Encoding"))
		}
		body = body[prefix:]
	}
	if compressed {
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err == nil {
			body, err = io.ReadAll(z)
		}
		if err != nil {
			t.Error(err)
		}
	}
	return request{r.URL.Path, r.Header, body}
}

// serve starts a server that speaks both protocols in cleartext and hands each request on.
func serve(t *testing.T, l net.Listener, answer func(http.ResponseWriter, request)) string {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answer(w, received(t, r)) }))
	if l != nil {
		_ = s.Listener.Close()
		s.Listener = l
	}
	s.Config.Protocols = new(http.Protocols)
	s.Config.Protocols.SetHTTP1(true)
	s.Config.Protocols.SetUnencryptedHTTP2(true)
	s.Start()
	t.Cleanup(s.Close)
	return s.URL
}

// grpcAnswer answers a call, with the message if it was taken.
func grpcAnswer(w http.ResponseWriter, status, text string, message []byte) {
	w.Header().Set("Content-Type", "application/grpc")
	if status == "0" {
		w.Header().Set("Trailer", "Grpc-Status")
		b, _ := frame(message, false)
		_, _ = w.Write(b)
	}
	w.Header().Set("Grpc-Status", status)
	if text != "" {
		w.Header().Set("Grpc-Message", text)
	}
}

func exporter(t *testing.T, vars ...string) *SpanExporter {
	t.Helper()
	e, err := NewSpans(env(vars...), &Haste{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// An export arrives over both protocols, compressed or not, with the headers that were asked
// for, also through a unix domain socket.
func TestExport(t *testing.T) {
	for _, protocol := range []string{"http/protobuf", "grpc"} {
		for _, compression := range []string{"none", "gzip"} {
			for _, place := range []string{"tcp", "unix"} {
				t.Run(protocol+" "+compression+" "+place, func(t *testing.T) {
					var got []request
					var l net.Listener
					socket := filepath.Join(t.TempDir(), "s")
					if place == "unix" {
						var err error
						if l, err = net.Listen("unix", socket); err != nil {
							t.Skip(err)
						}
					}
					address := serve(t, l, func(w http.ResponseWriter, r request) {
						got = append(got, r)
						if protocol == "grpc" {
							grpcAnswer(w, "0", "", nil)
						}
					})
					if place == "unix" {
						address = "unix://" + socket
					}
					e := exporter(t, "PROTOCOL="+protocol, "COMPRESSION="+compression, "ENDPOINT="+address, "HEADERS=api-key=k%20v")
					for range 2 {
						if err := e.ExportSpans(t.Context(), spans("one", "two")); err != nil {
							t.Fatal(err)
						}
					}
					path := map[string]string{"grpc": "/opentelemetry.proto.collector.trace.v1.TraceService/Export"}[protocol]
					if path == "" {
						path = "/v1/traces"
					}
					if len(got) != 2 || got[1].path != path || got[1].header.Get("Api-Key") != "k v" || !got[1].has("one") || !got[1].has("two") || !bytes.Equal(got[0].body, got[1].body) {
						t.Errorf("%+v", got)
					}
				})
			}
		}
	}
}

// No request is made for nothing, and none after the shutdown.
func TestNoRequest(t *testing.T) {
	address := serve(t, nil, func(http.ResponseWriter, request) { t.Error("a request") })
	e := exporter(t, "ENDPOINT="+address)
	if err := e.ExportSpans(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if err := e.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if err := e.ExportSpans(t.Context(), spans("late")); !errors.Is(err, errShutdown) {
		t.Errorf("after the shutdown: %v", err)
	}
}

// Answers of collectors become errors that say what was refused and why, with the password of
// the endpoint left out.
func TestRefusals(t *testing.T) {
	partial := &encoder{}
	partial.message(1, func() { partial.uint(1, 3); partial.text(2, "too old") })
	status := &encoder{}
	status.uint(1, 3)
	status.text(2, "bad span")
	for _, c := range []struct {
		claim, protocol string
		answer          func(http.ResponseWriter)
		want            string // "" for no error
	}{
		{"a part is rejected", "http/protobuf", func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", protobufType)
			_, _ = w.Write(partial.buf)
		}, "partial success: 3 spans rejected: too old"},
		{"a status", "http/protobuf", func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", protobufType)
			w.WriteHeader(400)
			_, _ = w.Write(status.buf)
		}, "400 Bad Request: bad span"},
		{"a page", "http/protobuf", func(w http.ResponseWriter) { http.Error(w, " who are you? ", http.StatusUnauthorized) }, "401 Unauthorized: who are you?"},
		{"a long page", "http/protobuf", func(w http.ResponseWriter) { http.Error(w, strings.Repeat("x", 5000), http.StatusNotFound) }, "404 Not Found: " + strings.Repeat("x", 1000) + "…"},
		{"no protobuf", "http/protobuf", func(w http.ResponseWriter) { _, _ = w.Write([]byte("\xff\xff")) }, ""},
		{"broken protobuf", "http/protobuf", func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", protobufType+"; charset=x")
			_, _ = w.Write([]byte("\xff\xff"))
		}, errCut.Error()},
		{"an endless answer", "http/protobuf", func(w http.ResponseWriter) { _, _ = w.Write(make([]byte, maxAnswer+1)) }, "answer of more than"},
		{"a part is rejected", "grpc", func(w http.ResponseWriter) { grpcAnswer(w, "0", "", partial.buf) }, "partial success: 3 spans rejected: too old"},
		{"refused", "grpc", func(w http.ResponseWriter) { grpcAnswer(w, "16", "no%20token", nil) }, "UNAUTHENTICATED: no token"},
		{"exhausted", "grpc", func(w http.ResponseWriter) { grpcAnswer(w, "8", "", nil) }, "RESOURCE_EXHAUSTED"},
		{"a code of the future", "grpc", func(w http.ResponseWriter) { grpcAnswer(w, "99", "", nil) }, ": 99"},
		{"another server", "grpc", func(w http.ResponseWriter) { http.NotFound(w, nil) }, "no gRPC answer but 404 Not Found: 404 page not found"},
		{"cut short", "grpc", func(w http.ResponseWriter) {
			w.Header().Set("Trailer", "Grpc-Status")
			_, _ = w.Write([]byte{0, 0, 0, 0, 9})
			w.Header().Set("Grpc-Status", "0")
		}, errCut.Error()},
	} {
		t.Run(c.protocol+" "+c.claim, func(t *testing.T) {
			requests := 0
			address := serve(t, nil, func(w http.ResponseWriter, _ request) { requests++; c.answer(w) })
			address = strings.Replace(address, "http://", "http://u:secret@", 1)
			err := exporter(t, "PROTOCOL="+c.protocol, "ENDPOINT="+address).ExportSpans(t.Context(), spans("s"))
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "export of traces to http://u:xxxxx@")) {
				t.Errorf("%v, want %s", err, c.want)
			}
			if requests != 1 {
				t.Errorf("%d requests", requests)
			}
		})
	}
}

// A roundTrip answers in the place of a network, so that the tests' clock stands still.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// attempts exports once in a bubble of fake time, where each attempt is answered by answer,
// and returns when they were.
func attempts(ctx context.Context, t *testing.T, answer func(n int) (*http.Response, error), vars ...string) (at []time.Duration, err error) {
	t.Helper()
	e := exporter(t, vars...)
	start := time.Now()
	e.http.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		if !telemetry.IsUntraced(r.Context()) {
			t.Error("the exporter's own request would be told of")
		}
		at = append(at, time.Since(start))
		resp, err := answer(len(at))
		return resp, err
	})
	err = e.ExportSpans(ctx, spans("s"))
	return at, err
}

func response(code int, header ...string) *http.Response {
	h := http.Header{}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: code, Status: http.StatusText(code), Header: h, Body: io.NopCloser(strings.NewReader(""))}
}

// A collector that is away for a while gets the spans when it is back, at growing intervals.
func TestRetry(t *testing.T) {
	const asks = "CAgSBGJ1c3kaNAoodHlwZS5nb29nbGVhcGlzLmNvbS9nb29nbGUucnBjLlJldHJ5SW5mbxIICgYIDBDAhD0" // RESOURCE_EXHAUSTED, busy, RetryInfo of 12.001 s
	for _, c := range []struct {
		claim, protocol string
		failed          func() (*http.Response, error)
		first           time.Duration // the least that it waits for
	}{
		{"no connection", "http/protobuf", func() (*http.Response, error) { return nil, errors.New("connection refused") }, 2500 * time.Millisecond},
		{"overloaded", "http/protobuf", func() (*http.Response, error) { return response(429), nil }, 2500 * time.Millisecond},
		{"asks for seconds", "http/protobuf", func() (*http.Response, error) { return response(503, "Retry-After", "11"), nil }, 11 * time.Second},
		{"no connection", "grpc", func() (*http.Response, error) { return nil, errors.New("connection refused") }, 2500 * time.Millisecond},
		{"unavailable", "grpc", func() (*http.Response, error) { return response(200, "Grpc-Status", "14"), nil }, 2500 * time.Millisecond},
		{"asks for time", "grpc", func() (*http.Response, error) {
			return response(200, "Grpc-Status", "8", "Grpc-Status-Details-Bin", asks), nil
		}, 12001 * time.Millisecond},
		{"a proxy's answer", "grpc", func() (*http.Response, error) { return response(502), nil }, 2500 * time.Millisecond},
	} {
		t.Run(c.protocol+" "+c.claim, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				at, err := attempts(t.Context(), t, func(n int) (*http.Response, error) {
					if n < 3 {
						return c.failed()
					}
					resp := response(200, "Grpc-Status", "0")
					resp.Body = io.NopCloser(strings.NewReader("\x00\x00\x00\x00\x00"))
					return resp, nil
				}, "PROTOCOL="+c.protocol)
				if err != nil || len(at) != 3 || at[1] < c.first || at[1] > c.first+12*time.Second || at[2]-at[1] < c.first {
					t.Errorf("attempts at %v, %v", at, err)
				}
			})
		})
	}
}

// It is given up within a minute, at the deadline of the caller when that comes first, and
// with the exporter's shutdown or in haste at once.
func TestRetryEnds(t *testing.T) {
	refuse := func(int) (*http.Response, error) { return nil, errors.New("connection refused") }
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		at, err := attempts(t.Context(), t, refuse)
		if took := time.Since(start); err == nil || !strings.Contains(err.Error(), "given up after") || took > time.Minute || took < 20*time.Second || len(at) < 3 {
			t.Errorf("after %v: %v", took, err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		start := time.Now()
		at, err := attempts(ctx, t, refuse)
		if err == nil || time.Since(start) != 0 || len(at) != 1 {
			t.Errorf("with a deadline that no second attempt meets, after %v: %v", time.Since(start), err)
		}
	})
	for _, c := range []struct {
		claim string
		end   func(*SpanExporter)
		least time.Duration
	}{
		{"shutdown", func(e *SpanExporter) { _ = e.Shutdown(context.Background()) }, time.Second},
		{"haste", func(e *SpanExporter) { e.haste.Begin() }, time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			e := exporter(t)
			e.http.Transport = roundTrip(func(*http.Request) (*http.Response, error) { return refuse(0) })
			time.AfterFunc(time.Second, func() { c.end(e) })
			start := time.Now()
			err := e.ExportSpans(t.Context(), spans("s"))
			if took := time.Since(start); err == nil || took != time.Second {
				t.Errorf("%s: after %v: %v", c.claim, took, err)
			}
		})
	}
}

// Haste is on as long as one of those is there who have begun it.
func TestHaste(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h Haste
		one, two := h.Begin(), h.Begin()
		one()
		one()
		if h.wait(t.Context(), time.Second) {
			t.Error("it waited in haste")
		}
		two()
		if !h.wait(t.Context(), time.Second) {
			t.Error("it did not wait, with all ends called")
		}
	})
}

// An attempt takes no longer than the timeout, and the next one gets another chance.
func TestTimeout(t *testing.T) {
	release := make(chan struct{})
	address := serve(t, nil, func(http.ResponseWriter, request) { <-release })
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	start := time.Now()
	err := exporter(t, "ENDPOINT="+address, "TIMEOUT=50").ExportSpans(ctx, spans("s"))
	if took := time.Since(start); err == nil || took > time.Second {
		t.Errorf("after %v: %v", took, err)
	}
}
