package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/shop/orders"
	"example.com/shop/prices"
	"example.com/shop/store"
)

func TestRoutes(t *testing.T) {
	list := prices.List{"assam": 450}
	mux := http.NewServeMux()
	mux.Handle("/prices/{product}", list)
	priceServer := httptest.NewServer(mux)
	defer priceServer.Close()
	stock := store.New(store.Product{ID: "assam", Name: "Assam", Stock: 3})
	s := httptest.NewServer(Handler(orders.New(stock, prices.NewClient(priceServer.Client(), priceServer.URL)), stock, list))
	defer s.Close()
	for _, c := range []struct {
		method, path, body string
		status             int
		answer             string
	}{
		{"GET", "/products", "", 200, `[{"id":"assam","name":"Assam","stock":3}]`},
		{"GET", "/products/none", "", 404, "product none: not found"},
		{"POST", "/orders", `{"product":"assam","quantity":2}`, 201, `{"id":1,"product":"assam","quantity":2,"cents":900}`},
		{"POST", "/orders", `{"product":"assam","quantity":2}`, 409, "assam: sold out"},
		{"POST", "/orders", `{"product":"assam"}`, 400, "quantity 0: invalid"},
		{"POST", "/orders", `{`, 400, "the order is not valid JSON"},
		{"GET", "/orders/1", "", 200, `{"id":1,"product":"assam","quantity":2,"cents":900}`},
		{"GET", "/orders/2", "", 404, "order 2: not found"},
		{"GET", "/prices/assam", "", 200, `{"cents":450}`},
	} {
		req, err := http.NewRequestWithContext(t.Context(), c.method, s.URL+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		res, err := s.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if got := strings.TrimSpace(string(b)); err != nil || res.StatusCode != c.status || got != c.answer {
			t.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, res.StatusCode, got)
		}
	}
}
