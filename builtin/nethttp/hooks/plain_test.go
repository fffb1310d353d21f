package hooks

// That handlers and clients can not tell: what they see, and each byte that goes over the
// connection, is the same with telemetry as without.

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// send writes the bytes to a new connection and returns all that comes back until it is
// closed.
func send(t *testing.T, s *logged, raw string) string {
	t.Helper()
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err := io.WriteString(c, raw); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(c)
	if err != nil && len(got) == 0 {
		t.Fatal(err)
	}
	return string(got)
}

// request returns the bytes of a request on a connection that is closed after it.
func request(line, body string, header ...string) string {
	lines := append([]string{line + " HTTP/1.1", "Host: shop.example", "Connection: close"}, header...)
	if body != "" && !strings.Contains(strings.Join(header, ""), "chunked") {
		lines = append(lines, fmt.Sprintf("Content-Length: %d", len(body)))
	}
	return strings.Join(lines, "\r\n") + "\r\n\r\n" + body
}

// What a handler does with its writer and request has the effect that it has without
// telemetry, to the byte.
func TestHandlersAsPlain(t *testing.T) {
	for _, c := range []struct {
		claim   string
		request string
		handler func(w http.ResponseWriter, r *http.Request) string // returns what it saw
		answer  string                                              // is in the response
		saw     string
	}{
		{"a body that is too large closes the connection",
			"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n" + strings.Repeat("x", 100),
			func(w http.ResponseWriter, r *http.Request) string {
				_, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 10))
				return err.Error()
			}, "Connection: close", "http: request body too large"},
		{"a request that the handler changes is the server's",
			request("HEAD /", ""),
			func(w http.ResponseWriter, r *http.Request) string {
				r.Method = "GET" // as middleware for method overrides does
				_, _ = io.WriteString(w, "body")
				return ""
			}, "\r\n\r\nbody", ""},
		{"a body that the handler replaces is the server's",
			"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n" + strings.Repeat("x", 300000) + request("GET /", ""),
			func(w http.ResponseWriter, r *http.Request) string {
				r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
				return ""
			}, "200 OK", ""},
		{"a response controller reaches the connection",
			request("GET /", ""),
			func(w http.ResponseWriter, _ *http.Request) string {
				c := http.NewResponseController(w)
				_, _ = io.WriteString(w, "flushed")
				return fmt.Sprint(errors.Join(c.EnableFullDuplex(), c.Flush()))
			}, "Transfer-Encoding: chunked\r\n\r\n7\r\nflushed\r\n", "<nil>"},
		{"deadlines are those of the connection",
			request("POST /", "", "Content-Length: 3"),
			func(w http.ResponseWriter, r *http.Request) string {
				c := http.NewResponseController(w)
				if err := errors.Join(c.SetReadDeadline(time.Unix(1, 0)), c.SetWriteDeadline(time.Now().Add(time.Hour))); err != nil {
					return err.Error()
				}
				_, err := io.ReadAll(r.Body)
				return fmt.Sprint(errors.Is(err, os.ErrDeadlineExceeded))
			}, "200 OK", "true"},
		{"a write after a copy writes no second header",
			request("GET /", ""),
			func(w http.ResponseWriter, _ *http.Request) string {
				_, err := io.Copy(w, strings.NewReader("content"))
				_, _ = io.WriteString(w, "s")
				return fmt.Sprint(err)
			}, "contents", "<nil>"},
		{"events are sent one by one",
			request("GET /", "", "Accept: text/event-stream"),
			func(w http.ResponseWriter, _ *http.Request) string {
				w.Header().Set("Content-Type", "text/event-stream")
				for i := range 3 {
					fmt.Fprintf(w, "data: %d\n\n", i)
					w.(http.Flusher).Flush()
				}
				return ""
			}, "9\r\ndata: 0\n\n\r\n9\r\ndata: 1\n\n\r\n", ""},
		{"a connection is taken over",
			request("GET /", "hello\n", "Upgrade: echo"),
			func(w http.ResponseWriter, _ *http.Request) string {
				c, rw, err := w.(http.Hijacker).Hijack()
				if err != nil {
					return err.Error()
				}
				defer func() { _ = c.Close() }()
				line, err := rw.ReadString('\n')
				_, _ = fmt.Fprintf(rw, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n\r\necho %s", line)
				_ = rw.Flush()
				return fmt.Sprint(err)
			}, "echo hello", "<nil>"},
		{"informational responses come before the one",
			request("GET /", ""),
			func(w http.ResponseWriter, _ *http.Request) string {
				w.Header().Set("Link", "</style.css>; rel=preload")
				w.WriteHeader(http.StatusEarlyHints)
				w.WriteHeader(http.StatusProcessing)
				w.WriteHeader(http.StatusNotFound)
				return ""
			}, "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\nHTTP/1.1 102 Processing", ""},
		{"a client that waits is told to go on when its body is read",
			request("POST /", "body", "Expect: 100-continue"),
			func(_ http.ResponseWriter, r *http.Request) string {
				b, err := io.ReadAll(r.Body)
				return fmt.Sprint(string(b), err)
			}, "100 Continue", "body<nil>"},
		{"trailers, announced or not, follow the body",
			request("POST /", "3\r\nabc\r\n0\r\nSum: 6\r\n\r\n", "Transfer-Encoding: chunked", "Trailer: Sum"),
			func(w http.ResponseWriter, r *http.Request) string {
				w.Header().Set("Trailer", "Md5")
				_, _ = io.Copy(w, r.Body)
				w.Header().Set("Md5", "1")
				w.Header().Set(http.TrailerPrefix+"Late", "2")
				return r.Trailer.Get("Sum")
			}, "0\r\nLate: 2\r\nMd5: 1\r\n\r\n", "6"},
		{"nothing is added to an empty response",
			request("GET /", ""),
			func(w http.ResponseWriter, _ *http.Request) string {
				w.WriteHeader(http.StatusNoContent)
				return fmt.Sprint(w.Write([]byte("x")))
			}, "204 No Content", "0 http: request method or response status code does not allow body"},
		{"the context is that of the server",
			request("GET /", ""),
			func(_ http.ResponseWriter, r *http.Request) string {
				_, server := r.Context().Value(http.ServerContextKey).(*http.Server)
				_, addr := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
				return fmt.Sprint(server, addr, r.Context().Err())
			}, "200 OK", "true true <nil>"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			seen := make(chan string, 2)
			s := serving(t, false, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header()["Date"] = nil
				seen <- c.handler(w, r)
			}))
			plain, saw := send(t, s, c.request), <-seen
			if !strings.Contains(plain, c.answer) || saw != c.saw {
				t.Errorf("without telemetry: %q, and the handler sees %q", plain, saw)
			}
			record(t)
			measure(t)
			if told, sees := send(t, s, c.request), <-seen; told != plain || sees != saw {
				t.Errorf("%q, and the handler sees %q; without telemetry %q and %q", told, sees, plain, saw)
			}
			if s.Close(); s.log.Len() > 0 {
				t.Errorf("the server logs %s", s.logs())
			}
		})
	}
}

