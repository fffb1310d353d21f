package hooks

import (
	"io"
	"net"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

// The address of the server is in a client's span and duration.
func TestServerAddress(t *testing.T) {
	spans, reader := record(t)
	op := begin(t.Context(), trace.SpanKindClient, nil, "A.B", peer(conn{addr: &net.TCPAddr{IP: net.IPv6loopback, Port: 80}})...)
	op.end("", "")
	var got metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	set := attribute.NewSet(spans.Ended()[0].Attributes()...)
	if p := got.ScopeMetrics[0].Metrics[0].Data.(metricdata.Histogram[float64]).DataPoints[0]; !p.Attributes.Equals(&set) ||
		!set.HasValue("server.address") || !set.HasValue("server.port") {
		t.Errorf("%v and %v", p.Attributes.ToSlice(), set.ToSlice())
	}
	if spans.Ended()[0].InstrumentationScope().SchemaURL != semconv.SchemaURL || got.ScopeMetrics[0].Scope.SchemaURL != semconv.SchemaURL {
		t.Error("the conventions are not said")
	}
}

// conn is a connection with that address.
type conn struct {
	io.Closer
	addr net.Addr
}

func (c conn) RemoteAddr() net.Addr { return c.addr }

// half is a connection of which only what net/rpc calls can be called.
type half struct{ net.Conn }

// The server's address is that of a network.
func TestPeer(t *testing.T) {
	pipe, _ := net.Pipe()
	for _, c := range []struct {
		conn io.Closer
		want string
	}{
		{conn{addr: &net.TCPAddr{IP: net.IPv6loopback, Port: 80}}, "::1 80"},
		{conn{addr: &net.UnixAddr{Name: "/run/a.sock"}}, "/run/a.sock"},
		{conn{addr: &net.UnixAddr{}}, ""},
		{conn{addr: (*net.TCPAddr)(nil)}, ""},
		{conn{}, ""},
		{half{}, ""},
		{pipe, ""},
		{io.NopCloser(nil), ""},
		{nil, ""},
	} {
		got := ""
		for i, a := range peer(c.conn) {
			got += []string{"", " "}[i] + a.Value.String()
		}
		if got != c.want {
			t.Errorf("%v: %q, want %q", c.conn, got, c.want)
		}
	}
}
