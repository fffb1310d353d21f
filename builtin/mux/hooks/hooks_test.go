package hooks

import (
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gorilla/mux"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/routertest"
)

// woven returns r as it is where Match is woven: the hook runs in the one call that the
// ServeHTTP of the router around it makes.
func woven(r *mux.Router) *mux.Router {
	around := mux.NewRouter().SkipClean(true)
	around.NewRoute().MatcherFunc(func(req *http.Request, match *mux.RouteMatch) bool {
		end := Match(req, match)
		matched := r.Match(req, match)
		if end != nil {
			end(matched)
		}
		return matched
	})
	return around
}

func ok(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") }

func refuse(status int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
}

// The route that a router serves a request by is that of the server's span and metrics.
func TestMatch(t *testing.T) {
	r := mux.NewRouter()
	r.HandleFunc("/orders/{id}", ok).Methods("GET")
	r.HandleFunc("/items/{id:[0-9]+}", ok)
	r.PathPrefix("/static/").HandlerFunc(ok)
	r.Path("/dir/").HandlerFunc(ok)
	v1 := r.PathPrefix("/api/v1").Subrouter()
	v1.HandleFunc("/users/{id}", ok)
	v1.NotFoundHandler = refuse(410)
	refusing := mux.NewRouter()
	refusing.HandleFunc("/orders", ok).Methods("GET")
	refusing.NotFoundHandler, refusing.MethodNotAllowedHandler = refuse(404), refuse(405)
	outer := mux.NewRouter()
	outer.PathPrefix("/shop/").Handler(http.StripPrefix("/shop", woven(r)))
	outer.PathPrefix("/").Handler(woven(r))
	falling := mux.NewRouter()
	falling.HandleFunc("/", ok)
	falling.NotFoundHandler = woven(r)
	encoded := mux.NewRouter().UseEncodedPath()
	encoded.HandleFunc("/path/{var}/to", ok)
	pathless := mux.NewRouter()
	pathless.Methods("GET").HandlerFunc(ok)
	for _, c := range []struct {
		claim        string
		handler      http.Handler
		method, path string
		status       int // 0 if it depends on the version of mux
		route        string
	}{
		{"a path with a variable", woven(r), "GET", "/orders/3", 200, "/orders/{id}"},
		{"a variable with a pattern", woven(r), "GET", "/items/3", 200, "/items/{id:[0-9]+}"},
		{"a prefix", woven(r), "GET", "/static/logo.png", 200, "/static/"},
		{"a subrouter's route has the whole path", woven(r), "POST", "/api/v1/users/3", 200, "/api/v1/users/{id}"},
		{"a path that is encoded", woven(encoded), "GET", "/path/foo%2Fbar/to", 200, "/path/{var}/to"},
		{"a router below a path that was cut", http.StripPrefix("/x", woven(r)), "GET", "/x/orders/3", 200, "/orders/{id}"},
		{"a router in a router knows it better", woven(outer), "GET", "/orders/3", 200, "/orders/{id}"},
		{"but not where that has cut the path", woven(outer), "GET", "/shop/orders/3", 200, "/shop/"},
		{"a router that another falls back to", woven(falling), "GET", "/orders/3", 200, "/orders/{id}"},
		{"a route without a path has none", woven(pathless), "GET", "/orders/3", 200, ""},
		{"what is not found has none", woven(r), "GET", "/nothing", 404, ""},
		{"nor has what the program's handler says is not found", woven(refusing), "GET", "/nothing", 404, ""},
		{"nor what a subrouter's handler does", woven(r), "GET", "/api/v1/nothing", 410, ""},
		{"a method that no route has has none", woven(r), "DELETE", "/orders/3", 405, ""},
		{"nor has one for which there is a handler", woven(refusing), "DELETE", "/orders", 0, ""},
	} {
		t.Run(c.claim, func(t *testing.T) {
			seen := routertest.New(t, c.handler).Do(t, c.method, c.path)
			name := c.method
			if c.route != "" {
				name += " " + c.route
			}
			if c.status != 0 && seen.Status != c.status || seen.Name() != name || seen.Route() != c.route || seen.Measured[c.route] != 1 {
				t.Errorf("status %d, span %q with route %q, measured %v; want %d and %q",
					seen.Status, seen.Name(), seen.Route(), seen.Measured, c.status, c.route)
			}
			if seen = routertest.Measured(t, c.handler).Do(t, c.method, c.path); seen.Measured[c.route] != 1 {
				t.Errorf("measured without traces: %v", seen.Measured)
			}
		})
	}
}

// Only what ServeHTTP asks Match counts: not what a program looks up, and not what a
// subrouter finds before the route to it has decided.
func TestMatchElsewhere(t *testing.T) {
	public := mux.NewRouter()
	public.PathPrefix("/").HandlerFunc(ok)
	var table, routes http.ServeMux
	table.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		var match mux.RouteMatch
		if !woven(public).Match(r, &match) {
			t.Error("the router has no match")
		}
		routes.ServeHTTP(w, r)
	})
	routes.HandleFunc("/orders/{id}", ok)
	seen := routertest.New(t, &table).Do(t, "GET", "/orders/3")
	if seen.Route() != "/orders/{id}" {
		t.Errorf("what was looked up is the route: %q", seen.Route())
	}

	r := mux.NewRouter()
	told := false
	sub := r.PathPrefix("/api").Subrouter()
	sub.NewRoute().MatcherFunc(func(req *http.Request, match *mux.RouteMatch) bool {
		told = told || Match(req, match) != nil
		return true
	}).HandlerFunc(ok)
	seen = routertest.New(t, r).Do(t, "GET", "/api/x")
	if seen.Status != 200 || told {
		t.Errorf("status %d, and the subrouter's match is told: %t", seen.Status, told)
	}
}

