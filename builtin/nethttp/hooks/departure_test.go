package hooks

// When client spans end and what they say, and what they leave alone.

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// A client's span ends, and its metrics are recorded, when the body of the response has
// been read or closed or can not be read on, and not before.
func TestClientSpanEnds(t *testing.T) {
	for _, c := range []struct {
		claim   string
		handler http.HandlerFunc
		finish  func(res *http.Response) error
		code    codes.Code
		failed  string
		size    float64 // of the response; -1 for none
	}{
		{"when it has been read", func(http.ResponseWriter, *http.Request) {}, func(res *http.Response) error {
			_, err := io.Copy(io.Discard, res.Body)
			return err
		}, codes.Unset, "", 7},
		{"when it is closed", func(http.ResponseWriter, *http.Request) {}, func(res *http.Response) error {
			return res.Body.Close()
		}, codes.Unset, "", 0},
		{"when the connection breaks", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, func(res *http.Response) error {
			if _, err := io.Copy(io.Discard, res.Body); !errors.Is(err, io.ErrUnexpectedEOF) {
				return fmt.Errorf("the body ends with %w", err)
			}
			return nil
		}, codes.Error, "*errors.errorString", 7},
	} {
		t.Run(c.claim, func(t *testing.T) {
			recorder, reader := record(t), measure(t)
			arrived := make(chan bool)
			handler := func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.WriteString(w, "content")
				_ = http.NewResponseController(w).Flush()
				<-arrived
				c.handler(w, r)
			}
			s := httptest.NewServer(http.HandlerFunc(handler))
			defer s.Close()
			res, err := wovenClient().Get(s.URL)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(recorder.Ended()); n != 0 || len(points(t, reader)) != 0 {
				t.Errorf("when the header has arrived %d spans have ended", n)
			}
			close(arrived)
			if err := c.finish(res); err != nil {
				t.Error(err)
			}
			span := ended(t, recorder, 1)[0] // as soon as the call has returned
			if span.Status().Code != c.code || value(span, "error.type") != c.failed || value(span, "http.response.status_code") != "200" {
				t.Errorf("the span has status %v and %v", span.Status(), span.Attributes())
			}
			_ = res.Body.Close()
			measured := points(t, reader)
			if p := measured["http.client.request.duration"]; len(p) != 1 || p[0].count != 1 {
				t.Errorf("durations: %+v", p)
			}
			if p := measured["http.client.response.body.size"]; len(p) != 1 || p[0].count != 1 || p[0].sum != c.size {
				t.Errorf("sizes: %+v", p)
			}
			if len(recorder.Ended()) != 1 {
				t.Error("the span ends again")
			}
		})
	}
}

// Sizes that are not known are not made up: of a body that the transport has unpacked, and
// of one whose length the program does not say.
func TestUnknownSizes(t *testing.T) {
	reader := measure(t)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, strings.Repeat("content", 100))
		_ = z.Close()
	}))
	defer s.Close()
	_, body := do(t, wovenClient(), "POST", s.URL, nil, io.MultiReader(strings.NewReader("streamed")))
	if len(body) != 700 {
		t.Errorf("the body is %q", body)
	}
	for name, p := range points(t, reader) {
		if name != "http.client.request.duration" {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

// Credentials and signatures are in no attribute.
func TestURLs(t *testing.T) {
	for in, want := range map[string]string{
		"http://shop.example/a?b=c#d":                  "http://shop.example/a?b=c#d",
		"https://anna:secret@shop.example/":            "https://REDACTED:REDACTED@shop.example/",
		"http://shop.example/?sig=secret&a=1":          "http://shop.example/?sig=REDACTED&a=1",
		"http://shop.example/?a=sig&Signature=secret":  "http://shop.example/?a=sig&Signature=REDACTED",
		"http://shop.example/?X-Amz-Signature=secret&": "http://shop.example/?X-Amz-Signature=REDACTED&",
		"http://shop.example/?sig&sig=&&x":             "http://shop.example/?sig&sig=&&x",
	} {
		u, err := url.Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		before := *u
		if got := fullURL(u); got != want || *u != before {
			t.Errorf("%s is told as %s, not %s", in, got, want)
		}
	}
	recorder := record(t)
	s := serving(t, false, http.NotFoundHandler())
	get(t, s.Client(), strings.Replace(s.URL, "http://", "http://anna:secret@", 1)+"/?sig=secret")
	span := ended(t, recorder, 1)[0]
	if value(span, "url.query") != "sig=REDACTED" || strings.Contains(fmt.Sprint(span.Attributes()), "secret") {
		t.Errorf("the server's span has %v", span.Attributes())
	}
}

// The addresses of servers are told with their ports, those that go without saying too.
func TestServerAddress(t *testing.T) {
	for in, want := range map[string]string{
		"http://shop.example":       "shop.example 80",
		"https://shop.example/":     "shop.example 443",
		"http://shop.example:8080/": "shop.example 8080",
		"https://[::1]:8443/":       "::1 8443",
		"https://[::1]/":            "::1 443",
	} {
		u, err := url.Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		address, port := server(u)
		if got := fmt.Sprint(address.Value.String(), " ", port.Value.String()); got != want {
			t.Errorf("%s is %s", in, got)
		}
	}
}

// A header map may be read, and used for other requests, while one with it is sent.
func TestHeaderIsOnlyRead(t *testing.T) {
	record(t)
	s := serving(t, false, http.NotFoundHandler())
	header := http.Header{"X-Own": {"1"}, "Accept": {"text/plain"}}
	before := header.Clone()
	client, stop := wovenClient(), make(chan bool)
	var readers, senders sync.WaitGroup
	readers.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				for k, v := range header {
					_ = k + v[0]
				}
			}
		}
	})
	for range 4 {
		senders.Go(func() {
			for range 10 {
				req, err := http.NewRequest("GET", s.URL, nil)
				if err != nil {
					t.Error(err)
					return
				}
				req.Header = header
				res, err := client.Transport.RoundTrip(req)
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
			}
		})
	}
	senders.Wait()
	close(stop)
	readers.Wait()
	if !maps.EqualFunc(header, before, slices.Equal) {
		t.Errorf("the header became %v", header)
	}
}

