package hooks

import (
	"net/http"
	"testing"
)

// What a router tells of is the span's name and route, as far as it saw the path.
func TestSetRoute(t *testing.T) {
	router := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		SetRoute(r.Clone(r.Context()), "/v1/orders/:id")
		SetRoute(r, "")
	})
	// outer routes what begins with /api, and hands it to router as it is or cut.
	outer := func(cut bool) http.Handler {
		next := http.Handler(router)
		if cut {
			next = http.StripPrefix("/api", router)
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			SetRoute(r, "/api")
			next.ServeHTTP(w, r)
		})
	}
	var mux, api wovenMux
	mux.Handle("/v1/", router)
	api.Handle("/api/", http.StripPrefix("/api", router))
	for _, c := range []struct {
		claim   string
		handler http.Handler
		path    string
		name    string
	}{
		{"a router on its own", router, "/v1/orders/3", "GET /v1/orders/:id"},
		{"a router behind a mux knows it better", &mux, "/v1/orders/3", "GET /v1/orders/:id"},
		{"but not where the mux has cut the path", &api, "/api/v1/orders/3", "GET /api/"},
		{"a router behind another knows it better", outer(false), "/api/v1/orders/3", "GET /v1/orders/:id"},
		{"but not where that has cut the path", outer(true), "/api/v1/orders/3", "GET /api"},
		{"cut by somebody who has no pattern, it is what is known", http.StripPrefix("/api", router), "/api/v1/orders/3", "GET /v1/orders/:id"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			recorder := record(t)
			s := serving(t, false, c.handler)
			do(t, s.Client(), "GET", s.URL+c.path, nil, nil)
			span := ended(t, recorder, 1)[0]
			if span.Name() != c.name || "GET "+value(span, "http.route") != c.name {
				t.Errorf("the span is %q with the route %q, not %q", span.Name(), value(span, "http.route"), c.name)
			}
		})
	}
}

// Outside a request there is no span, and routes go nowhere; inside there is one until it
// is given up.
func TestServerSpan(t *testing.T) {
	recorder := record(t)
	var here, after bool
	s := serving(t, false, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		here = ServerSpan(r.Context()) != nil
		after = ServerSpan(Yield(r).Context()) != nil
	}))
	do(t, s.Client(), "GET", s.URL, nil, nil)
	if !here || after || len(recorder.Ended()) != 0 {
		t.Errorf("span %t, after it was given up %t, ended %d", here, after, len(recorder.Ended()))
	}
	r, err := http.NewRequestWithContext(t.Context(), "GET", "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	SetRoute(r, "/")
	if ServerSpan(r.Context()) != nil || Yield(r) != r {
		t.Error("a request that no server got has a span")
	}
}
