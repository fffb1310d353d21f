package weavertest_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"go.opentelemetry.io/otel/attribute"

	"github.com/goweaver/weaver/weavertest"
)

// A test looks at the spans of a request, and at an attribute of one of them. What makes them is
// woven into net/http by the default list.
func ExampleSpans() {
	_ = func(t *testing.T) { // TestHello
		mux := http.NewServeMux()
		mux.HandleFunc("GET /hello/{name}", func(http.ResponseWriter, *http.Request) {})
		server := httptest.NewServer(mux)
		defer server.Close()

		spans := weavertest.Spans(t)
		answer, err := http.Get(server.URL + "/hello/bob")
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()

		spans.Want(`
			client GET
				server GET /hello/{name}
		`)
		attributes := attribute.NewSet(spans.One("GET").Attributes()...)
		if code, _ := attributes.Value("http.response.status_code"); code.AsInt64() != http.StatusOK {
			t.Errorf("the status is %v", code.AsInt64())
		}
	}
}