// What is not HTTP, or comes from a transport that has told of it, is sent as it is.
func TestOthersRequests(t *testing.T) {
	recorder := record(t)
	file := httptest.NewRequest("GET", "file:///etc/hosts", nil)
	if sent, end := RoundTrip(file); sent != file || end != nil {
		t.Error("a file has a span")
	}
	outer, arrived := RoundTrip(httptest.NewRequest("GET", "http://shop.example/", nil))
	inner := outer.WithContext(outer.Context()) // as a transport copies one with a body
	if sent, end := RoundTrip(inner); sent != inner || end != nil {
		t.Error("a request has two spans")
	}
	// One that is made on the way, to find the server, say, is another one.
	lookup, err := http.NewRequestWithContext(outer.Context(), "GET", "http://names.example/", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, found := RoundTrip(lookup)
	found(nil, errors.New("no such name"))
	arrived(nil, nil) // as after a panic
	spans := ended(t, recorder, 2)
	if spans[0].Parent().SpanID() != spans[1].SpanContext().SpanID() {
		t.Error("the lookup is not below the request that it is for")
	}
	for i, want := range []string{"*errors.errorString", "panic"} {
		if spans[i].Status().Code != codes.Error || value(spans[i], "error.type") != want {
			t.Errorf("span %d has status %v and %v", i, spans[i].Status(), spans[i].Attributes())
		}
	}
}

// A transport that gets its request from another one does not measure it again.
func TestRequestIsMeasuredOnce(t *testing.T) {
	measure(t)
	outer, arrived := RoundTrip(httptest.NewRequest("GET", "http://shop.example/", nil))
	defer arrived(nil, io.EOF)
	inner := outer.WithContext(outer.Context())
	if sent, end := RoundTrip(inner); sent != inner || end != nil {
		t.Error("the inner transport measures the request too")
	}
}

// The deprecated CancelRequest is called with the program's own request.
func TestCancelable(t *testing.T) {
	record(t)
	req := httptest.NewRequest("GET", "http://shop.example/", nil)
	sent, end := RoundTrip(req)
	defer end(nil, io.EOF)
	if sent == req || Cancelable(sent) != req || Cancelable(req) != req {
		t.Error("the request that is sent is not known as the program's")
	}
	other := sent.WithContext(context.WithValue(sent.Context(), departureKey{}, nil))
	if Cancelable(other) != other {
		t.Error("another request is taken for the program's")
	}
}

// Redirected requests are counted, and a response that is no HTTP is an error of both.
func TestResent(t *testing.T) {
	recorder := record(t)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n := len(r.URL.Path); n < 4 {
			http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
		}
	}))
	defer s.Close()
	get(t, wovenClient(), s.URL)
	for i, span := range ended(t, recorder, 4) {
		want := fmt.Sprint(i)
		if i == 0 {
			want = ""
		}
		if got := value(span, "http.request.resend_count"); got != want {
			t.Errorf("request %d has the count %q", i, got)
		}
	}
}

// An answer that is no HTTP is the same error for the program, and one of the span.
func TestBrokenAnswer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = bufio.NewReader(c).ReadString('\n')
			_, _ = io.WriteString(c, "what?\r\n\r\n")
			_ = c.Close()
		}
	}()
	recorder := record(t)
	_, plain := (&http.Client{Transport: &http.Transport{}}).Get("http://" + l.Addr().String())
	_, told := wovenClient().Get("http://" + l.Addr().String())
	if told == nil || plain.Error() != told.Error() || fmt.Sprintf("%T", errors.Unwrap(plain)) != fmt.Sprintf("%T", errors.Unwrap(told)) {
		t.Errorf("the error is %v, without telemetry %v", told, plain)
	}
	span := ended(t, recorder, 1)[0]
	if span.SpanKind() != trace.SpanKindClient || span.Status().Code != codes.Error || value(span, "error.type") == "" {
		t.Errorf("the span has status %v and %v", span.Status(), span.Attributes())
	}
}