// A client that goes away is told of, as the deprecated CloseNotifier and by the context.
func TestCloseNotify(t *testing.T) {
	record(t)
	measure(t)
	waiting, done := make(chan bool), make(chan bool)
	s := serving(t, false, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		gone := w.(http.CloseNotifier).CloseNotify() //nolint:staticcheck // as long as it is there
		waiting <- true
		<-gone
		<-r.Context().Done()
		close(done)
	}))
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	<-waiting
	_ = c.Close()
	<-done
}

// A countingListener counts the files that its connections are handed to send.
type countingListener struct {
	net.Listener
	files *atomic.Int32
}

func (l countingListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return countingConn{c, l.files}, err
}

type countingConn struct {
	net.Conn
	files *atomic.Int32
}

// ReadFrom is what the server hands a file to, for the system to send it.
func (c countingConn) ReadFrom(r io.Reader) (int64, error) {
	limited, ok := r.(*io.LimitedReader)
	if ok {
		r = limited.R
	}
	if _, ok := r.(*os.File); ok {
		c.files.Add(1)
	}
	return io.Copy(c.Conn, r)
}

// A file is sent by the system, in both directions: nothing stands between it and the
// connection.
func TestSendfile(t *testing.T) {
	record(t)
	measure(t)
	file := filepath.Join(t.TempDir(), "big")
	if err := os.WriteFile(file, make([]byte, 1<<20), 0o666); err != nil {
		t.Fatal(err)
	}
	var served, sent atomic.Int32
	s := serving(t, false, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		http.ServeFile(w, r, file)
	}), func(s *httptest.Server) { s.Listener = countingListener{s.Listener, &served} })
	body, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, addr)
		return countingConn{c, &sent}, err
	}}
	req, err := http.NewRequestWithContext(t.Context(), "POST", s.URL, body)
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = 1 << 20
	res, err := (&http.Client{Transport: woven{transport}}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, res); len(got) != 1<<20 {
		t.Errorf("%d bytes arrive", len(got))
	}
	if served.Load() != 1 || sent.Load() != 1 {
		t.Errorf("the system sends %d files of the server and %d of the client", served.Load(), sent.Load())
	}
}

