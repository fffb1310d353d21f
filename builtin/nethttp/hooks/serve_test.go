package hooks

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// Each request has one server span, named and described by the semantic conventions.
func TestServe(t *testing.T) {
	var mux, api, inner wovenMux
	mux.HandleFunc("GET /users/{id}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "user ", r.PathValue("id"))
	})
	mux.HandleFunc("/fail", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
	mux.HandleFunc("/hints", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusNotFound)
	})
	api.HandleFunc("/orders/{id}", func(http.ResponseWriter, *http.Request) {})
	mux.Handle("/api/", http.StripPrefix("/api", &api))
	inner.HandleFunc("/v2/orders/{id}", func(http.ResponseWriter, *http.Request) {})
	mux.Handle("/v2/", &inner)
	type key struct{}
	copying := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, 1)))
	})
	router := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { r.Pattern = "/router/{id}" })
	for _, c := range []struct {
		claim        string
		handler      http.Handler
		method, path string
		name, route  string
		status       int
		answer       string
		code         codes.Code
	}{
		{"a pattern is the route", &mux, "GET", "/users/7?q=1", "GET /users/{id}", "/users/{id}", 200, "user 7", codes.Unset},
		{"the pattern is found behind middleware", copying, "GET", "/users/7", "GET /users/{id}", "/users/{id}", 200, "user 7", codes.Unset},
		{"another router may set it", router, "GET", "/router/7", "GET /router/{id}", "/router/{id}", 200, "", codes.Unset},
		{"without a pattern there is only the method", &mux, "GET", "/nothing", "GET", "", 404, "404 page not found\n", codes.Unset},
		{"without a mux too", http.NotFoundHandler(), "DELETE", "/x", "DELETE", "", 404, "404 page not found\n", codes.Unset},
		{"clients can not make up names", http.NotFoundHandler(), "BREW", "/x", "HTTP", "", 404, "404 page not found\n", codes.Unset},
		{"methods are told apart by case", http.NotFoundHandler(), "get", "/x", "HTTP", "", 404, "404 page not found\n", codes.Unset},
		{"the outermost mux knows the whole path", &mux, "POST", "/api/orders/3", "POST /api/", "/api/", 200, "", codes.Unset},
		{"an inner mux that has the whole path knows it better", &mux, "POST", "/v2/orders/3", "POST /v2/orders/{id}", "/v2/orders/{id}", 200, "", codes.Unset},
		{"a server's error is the span's", &mux, "GET", "/fail", "GET /fail", "/fail", 503, "", codes.Error},
		{"a status after an informational one counts", &mux, "GET", "/hints", "GET /hints", "/hints", 404, "", codes.Unset},
	} {
		t.Run(c.claim, func(t *testing.T) {
			recorder := record(t)
			s := serving(t, false, c.handler)
			res, body := do(t, s.Client(), c.method, s.URL+c.path, nil, nil)
			if body != c.answer || res.StatusCode != c.status {
				t.Errorf("the client got %d %q", res.StatusCode, body)
			}
			span := ended(t, recorder, 1)[0]
			if span.SpanKind() != trace.SpanKindServer || span.Name() != c.name || span.Status().Code != c.code {
				t.Errorf("the span is a %v %q with status %v", span.SpanKind(), span.Name(), span.Status())
			}
			path, query, _ := strings.Cut(c.path, "?")
			known, original := c.method, ""
			if c.method == "BREW" || c.method == "get" {
				known, original = "_OTHER", c.method
			}
			want := map[string]string{
				"http.route":                   c.route,
				"http.request.method":          known,
				"http.request.method_original": original,
				"http.response.status_code":    fmt.Sprint(c.status),
				"url.path":                     path,
				"url.query":                    query,
				"url.scheme":                   "http",
				"server.address":               "127.0.0.1",
				"client.address":               "127.0.0.1",
				"network.protocol.version":     "1.1",
				"user_agent.original":          "Go-http-client/1.1",
				"error.type":                   map[bool]string{true: fmt.Sprint(c.status)}[c.code == codes.Error],
			}
			for k, v := range want {
				if got := value(span, k); got != v {
					t.Errorf("%s is %q, not %q", k, got, v)
				}
			}
		})
	}
}

