package httpspan

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/trace"
)

// The environment may list the methods that are known.
func TestKnownMethods(t *testing.T) {
	defer func() { knownMethods = nil }()
	for list, want := range map[string]string{
		"":           "GET GET _OTHER _OTHER",
		"BREW, GET":  "GET GET BREW _OTHER",
		"PROPFIND":   "_OTHER _OTHER _OTHER PROPFIND",
		"get,Brew,,": "_OTHER _OTHER _OTHER _OTHER",
	} {
		knownMethods = listed(list)
		var got []string
		for _, m := range []string{"GET", "", "BREW", "PROPFIND"} {
			known, _ := Method(m)
			got = append(got, known.Value.AsString())
		}
		if g := strings.Join(got, " "); g != want {
			t.Errorf("with %q the methods are %s, not %s", list, g, want)
		}
	}
}

func TestSplitHostPort(t *testing.T) {
	for in, want := range map[string]string{
		"shop.example":      "shop.example 0",
		"shop.example:8080": "shop.example 8080",
		"[::1]:80":          "::1 80",
		"[::1]":             "::1 0",
		"shop.example:x":    "shop.example 0",
		"":                  " 0",
	} {
		if host, port := SplitHostPort(in); fmt.Sprint(host, " ", port) != want {
			t.Errorf("%q is %s %d", in, host, port)
		}
	}
}

// A context of a server's own is asked for telemetry's keys only.
func TestOwnKey(t *testing.T) {
	var asked any
	trace.SpanFromContext(asking{&asked})
	for key, want := range map[any]bool{
		nil: false, "a": false, http.ServerContextKey: false, exchangeKey{}: true, asked: true,
	} {
		if got := OwnKey(key); got != want {
			t.Errorf("%T is telemetry's: %v", key, got)
		}
	}
}
