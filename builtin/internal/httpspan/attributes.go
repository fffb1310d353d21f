// Package httpspan is what the hooks for HTTP servers and clients share, whatever library
// serves or sends: what requests are in the words of the semantic conventions for HTTP,
// version 1.43; their metrics; and the exchange, which is one request while it is served and
// the place where routers and the program's own instrumentation find it.
package httpspan

import (
	"net"
	"net/http"
	"net/url"
	"os"
	"reflect"
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

// Method returns the request's method as the conventions know it, _OTHER if they do not,
// and as it stands in the name of a span. Methods are told apart by case, as net/http
// does, and clients can not make up names.
func Method(m string) (known attribute.KeyValue, name string) {
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

// ProtocolVersion returns the version as network.protocol.version has it: 1.1, 2.
// The protocol's name is left out, since it is http.
func ProtocolVersion(major, minor int) attribute.KeyValue {
	switch {
	case major == 1 && minor == 1:
		return semconv.NetworkProtocolVersion("1.1")
	case major >= 2 && minor == 0:
		return semconv.NetworkProtocolVersion(strconv.Itoa(major))
	}
	return semconv.NetworkProtocolVersion(strconv.Itoa(major) + "." + strconv.Itoa(minor))
}

// Scheme returns the scheme by which a request came to a server.
func Scheme(tls bool) attribute.KeyValue {
	if tls {
		return semconv.URLScheme("https")
	}
	return semconv.URLScheme("http")
}

// A Request is what the span of a server tells of a request when it comes.
type Request struct {
	Method    string
	URL       *url.URL // nil if there is none
	Host      string   // with or without a port
	Peer      string   // the address that it came from
	Forwarded string   // the header X-Forwarded-For
	UserAgent string
}

// Attributes returns what a server's span starts with. common is what of it the metrics have
// too: method, scheme and protocol.
func (r *Request) Attributes(common [3]attribute.KeyValue) []attribute.KeyValue {
	attrs := append(make([]attribute.KeyValue, 0, 12), common[:]...)
	if common[0] == semconv.HTTPRequestMethodOther {
		attrs = append(attrs, semconv.HTTPRequestMethodOriginal(r.Method))
	}
	if r.URL != nil {
		attrs = append(attrs, semconv.URLPath(r.URL.Path))
		if r.URL.RawQuery != "" {
			attrs = append(attrs, semconv.URLQuery(Redacted(r.URL.RawQuery)))
		}
	}
	if host, port := SplitHostPort(r.Host); host != "" {
		attrs = append(attrs, semconv.ServerAddress(host))
		if port > 0 {
			attrs = append(attrs, semconv.ServerPort(port))
		}
	}
	client, port := SplitHostPort(r.Peer)
	if client != "" {
		attrs = append(attrs, semconv.NetworkPeerAddress(client))
		if port > 0 {
			attrs = append(attrs, semconv.NetworkPeerPort(port))
		}
	}
	if forwarded, _, _ := strings.Cut(r.Forwarded, ","); strings.TrimSpace(forwarded) != "" {
		client = strings.TrimSpace(forwarded)
	}
	if client != "" {
		attrs = append(attrs, semconv.ClientAddress(client))
	}
	if r.UserAgent != "" {
		attrs = append(attrs, semconv.UserAgentOriginal(r.UserAgent))
	}
	return telemetry.Attributes(attrs)
}

// Redacted returns the query with REDACTED in the place of signatures and credentials:
// of the parameters that the conventions list, and of AWS's of today.
func Redacted(query string) string {
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

// SplitHostPort returns the host of host, host:port, [v6] or [v6]:port, and the port or 0.
func SplitHostPort(hostport string) (host string, port int) {
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

// OwnKey reports whether a context's key is of a type of OpenTelemetry's or weaver's: what
// a server's own context is asked for under one is looked up in the exchange's.
func OwnKey(key any) bool {
	t := reflect.TypeOf(key)
	if t == nil {
		return false
	}
	path := t.PkgPath()
	return strings.HasPrefix(path, "go.opentelemetry.io/") || strings.HasPrefix(path, "github.com/goweaver/weaver/")
}
