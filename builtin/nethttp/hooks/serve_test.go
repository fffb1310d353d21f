package hooks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// Each request has one server span, named and described by the semantic conventions.
func TestServe(t *testing.T) {
	var mux, api wovenMux
	mux.HandleFunc("GET /users/{id}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "user ", r.PathValue("id"))
	})
	mux.HandleFunc("/fail", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
	mux.HandleFunc("/panic/{why}", func(http.ResponseWriter, *http.Request) { panic("why") })
	mux.HandleFunc("/hints", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusNotFound)
	})
	api.HandleFunc("/orders/{id}", func(http.ResponseWriter, *http.Request) {})
	mux.Handle("/api/", http.StripPrefix("/api", &api))
	type key struct{}
	copying := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, 1)))
	})
	for _, c := range []struct {
		claim          string
		handler        http.Handler
		method, path   string
		name, route    string
		status, answer string
		code           codes.Code
	}{
		{"a pattern is the route", &mux, "GET", "/users/7?q=1", "GET /users/{id}", "/users/{id}", "200", "user 7", codes.Unset},
		{"the pattern is found behind middleware", copying, "GET", "/users/7", "GET /users/{id}", "/users/{id}", "200", "user 7", codes.Unset},
		{"without a pattern there is only the method", &mux, "GET", "/nothing", "GET", "", "404", "404 page not found\n", codes.Unset},
		{"without a mux too", http.NotFoundHandler(), "DELETE", "/x", "DELETE", "", "404", "404 page not found\n", codes.Unset},
		{"clients can not make up names", http.NotFoundHandler(), "BREW", "/x", "HTTP", "", "404", "404 page not found\n", codes.Unset},
		{"the outermost mux knows the whole path", &mux, "POST", "/api/orders/3", "POST /api/", "/api/", "200", "", codes.Unset},
		{"a server's error is the span's", &mux, "GET", "/fail", "GET /fail", "/fail", "503", "", codes.Error},
		{"a status after an informational one counts", &mux, "GET", "/hints", "GET /hints", "/hints", "404", "", codes.Unset},
		{"a panic is an error and has no status", &mux, "GET", "/panic/because", "GET /panic/{why}", "/panic/{why}", "", "", codes.Error},
		{"also behind middleware", copying, "GET", "/panic/because", "GET /panic/{why}", "/panic/{why}", "", "", codes.Error},
	} {
		t.Run(c.claim, func(t *testing.T) {
			recorder := record(t)
			s := serving(t, false, c.handler)
			req, err := http.NewRequestWithContext(t.Context(), c.method, s.URL+c.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			res, err := s.Client().Do(req)
			switch {
			case c.status == "":
				if !errors.Is(err, io.EOF) {
					t.Errorf("the client of a handler that panics got %v, %v", res, err)
				}
			case err != nil:
				t.Fatal(err)
			default:
				if got := read(t, res); got != c.answer || fmt.Sprint(res.StatusCode) != c.status {
					t.Errorf("the client got %d %q", res.StatusCode, got)
				}
			}
			span := ended(t, recorder, 1)[0]
			if span.SpanKind() != trace.SpanKindServer || span.Name() != c.name || span.Status().Code != c.code {
				t.Errorf("the span is a %v %q with status %v", span.SpanKind(), span.Name(), span.Status())
			}
			path, _, _ := strings.Cut(c.path, "?")
			want := map[string]string{
				"http.route":                c.route,
				"http.request.method":       strings.Replace(c.method, "BREW", "_OTHER", 1),
				"http.response.status_code": c.status,
				"url.path":                  path,
				"url.scheme":                "http",
				"server.address":            "127.0.0.1",
				"network.protocol.version":  "1.1",
				"user_agent.original":       "Go-http-client/1.1",
				"error.type":                map[bool]string{true: "panic"}[c.status == ""],
			}
			for k, v := range want {
				if got := value(span, k); got != v {
					t.Errorf("%s is %q, not %q", k, got, v)
				}
			}
		})
	}
}

// A panic reaches whoever called the hook as the value that it was, not recovered
// on the way.
func TestServePanicPassesThrough(t *testing.T) {
	record(t)
	cause := &struct{ n int }{1}
	defer func() {
		if v := recover(); v != cause {
			t.Errorf("recovered %v", v)
		}
	}()
	Serve(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil),
		func(http.ResponseWriter, *http.Request) { panic(cause) })
	t.Error("the panic was swallowed")
}

// Without a provider the body gets the very values, and nothing is allocated.
func TestServeWithoutProvider(t *testing.T) {
	w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
	calls := 0
	body := func(gotW http.ResponseWriter, gotR *http.Request) {
		calls++
		if gotW != http.ResponseWriter(w) || gotR != r || Route(gotR) != nil {
			t.Error("the hooks change what they are given")
		}
	}
	if n := testing.AllocsPerRun(100, func() { Serve(w, r, body) }); n != 0 || calls != 101 {
		t.Errorf("%v allocations, %d calls", n, calls)
	}
	recorder := record(t)
	Serve(w, r, func(http.ResponseWriter, *http.Request) {})
	ended(t, recorder, 1)
}
