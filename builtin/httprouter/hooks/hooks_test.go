package hooks

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/julienschmidt/httprouter"

	"github.com/goweaver/weaver/builtin/internal/routertest"
)

// handle registers as woven code does.
func handle(r *httprouter.Router, method, path string, h httprouter.Handle) {
	r.Handle(method, path, Handle(method, path, h))
}

func ok(w http.ResponseWriter, _ *http.Request, ps httprouter.Params) {
	fmt.Fprint(w, "ok ", ps.ByName("id"))
}

func routes() *httprouter.Router {
	r := httprouter.New()
	handle(r, "GET", "/", ok)
	handle(r, "GET", "/orders/:id", ok)
	handle(r, "POST", "/orders/:id", ok)
	handle(r, "GET", "/orders/:id/items/:item", ok)
	handle(r, "GET", "/static/*file", ok)
	return r
}

// The route that a router serves a request by is that of the server's span and metrics.
func TestHandle(t *testing.T) {
	r := routes()
	outer := httprouter.New()
	handle(outer, "GET", "/shop/*rest", func(w http.ResponseWriter, req *http.Request, _ httprouter.Params) {
		http.StripPrefix("/shop", r).ServeHTTP(w, req)
	})
	outer.NotFound = r
	for _, c := range []struct {
		claim        string
		handler      http.Handler
		method, path string
		status       int
		route        string
	}{
		{"the root", r, "GET", "/", 200, "/"},
		{"a path with a variable", r, "GET", "/orders/3", 200, "/orders/:id"},
		{"the same of another method", r, "POST", "/orders/3", 200, "/orders/:id"},
		{"values that are alike", r, "GET", "/orders/items/items/orders", 200, "/orders/:id/items/:item"},
		{"all below", r, "GET", "/static/a/b.png", 200, "/static/*file"},
		{"a router below a path that was cut", http.StripPrefix("/x", r), "GET", "/x/orders/3", 200, "/orders/:id"},
		{"a router that another falls back to", outer, "GET", "/orders/3", 200, "/orders/:id"},
		{"a router in a router that has cut the path", outer, "GET", "/shop/orders/3", 200, "/shop/*rest"},
		{"what is not found has none", r, "GET", "/nothing", 404, ""},
		{"nor has what is sent elsewhere", r, "GET", "/orders/3/", 301, ""},
		{"nor a method that no route has", r, "DELETE", "/orders/3", 405, ""},
		{"nor the answer to which methods there are", r, "OPTIONS", "/orders/3", 200, ""},
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

// Without a provider, and where the environment switches the built-in off, nothing is told;
// what the handle is given is the router's.
func TestOff(t *testing.T) {
	r, req, ps := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), httprouter.Params{{Key: "id", Value: "3"}}
	h := Handle("GET", "/orders/:id", func(w http.ResponseWriter, got *http.Request, gotPS httprouter.Params) {
		if w != http.ResponseWriter(r) || got != req || &gotPS[0] != &ps[0] {
			t.Error("the handle was given something else")
		}
	})
	if n := testing.AllocsPerRun(100, func() { h(r, req, ps) }); n != 0 {
		t.Errorf("without a provider there are %v allocations", n)
	}
	if seen := routertest.Plain(t, routes()).Do(t, "GET", "/orders/3"); seen.Status != 200 || seen.Body != "ok 3" {
		t.Errorf("the client got %d %q", seen.Status, seen.Body)
	}
	if Handle("GET", "/", nil) != nil {
		t.Error("there is a handle where there was none")
	}
	on = false
	defer func() { on = true }()
	if seen := routertest.New(t, routes()).Do(t, "GET", "/orders/3"); seen.Name() != "GET" {
		t.Errorf("the span is %q though the built-in is off", seen.Name())
	}
}
