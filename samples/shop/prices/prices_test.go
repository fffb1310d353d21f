package prices

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestPrice(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("GET /prices/{product}", List{"assam": 450})
	s := httptest.NewServer(mux)
	defer s.Close()
	c := NewClient(s.Client(), s.URL)
	if cents, err := c.Price(t.Context(), "assam"); cents != 450 || err != nil {
		t.Errorf("%d, %v", cents, err)
	}
	if _, err := c.Price(t.Context(), "a/b"); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("what has no price: %v", err)
	}
}
