package hooks

// What the hook adds to a match, with no provider and with one.
//
//	go test ./hooks -run '^$' -bench . -benchmem

import (
	"net/http/httptest"
	"testing"

	"github.com/gorilla/mux"

	"github.com/goweaver/weaver/builtin/internal/routertest"
)

func BenchmarkMatch(b *testing.B) {
	r := mux.NewRouter()
	r.HandleFunc("/orders/{id}", ok)
	req := httptest.NewRequestWithContext(b.Context(), "GET", "/orders/3", nil)
	// Each reports what ServeHTTP costs without a response.
	run := func(name string, r *mux.Router) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r.ServeHTTP(httptest.NewRecorder(), req)
			}
		})
	}
	around := mux.NewRouter().SkipClean(true)
	around.NewRoute().MatcherFunc(r.Match)
	run("plain", around)
	run("no provider", woven(r))
	routertest.New(b, r)
	run("traced", woven(r))
}
