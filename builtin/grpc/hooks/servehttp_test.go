package hooks

import (
	"context"
	"net/http"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	pb "google.golang.org/grpc/interop/grpc_testing"

	nethttp "github.com/goweaver/weaver/builtin/nethttp/hooks"
	"github.com/goweaver/weaver/instrument/hook"
)

// serveHTTP serves h by HTTP/2 without TLS as in woven code, and returns the address. The
// server is closed when the test ends.
func serveHTTP(t *testing.T, h http.Handler) string {
	l := listen(t)
	s := &http.Server{Protocols: &http.Protocols{}, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if end := nethttp.Serve(w, r); end != nil {
			defer func() { end(hook.Returned, hook.Panic{}) }()
		}
		h.ServeHTTP(w, r)
	})}
	s.Protocols.SetHTTP1(true)
	s.Protocols.SetUnencryptedHTTP2(true)
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	return l.Addr().String()
}

// An RPC that net/http serves has one server span and one duration, which are the RPC's, also
// where the program's own otelgrpc makes them. A request that is none is told of as ever.
func TestServeHTTP(t *testing.T) {
	for _, own := range []bool{false, true} {
		r := record(t)
		var opts []grpc.ServerOption
		if own {
			opts = append(opts, grpc.StatsHandler(marking{otelgrpc.NewServerHandler(), OwnServer}))
		}
		s := wovenServer(opts...)
		pb.RegisterTestServiceServer(s, &service{})
		addr := serveHTTP(t, s)
		conn := wovenClient(t, addr)
		if _, err := pb.NewTestServiceClient(conn).UnaryCall(t.Context(), &pb.SimpleRequest{}); err != nil {
			t.Fatal(err)
		}
		res, err := http.Get("http://" + addr + "/")
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		s.GracefulStop()
		names := map[string]bool{}
		for _, span := range r.Ended() {
			if span.SpanKind() == trace.SpanKindServer {
				names[span.Name()] = true
			}
		}
		if len(names) != 2 || !names["grpc.testing.TestService/UnaryCall"] || !names["GET"] {
			t.Errorf("%v", names)
		}
		if _, points := r.points(t, "http.server.request.duration"); len(points) != 1 || texts(t, points[0].Attributes.ToSlice())["http.request.method"] != "GET" {
			t.Errorf("%v", points)
		}
		if _, points := r.points(t, "rpc.server.call.duration"); len(points) != 1 {
			t.Errorf("%v", points)
		}
	}
}

// Of a server that net/http serves, methods are known that it has got since it serves; of
// another one there are none.
func TestLateMethods(t *testing.T) {
	const method = "/grpc.testing.TestService/UnaryCall"
	byHTTP := context.WithValue(t.Context(), http.ServerContextKey, &http.Server{})
	s := wovenServer()
	m := &methods{server: s}
	if m.has(byHTTP, method) {
		t.Error("there is no service")
	}
	pb.RegisterTestServiceServer(s, &service{})
	if m.has(t.Context(), method) {
		t.Error("what gRPC's own server serves does not change")
	}
	if !m.has(byHTTP, method) || !m.has(t.Context(), method) {
		t.Error("the service is not found")
	}
}
