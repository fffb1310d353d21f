package hooks

// What requests and responses are, in the words of the semantic conventions for HTTP,
// version 1.43, as far as it is not package httpspan's.

import (
	"net/http"
	"net/url"
	"strconv"

	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/httpspan"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// serverRequest returns what a server's span starts with. common is what of it the metrics
// have too: method, scheme and protocol.
func serverRequest(req *http.Request, common [3]attribute.KeyValue) []attribute.KeyValue {
	r := httpspan.Request{
		Method: req.Method, URL: req.URL, Host: req.Host, Peer: req.RemoteAddr,
		Forwarded: req.Header.Get("X-Forwarded-For"), UserAgent: req.UserAgent(),
	}
	return r.Attributes(common)
}

// clientRequest returns what the span of a client's request starts with. target is what
// of it the metrics have too: the method, and the server.
func clientRequest(req *http.Request, target [3]attribute.KeyValue) []attribute.KeyValue {
	attrs := make([]attribute.KeyValue, 0, len(target)+3)
	attrs = append(append(attrs, target[:]...), semconv.URLFull(fullURL(req.URL)))
	if target[0] == semconv.HTTPRequestMethodOther {
		attrs = append(attrs, semconv.HTTPRequestMethodOriginal(req.Method))
	}
	// An http.Client names the response that a redirected request follows.
	resent := 0
	for r := req.Response; r != nil && r.Request != nil; r = r.Request.Response {
		resent++
	}
	if resent > 0 {
		attrs = append(attrs, semconv.HTTPRequestResendCount(resent))
	}
	return telemetry.Attributes(attrs)
}

// server returns the address and port that a client's request is for.
func server(u *url.URL) (address, port attribute.KeyValue) {
	n := 80
	if u.Scheme == "https" {
		n = 443
	}
	if p := u.Port(); p != "" {
		n, _ = strconv.Atoi(p) // one that is none is found out by the transport
	}
	return semconv.ServerAddress(telemetry.Text(u.Hostname())), semconv.ServerPort(n)
}

// fullURL returns the URL without what must not be told of it.
func fullURL(u *url.URL) string {
	told := *u
	if u.User != nil {
		told.User = url.UserPassword("REDACTED", "REDACTED")
	}
	told.RawQuery = httpspan.Redacted(u.RawQuery)
	return told.String()
}
