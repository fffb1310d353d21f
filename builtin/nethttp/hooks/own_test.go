package hooks

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// Requests for metrics, which telemetry's own server answers, make no telemetry.
func TestOwnServer(t *testing.T) {
	r := record(t)
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		Serve(rw, req, func(http.ResponseWriter, *http.Request) {})
	}))
	defer s.Close()
	get := func() {
		res, err := http.Get(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
	}
	get()
	ended(t, r, 1)
	telemetry.SetOwnServer(s.Config)
	defer telemetry.SetOwnServer(nil)
	get()
	ended(t, r, 1)
}