// Connections that switch protocols pass through a reverse proxy, in both directions, and
// can be closed for writing alone.
func TestUpgrade(t *testing.T) {
	recorder := record(t)
	measure(t)
	backend := serving(t, false, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		c, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = c.Close() }()
		_, _ = rw.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		_ = rw.Flush()
		line, _ := rw.ReadString('\n')
		_, _ = rw.WriteString("echo " + line)
		_ = rw.Flush()
	}))
	u, err := url.Parse(backend.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(u)
	proxy.Transport = woven{&http.Transport{}}
	s := serving(t, false, proxy)
	req, err := http.NewRequestWithContext(t.Context(), "GET", s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Connection", "Upgrade")
	req.Header.Set("Upgrade", "echo")
	plain, err := (&http.Transport{}).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = plain.Body.Close()
	res, err := wovenClient().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprintf("%T", res.Body), fmt.Sprintf("%T", plain.Body); got != want {
		t.Errorf("the body is a %s, not a %s", got, want)
	}
	conn := res.Body.(io.ReadWriteCloser)
	if _, err := io.WriteString(conn, "hello\n"); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(conn).ReadString('\n'); line != "echo hello\n" {
		t.Errorf("the answer is %q, %v", line, err)
	}
	_ = conn.Close()
	// Two requests through the proxy, two spans of it and two of the backend each, and
	// the client's.
	for _, span := range ended(t, recorder, 7) {
		if span.Name() != "GET" {
			t.Errorf("span %s", span.Name())
		}
	}
}

// What a transport that the program has registered returns keeps its methods.
func TestBodiesKeepTheirMethods(t *testing.T) {
	recorder := record(t)
	tr := &http.Transport{}
	tr.RegisterProtocol("https", inMemory{})
	res, err := (&http.Client{Transport: woven{tr}}).Get("https://shop.example/")
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := res.Body.(io.WriterTo); !ok {
		t.Errorf("the body is a %T", res.Body)
	}
	ended(t, recorder, 1)
}

type inMemory struct{}

func (inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Request: r, Body: io.NopCloser(strings.NewReader("content"))}, nil
}

// A body that is none can be told by comparing.
func TestNoBody(t *testing.T) {
	recorder := record(t)
	s := serving(t, false, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }))
	res, err := wovenClient().Get(s.URL)
	if err != nil || res.Body != http.NoBody {
		t.Errorf("the body is a %T, %v", res.Body, err)
	}
	ended(t, recorder, 2)
}
