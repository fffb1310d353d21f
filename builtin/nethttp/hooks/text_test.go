package hooks

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"
)

// What a peer sends, or the program asks a peer for, is told as text where it is none: one
// span that can not be exported would take all of its batch with it.
func TestTextIsValid(t *testing.T) {
	recorder, reader := record(t), measure(t)
	r := httptest.NewRequest("GET", "/%ff?q=\xff", nil)
	r.Method, r.Host, r.RemoteAddr = "\xfe", "\xfd:80", "\xfc:1"
	r.Header.Set("User-Agent", "\xfb")
	r.Header.Set("X-Forwarded-For", "\xfa")
	served{http.NotFoundHandler()}.ServeHTTP(httptest.NewRecorder(), r)
	sent := &http.Request{Method: "GET", Header: http.Header{}, URL: &url.URL{Scheme: "http", Host: "\xfd", Path: "/\xff", RawQuery: "\xff"}}
	if res, err := (woven{answering{}}).RoundTrip(sent); err != nil {
		t.Fatal(err)
	} else if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	valid := func(attrs []attribute.KeyValue) {
		t.Helper()
		for _, a := range attrs {
			if s := a.Value.AsString(); !utf8.ValidString(s) {
				t.Errorf("%s is %q", a.Key, s)
			}
		}
	}
	for _, s := range ended(t, recorder, 2) {
		valid(s.Attributes())
	}
	for _, all := range points(t, reader) {
		for _, p := range all {
			valid(p.attrs.ToSlice())
		}
	}
}
