package hooks

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/go-chi/chi/v5"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/routertest"
	nethttp "github.com/goweaver/weaver/builtin/nethttp/hooks"
)

// asked has the hook do what it does in woven code for a handler that a router finds: the
// route of that pattern gets the handler that the hook returns for its own.
func asked(pattern string, h http.HandlerFunc) (string, http.HandlerFunc) {
	return pattern, func(w http.ResponseWriter, r *http.Request) {
		var found http.Handler = h
		if end := FindRoute(chi.RouteContext(r.Context())); end != nil {
			found = end(found)
		}
		found.ServeHTTP(w, r)
	}
}

// mounted is asked for a router that r mounts.
func mounted(r chi.Router, pattern string, h http.Handler) {
	_, wrapped := asked(pattern, h.ServeHTTP)
	r.Mount(pattern, wrapped)
}

func ok(w http.ResponseWriter, r *http.Request) {
	fmt.Fprint(w, "ok ", chi.URLParam(r, "id"))
}

// The route that a router serves a request by is that of the server's span and metrics.
func TestFindRoute(t *testing.T) {
	r := chi.NewRouter()
	r.Get(asked("/", ok))
	r.Get(asked("/orders/{id}", ok))
	r.Get(asked("/items/{id:[0-9]+}", ok))
	r.HandleFunc(asked("/static/*", ok))
	r.Group(func(r chi.Router) { r.With(noop).Get(asked("/grouped/{id}", ok)) })
	sub := chi.NewRouter()
	sub.Get(asked("/users/{id}", ok))
	mounted(r, "/api/v1", sub)
	other := http.NewServeMux()
	other.HandleFunc("/other/{thing}", ok)
	mounted(r, "/other", other)
	outer := chi.NewRouter()
	mounted(outer, "/shop", http.StripPrefix("/shop", r))
	mounted(outer, "/", r)
	for _, c := range []struct {
		claim        string
		handler      http.Handler
		method, path string
		status       int
		route        string
	}{
		{"the root", r, "GET", "/", 200, "/"},
		{"a path with a variable", r, "GET", "/orders/3", 200, "/orders/{id}"},
		{"a variable with a pattern", r, "GET", "/items/3", 200, "/items/{id:[0-9]+}"},
		{"all below", r, "GET", "/static/logo.png", 200, "/static/*"},
		{"a group with a middleware", r, "GET", "/grouped/3", 200, "/grouped/{id}"},
		{"a mounted router's route has the whole path", r, "GET", "/api/v1/users/3", 200, "/api/v1/users/{id}"},
		{"what it does not find has where it is mounted", r, "GET", "/api/v1/nothing", 404, "/api/v1/*"},
		{"so has what another handler serves", r, "GET", "/other/x", 200, "/other/*"},
		{"a router below a path that was cut", http.StripPrefix("/x", r), "GET", "/x/orders/3", 200, "/orders/{id}"},
		{"a router in a router knows it better", outer, "GET", "/orders/3", 200, "/orders/{id}"},
		{"but not where that has cut the path", outer, "GET", "/shop/orders/3", 200, "/shop/*"},
		{"what is not found has none", r, "GET", "/nothing", 404, ""},
		{"a method that no route has has none", r, "DELETE", "/orders/3", 405, ""},
	} {
		t.Run(c.claim, func(t *testing.T) {
			seen := routertest.New(t, c.handler).Do(t, c.method, c.path)
			name := c.method
			if c.route != "" {
				name += " " + c.route
			}
			if seen.Status != c.status || seen.Name() != name || seen.Route() != c.route || seen.Measured[c.route] != 1 {
				t.Errorf("status %d, span %q with route %q, measured %v; want %d and %q",
					seen.Status, seen.Name(), seen.Route(), seen.Measured, c.status, c.route)
			}
			if seen = routertest.Measured(t, c.handler).Do(t, c.method, c.path); seen.Measured[c.route] != 1 {
				t.Errorf("measured without traces: %v", seen.Measured)
			}
		})
	}
}

func noop(next http.Handler) http.Handler { return next }

// The route is known before the handler returns: a response that does not wait for it, as
// behind http.TimeoutHandler, has it.
func TestUnfinished(t *testing.T) {
	r, called, done := chi.NewRouter(), make(chan struct{}), make(chan struct{})
	r.Get(asked("/orders/{id}", func(http.ResponseWriter, *http.Request) {
		close(called)
		<-done
	}))
	defer close(done)
	s := routertest.New(t, http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		go r.ServeHTTP(httptest.NewRecorder(), req)
		<-called
	}))
	if seen := s.Do(t, "GET", "/orders/3"); seen.Route() != "/orders/{id}" {
		t.Errorf("the route is %q", seen.Route())
	}
}

// A route that is only looked up is not told.
func TestLookup(t *testing.T) {
	r := chi.NewRouter()
	r.Get("/orders/{id}", ok)
	s := routertest.New(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		rctx := chi.NewRouteContext()
		if end := FindRoute(rctx); !r.Match(rctx, req.Method, req.URL.Path) || end(http.HandlerFunc(ok)) == nil {
			t.Error("there is no match")
		}
	}))
	if seen := s.Do(t, "GET", "/orders/3"); seen.Route() != "" {
		t.Errorf("the route is %q", seen.Route())
	}
}

// Without a provider, and where the environment switches the built-in off, nothing is
// looked at.
func TestOff(t *testing.T) {
	rctx := chi.NewRouteContext()
	if n := testing.AllocsPerRun(100, func() {
		if FindRoute(rctx) != nil {
			t.Error("there is an exit function")
		}
	}); n != 0 {
		t.Errorf("without a provider there are %v allocations", n)
	}
	r := chi.NewRouter()
	r.Get(asked("/orders/{id}", ok))
	if seen := routertest.Plain(t, r).Do(t, "GET", "/orders/3"); seen.Status != 200 || seen.Body != "ok 3" {
		t.Errorf("the client got %d %q", seen.Status, seen.Body)
	}
	s := routertest.New(t, r)
	if FindRoute(rctx)(nil) != nil {
		t.Error("there is a handler for what is not found")
	}
	on = false
	defer func() { on = true }()
	if seen := s.Do(t, "GET", "/orders/3"); seen.Name() != "GET" {
		t.Errorf("the span is %q though the built-in is off", seen.Name())
	}
}

// The program's own middleware makes the only span and metrics.
func TestOwn(t *testing.T) {
	own := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, span := otel.Tracer("own").Start(r.Context(), "own", trace.WithSpanKind(trace.SpanKindServer))
			defer span.End()
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
	var inside context.Context
	r := chi.NewRouter()
	r.Use(nethttp.Middleware()(own))
	r.Get(asked("/orders/{id}", func(_ http.ResponseWriter, r *http.Request) { inside = r.Context() }))
	seen := routertest.New(t, r).Do(t, "GET", "/orders/3")
	if len(seen.Spans) != 1 || seen.Server() != nil || len(seen.Measured) != 0 {
		t.Fatalf("spans %v, measured %v", seen.Spans, seen.Measured)
	}
	if !trace.SpanContextFromContext(inside).Equal(seen.Spans[0].SpanContext()) {
		t.Error("the handler has another span")
	}
}
