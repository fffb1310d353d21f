// Package prices is the price service: the list it serves, and the client by which
// others ask for a price.
package prices

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
)

// A List holds the price of each product, in cents.
type List map[string]int

type answer struct {
	Cents int `json:"cents"`
}

// ServeHTTP answers a request whose path value "product" names a product.
func (l List) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	cents, ok := l[r.PathValue("product")]
	if !ok {
		http.Error(w, "no price", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer{cents}) // the client has gone
}

// A Client asks a price service.
type Client struct {
	http *http.Client
	url  string
}

// NewClient returns a client of the service at url.
func NewClient(c *http.Client, url string) *Client { return &Client{c, url} }

// Price returns the price of one piece of the product, in cents.
func (c *Client) Price(ctx context.Context, product string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url+"/prices/"+url.PathEscape(product), nil)
	if err != nil {
		return 0, err
	}
	res, err := c.http.Do(req)
	if err != nil {
		return 0, fmt.Errorf("price of %s: %w", product, err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("price of %s: %s", product, res.Status)
	}
	var a answer
	if err := json.NewDecoder(res.Body).Decode(&a); err != nil {
		return 0, fmt.Errorf("price of %s: %w", product, err)
	}
	return a.Cents, nil
}
