package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// visits is what a customer does in the demonstration.
var visits = []struct{ method, path, body string }{
	{"GET", "/products", ""},
	{"GET", "/products/sencha", ""},
	{"POST", "/orders", `{"product": "sencha", "quantity": 2}`},
	{"POST", "/orders", `{"product": "assam", "quantity": 300}`},
	{"POST", "/orders", `{"product": "sencha", "quantity": 19}`},
	{"GET", "/orders/1", ""},
	{"GET", "/orders/99", ""},
}

// demonstrate makes the visits to the service at url and writes a line for each.
func demonstrate(ctx context.Context, url string, out io.Writer) error {
	for _, v := range visits {
		status, answer, err := visit(ctx, v.method, url+v.path, v.body)
		if err != nil {
			return err
		}
		if v.body != "" {
			v.path += " " + v.body
		}
		if _, err := fmt.Fprintln(out, v.method, v.path, "->", status, answer); err != nil {
			return err
		}
	}
	return nil
}

// visit makes one request and returns the status and the answer in one line.
func visit(ctx context.Context, method, url, body string) (int, string, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	return res.StatusCode, string(bytes.TrimSpace(answer)), err
}