// A handler that does not return has a span and metrics that say so, and what it panics
// with is logged, or not, by the server as without them.
func TestPanics(t *testing.T) {
	own := &ownError{}
	for _, c := range []struct {
		claim                    string
		handler                  http.HandlerFunc
		failed, typ, text, first string // error.type, of the exception, and the first line of the log
		status                   string
	}{
		{"a string", func(http.ResponseWriter, *http.Request) { panic("why") },
			"panic", "string", "why", "http: panic serving ADDR: why", ""},
		{"an error", func(http.ResponseWriter, *http.Request) { panic(own) },
			"*hooks.ownError", "*hooks.ownError", "own", "http: panic serving ADDR: own", ""},
		{"one of the runtime", func(_ http.ResponseWriter, r *http.Request) { _ = r.Method[len(r.Method):][1] },
			"runtime.boundsError", "runtime.boundsError", "runtime error: index out of range [1] with length 0",
			"http: panic serving ADDR: runtime error: index out of range [1] with length 0", ""},
		{"nil", func(http.ResponseWriter, *http.Request) { panic(nil) }, //nolint:govet // that is the case
			"*runtime.PanicNilError", "*runtime.PanicNilError", "panic called with nil argument",
			"http: panic serving ADDR: panic called with nil argument", ""},
		{"the one that is not logged", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
			"net/http.ErrAbortHandler", "*errors.errorString", "net/http: abort Handler", "", ""},
		{"a header that is gone counts", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusTeapot)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, "net/http.ErrAbortHandler", "*errors.errorString", "net/http: abort Handler", "", "418"},
		{"one that is not does not", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusTeapot)
			panic(http.ErrAbortHandler)
		}, "net/http.ErrAbortHandler", "*errors.errorString", "net/http: abort Handler", "", ""},
		{"the end of the goroutine", func(http.ResponseWriter, *http.Request) { runtime.Goexit() },
			"goexit", "", "", "", ""},
	} {
		t.Run(c.claim, func(t *testing.T) {
			for _, tls := range []bool{false, true} {
				if tls && c.failed == "goexit" {
					continue // an HTTP/2 stream is never told, plain or woven
				}
				recorder, reader := record(t), measure(t)
				s := serving(t, tls, c.handler)
				res, err := s.Client().Get(s.URL)
				if err == nil {
					_, err = io.Copy(io.Discard, res.Body)
					_ = res.Body.Close()
				}
				if err == nil {
					t.Error("the client got a whole response")
				}
				span := ended(t, recorder, 1)[0]
				s.Close()
				message := s.logs()
				if c.first != "" {
					message = <-s.messages // HTTP/2 connections are not waited for
				}
				first, _, _ := strings.Cut(message, "\n")
				if i, j := strings.Index(first, "serving "), strings.LastIndex(first, ": "+c.text); i >= 0 && j > 0 {
					first = first[:i] + "serving ADDR" + first[j:]
				}
				if first = strings.TrimPrefix(first, "http2: "); tls && first != "" {
					first = "http: " + first
				}
				if first != c.first {
					t.Errorf("the server logs %q, not %q", first, c.first)
				}
				if span.Status().Code != codes.Error || value(span, "error.type") != c.failed || value(span, "http.response.status_code") != c.status {
					t.Errorf("the span's status is %v, its attributes %v", span.Status(), span.Attributes())
				}
				checkException(t, span.Events(), c.typ, c.text)
				p := points(t, reader)["http.server.request.duration"]
				if v, _ := p[0].attrs.Value("error.type"); len(p) != 1 || v.AsString() != c.failed {
					t.Errorf("measured: %+v", p)
				}
			}
		})
	}
}

type ownError struct{}

func (*ownError) Error() string { return "own" }

// A panic reaches whoever called the handler as the value that it was.
func TestServePanicIsTheSame(t *testing.T) {
	record(t)
	cause := &struct{ n int }{1}
	defer func() {
		if v := recover(); v != cause {
			t.Errorf("recovered %v", v)
		}
	}()
	served{http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(cause) })}.
		ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	t.Error("the panic was swallowed")
}

// Without a provider the handler gets the very values, and nothing is allocated; one of
// either kind that is set later is used.
func TestServeWithoutProvider(t *testing.T) {
	w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
	before := *r
	if n := testing.AllocsPerRun(100, func() {
		if Serve(w, r) != nil || Route(r) != nil {
			t.Error("the hooks do something")
		}
	}); n != 0 || r.Context() != before.Context() {
		t.Errorf("%v allocations, context %v", n, r.Context())
	}
	t.Run("traces", func(t *testing.T) {
		recorder := record(t)
		Serve(w, r)(hook.Returned, hook.Panic{})
		ended(t, recorder, 1)
	})
	t.Run("metrics", func(t *testing.T) {
		reader := measure(t)
		Serve(w, httptest.NewRequest("GET", "/", nil))(hook.Returned, hook.Panic{})
		if p := points(t, reader)["http.server.request.duration"]; len(p) != 1 || p[0].count != 1 {
			t.Errorf("measured: %+v", p)
		}
	})
}

// A server of telemetry's own is not told of.
func TestScrapedServer(t *testing.T) {
	recorder, reader := record(t), measure(t)
	s := serving(t, false, http.NotFoundHandler(), func(s *httptest.Server) {
		telemetry.SetOwnServer(s.Config)
	})
	t.Cleanup(func() { telemetry.SetOwnServer(nil) })
	get(t, s.Client(), s.URL)
	s.Close()
	ended(t, recorder, 0)
	if p := points(t, reader); len(p) != 0 {
		t.Errorf("measured: %+v", p)
	}
}

// What the environment has switched off does nothing, providers or not.
func TestSwitch(t *testing.T) {
	record(t)
	measure(t)
	on = false
	defer func() { on = true }()
	w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "http://shop.example/", nil)
	sent, arrived := RoundTrip(r)
	marked, _ := OwnTransport(r)
	h := http.NotFoundHandler()
	if Serve(w, r) != nil || Route(r) != nil || sent != r || arrived != nil || marked != r {
		t.Error("a hook does something though it is switched off")
	}
	if _, same := asServed(h).(served); same {
		t.Error("a handler is replaced though the hooks are switched off")
	}
}

// checkException checks that the one event is an exception of that type and text, with a
// trace that leads to this file; none if typ is "".
func checkException(t *testing.T, events []sdktrace.Event, typ, text string) {
	t.Helper()
	if typ == "" {
		if len(events) != 0 {
			t.Errorf("events: %v", events)
		}
		return
	}
	if len(events) != 1 || events[0].Name != semconv.ExceptionEventName {
		t.Fatalf("events: %v", events)
	}
	set := attribute.NewSet(events[0].Attributes...)
	gotType, _ := set.Value(semconv.ExceptionTypeKey)
	gotText, _ := set.Value(semconv.ExceptionMessageKey)
	stack, _ := set.Value(semconv.ExceptionStacktraceKey)
	if gotType.AsString() != typ || gotText.AsString() != text || !strings.Contains(stack.AsString(), "serve_test.go") {
		t.Errorf("the exception is %v", events[0].Attributes)
	}
}
