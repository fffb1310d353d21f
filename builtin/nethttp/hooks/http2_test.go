package hooks

// Clients of HTTP/2 in cleartext, and what hooks do about golang.org/x/net/http2.

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/h2c" //nolint:staticcheck // programs use it
)

// cleartext returns the handler of a server that speaks HTTP/2 in cleartext by package
// h2c, as woven code has it.
func cleartext(h http.Handler) http.Handler {
	return h2c.NewHandler(asServed(h), &http2.Server{}) //nolint:staticcheck // programs use it
}

// dialPlainly is what makes an http2.Transport speak in cleartext.
func dialPlainly(ctx context.Context, network, addr string, _ *tls.Config) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, network, addr)
}

// readUpgraded asks a server for HTTP/2 by an upgrade, and reads the response to that
// request.
func readUpgraded(t *testing.T, addr string) {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n\r\n")
	const switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
	got := make([]byte, len(switching))
	if _, err := io.ReadFull(c, got); err != nil || string(got) != switching {
		t.Fatalf("%q, %v", got, err)
	}
	_, _ = io.WriteString(c, http2.ClientPreface)
	f := http2.NewFramer(c, c)
	if err := f.WriteSettings(); err != nil {
		t.Fatal(err)
	}
	for {
		frame, err := f.ReadFrame()
		if err != nil {
			t.Fatal(err)
		}
		if h := frame.Header(); h.StreamID == 1 && h.Flags&http2.FlagDataEndStream != 0 {
			return
		}
	}
}

// net/http's own handler comes to Serve by itself.
func TestOwnHandlersAreNotServedTwice(t *testing.T) {
	if _, is := asServed(netHTTPHandler{http.NotFoundHandler()}).(netHTTPHandler); !is {
		t.Error("it is replaced")
	}
}

type netHTTPHandler struct{ http.Handler }

func (netHTTPHandler) BaseContext() context.Context { return context.Background() }

// A panic in a handler that x/net serves is that of the handler, nil ones too.
func TestServedPanics(t *testing.T) {
	t.Setenv("GODEBUG", "panicnil=1")
	recorder := record(t)
	for _, value := range []any{nil, "why"} {
		returned := true
		func() {
			defer func() {
				if got := recover(); got != value {
					t.Errorf("recovered %v", got)
				}
			}()
			returned = false
			served{http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(value) })}.
				ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
			returned = true
		}()
		if returned {
			t.Errorf("a panic with %v was swallowed", value)
		}
	}
	ended(t, recorder, 2)
}