// Without a provider, and where the environment switches the built-in off, nothing is
// looked at.
func TestMatchOff(t *testing.T) {
	req := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
	if n := testing.AllocsPerRun(100, func() { Match(req, nil) }); n != 0 {
		t.Errorf("without a provider there are %v allocations", n)
	}
	r := mux.NewRouter()
	r.HandleFunc("/orders/{id}", ok)
	if seen := routertest.Plain(t, woven(r)).Do(t, "GET", "/orders/3"); seen.Status != 200 || seen.Body != "ok" {
		t.Errorf("the client got %d %q", seen.Status, seen.Body)
	}
	s := routertest.New(t, woven(r))
	on = false
	defer func() { on = true }()
	if seen := s.Do(t, "GET", "/orders/3"); seen.Name() != "GET" {
		t.Errorf("the span is %q though the built-in is off", seen.Name())
	}
}

// own is a middleware as otelmux's: it makes a span of the server's kind.
func own(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, span := otel.Tracer("own").Start(r.Context(), "own", trace.WithSpanKind(trace.SpanKindServer))
		defer span.End()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// The program's own middleware makes the only span and metrics, also when it is there
// twice, and of what no route matches nethttp still tells.
func TestMiddleware(t *testing.T) {
	middleware := Middleware()(own)
	for _, uses := range []int{1, 2} {
		r := mux.NewRouter()
		for range uses {
			r.Use(middleware)
		}
		var inside trace.SpanContext
		r.HandleFunc("/orders/{id}", func(w http.ResponseWriter, r *http.Request) {
			inside = trace.SpanContextFromContext(r.Context())
			if mux.Vars(r)["id"] != "3" {
				t.Errorf("the handler got %v", mux.Vars(r))
			}
		})
		s := routertest.New(t, woven(r))
		seen := s.Do(t, "GET", "/orders/3")
		if len(seen.Spans) != uses || seen.Server() != nil || len(seen.Measured) != 0 {
			t.Fatalf("%d times: spans %v, measured %v", uses, seen.Spans, seen.Measured)
		}
		// They end from the inside out.
		if !inside.Equal(seen.Spans[0].SpanContext()) || seen.Spans[uses-1].Parent().IsValid() {
			t.Errorf("%d times: the handler's span is %v, the first one's parent %v", uses, inside, seen.Spans[uses-1].Parent())
		}
		seen = s.Do(t, "GET", "/nothing")
		if seen.Name() != "GET" || seen.Measured[""] != 1 {
			t.Errorf("%d times: what is not found is %q, measured %v", uses, seen.Name(), seen.Measured)
		}
	}
}

// What is parsed below the middleware is known above it as it would be, where the
// middleware hands it on.
func TestMiddlewareForm(t *testing.T) {
	form := &multipart.Form{}
	h := Middleware()(func(http.Handler) http.Handler {
		return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { r.MultipartForm = form })
	})(nil)
	s := routertest.New(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h.ServeHTTP(w, r); r.MultipartForm != form {
			t.Errorf("the form is %v", r.MultipartForm)
		}
	}))
	s.Do(t, "GET", "/")
}
