package route_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"runtime/pprof"
	"strings"
	"testing"

	"github.com/goweaver/weaver/builtin/profilelabels/hooks/route"
	"github.com/goweaver/weaver/instrument/hook"
)

// A handler is labelled with the path of the pattern that its request came by, if any.
func TestHandler(t *testing.T) {
	fn := &hook.Func{Package: "example.com/shop", Name: "Get"}
	labels := func(r *http.Request) string {
		defer route.Handler(r, fn)()
		var b bytes.Buffer
		if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
			t.Error(err)
		}
		_, after, _ := strings.Cut(b.String(), "# labels: ")
		line, _, _ := strings.Cut(after, "\n")
		return line
	}
	got := ""
	handler := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = labels(r) })
	mux := http.NewServeMux()
	mux.Handle("GET example.com/orders/{id}", handler)
	mux.Handle("/plain/", handler)
	for url, want := range map[string]string{
		"http://example.com/orders/7": `{"function":"shop.Get", "http.route":"/orders/{id}"}`,
		"http://example.com/plain/x":  `{"function":"shop.Get", "http.route":"/plain/"}`,
	} {
		mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, url, nil))
		if got != want {
			t.Errorf("%s: %s, want %s", url, got, want)
		}
	}
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	if want := `{"function":"shop.Get"}`; got != want {
		t.Errorf("without a pattern: %s", got)
	}
	if got := labels(nil); got != `{"function":"shop.Get"}` {
		t.Errorf("without a request: %s", got)
	}
}
