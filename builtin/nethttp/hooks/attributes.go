package hooks

// What requests and responses are, in the words of the semantic conventions for HTTP,
// version 1.43.

import (
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// knownMethods holds the methods that the environment lists in the place of the usual ones,
// nil if it lists none. It is read once.
var knownMethods = listed(os.Getenv("OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS"))

func listed(methods string) map[string]bool {
	if methods == "" {
		return nil
	}
	known := map[string]bool{}
	for m := range strings.SplitSeq(methods, ",") {
		known[strings.TrimSpace(m)] = true
	}
	return known
}

// method returns the request's method as the conventions know it, _OTHER if they do not,
// and as it stands in the name of a span. Methods are told apart by case, as net/http
// does, and clients can not make up names.
func method(m string) (known attribute.KeyValue, name string) {
	if m == "" {
		m = http.MethodGet // what it means in a client's request
	}
	is := knownMethods[m]
	if knownMethods == nil {
		switch m {
		case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
			http.MethodDelete, http.MethodConnect, http.MethodOptions, http.MethodTrace, "QUERY":
			is = true
		}
	}
	if !is {
		return semconv.HTTPRequestMethodOther, "HTTP"
	}
	return semconv.HTTPRequestMethodKey.String(m), m
}

// protocolVersion returns the version as network.protocol.version has it: 1.1, 2.
// The protocol's name is left out, since it is http.
func protocolVersion(major, minor int) attribute.KeyValue {
	switch {
	case major == 1 && minor == 1:
		return semconv.NetworkProtocolVersion("1.1")
	case major >= 2 && minor == 0:
		return semconv.NetworkProtocolVersion(strconv.Itoa(major))
	}
	return semconv.NetworkProtocolVersion(strconv.Itoa(major) + "." + strconv.Itoa(minor))
}

// route returns the path of a ServeMux pattern, before which stand method and host.
func route(pattern string) string {
	if i := strings.IndexByte(pattern, '/'); i >= 0 {
		return pattern[i:]
	}
	return ""
}

// serverRequest returns what a server's span starts with. common is what of it the metrics
// have too: method, scheme and protocol.
func serverRequest(req *http.Request, common [3]attribute.KeyValue) []attribute.KeyValue {
	attrs := append(make([]attribute.KeyValue, 0, 12), common[:]...)
	if common[0] == semconv.HTTPRequestMethodOther {
		attrs = append(attrs, semconv.HTTPRequestMethodOriginal(req.Method))
	}
	if req.URL != nil {
		attrs = append(attrs, semconv.URLPath(req.URL.Path))
		if req.URL.RawQuery != "" {
			attrs = append(attrs, semconv.URLQuery(redacted(req.URL.RawQuery)))
		}
	}
	if host, port := splitHostPort(req.Host); host != "" {
		attrs = append(attrs, semconv.ServerAddress(host))
		if port > 0 {
			attrs = append(attrs, semconv.ServerPort(port))
		}
	}
	client, port := splitHostPort(req.RemoteAddr)
	if client != "" {
		attrs = append(attrs, semconv.NetworkPeerAddress(client))
		if port > 0 {
			attrs = append(attrs, semconv.NetworkPeerPort(port))
		}
	}
	if forwarded, _, _ := strings.Cut(req.Header.Get("X-Forwarded-For"), ","); strings.TrimSpace(forwarded) != "" {
		client = strings.TrimSpace(forwarded)
	}
	if client != "" {
		attrs = append(attrs, semconv.ClientAddress(client))
	}
	if agent := req.UserAgent(); agent != "" {
		attrs = append(attrs, semconv.UserAgentOriginal(agent))
	}
	return telemetry.Attributes(attrs)
}

// serverScheme returns the scheme by which the request came to this server.
func serverScheme(req *http.Request) attribute.KeyValue {
	if req.TLS != nil {
		return semconv.URLScheme("https")
	}
	return semconv.URLScheme("http")
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
	told.RawQuery = redacted(u.RawQuery)
	return told.String()
}

// redacted returns the query with REDACTED in the place of signatures and credentials:
// of the parameters that the conventions list, and of AWS's of today.
func redacted(query string) string {
	secrets := false
	for param := range strings.SplitSeq(query, "&") {
		key, value, _ := strings.Cut(param, "=")
		secrets = secrets || value != "" && secret(key)
	}
	if !secrets {
		return query
	}
	params := strings.Split(query, "&")
	for i, param := range params {
		if key, value, _ := strings.Cut(param, "="); value != "" && secret(key) {
			params[i] = key + "=REDACTED"
		}
	}
	return strings.Join(params, "&")
}

func secret(parameter string) bool {
	switch parameter {
	case "AWSAccessKeyId", "Signature", "sig", "X-Goog-Signature",
		"X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token":
		return true
	}
	return false
}

// splitHostPort returns the host of host, host:port, [v6] or [v6]:port, and the port or 0.
func splitHostPort(hostport string) (host string, port int) {
	host, number, err := net.SplitHostPort(hostport)
	if err != nil {
		return strings.TrimSuffix(strings.TrimPrefix(hostport, "["), "]"), 0
	}
	port, err = strconv.Atoi(number)
	if err != nil || port < 0 || port > 65535 {
		port = 0
	}
	return host, port
}
