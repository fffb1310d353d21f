package hooks

import (
	"net/http"
	"net/url"
	"testing"
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"
)

// Whatever bytes a client sends, or stand in a URL, are told as text: an exporter would refuse
// others, and all spans and metrics that are exported with them.
func TestText(t *testing.T) {
	u := &url.URL{Scheme: "http", Host: "\xff.example", Path: "/\xff", RawQuery: "q=\xff"}
	req := &http.Request{
		Method: "\xff", URL: u, Host: "\xff", RemoteAddr: "192.0.2.1:80",
		Header: http.Header{"User-Agent": {"\xff"}, "X-Forwarded-For": {"\xff"}},
	}
	known, _ := method(req.Method)
	address, port := server(u)
	attrs := append(serverRequest(req, [3]attribute.KeyValue{known, port, port}),
		clientRequest(req, [3]attribute.KeyValue{known, address, port})...)
	n := 0
	for _, a := range append(attrs, address) {
		if a.Value.Type() != attribute.STRING {
			continue
		}
		if n++; !utf8.ValidString(a.Value.AsString()) {
			t.Errorf("%s is %q", a.Key, a.Value.AsString())
		}
	}
	if n < 10 {
		t.Errorf("%d texts: %v", n, attrs)
	}
}
