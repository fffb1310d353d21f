package hooks

import (
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	otelcodes "go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	pb "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
)

// Calls of each kind, with each kind of end, have a client span and a server span below it,
// with the attributes of the conventions, and a duration on each side. What the client is to
// blame for is no failure of the server.
func TestCalls(t *testing.T) {
	calls := map[string]func(*pair, context.Context) error{
		"UnaryCall": func(p *pair, ctx context.Context) error {
			_, err := p.UnaryCall(ctx, &pb.SimpleRequest{})
			return err
		},
		"StreamingOutputCall": func(p *pair, ctx context.Context) error {
			s, err := p.StreamingOutputCall(ctx, &pb.StreamingOutputCallRequest{})
			for err == nil {
				_, err = s.Recv()
			}
			return err
		},
		"FullDuplexCall": func(p *pair, ctx context.Context) error {
			s, err := p.FullDuplexCall(ctx)
			if err == nil {
				err = errors.Join(s.Send(&pb.StreamingOutputCallRequest{}), s.CloseSend())
			}
			for err == nil {
				_, err = s.Recv()
			}
			return err
		},
	}
	for method, call := range calls {
		for _, end := range []struct {
			err              error
			name             string
			onClient, onSide bool // whether it has failed
		}{
			{nil, "OK", false, false},
			{status.Error(codes.NotFound, "no such thing"), "NOT_FOUND", true, false},
			{status.Error(codes.Internal, "broken"), "INTERNAL", true, true},
			{errors.New("no status"), "UNKNOWN", true, true},
			{status.Error(codes.Canceled, "no more"), "CANCELLED", true, false},
		} {
			t.Run(method+" "+end.name, func(t *testing.T) {
				r := record(t)
				p := newPair(t, &service{call: func(context.Context) error { return end.err }}, nil)
				err := call(p, t.Context())
				if err != nil && status.Code(err) != status.Code(end.err) && err != io.EOF { //nolint:errorlint // as it is returned
					t.Fatal(err)
				}
				p.stop()

				client, server := r.one(t, trace.SpanKindClient), r.one(t, trace.SpanKindServer)
				if server.Parent().SpanID() != client.SpanContext().SpanID() || server.Parent().TraceID() != client.SpanContext().TraceID() || !server.Parent().IsRemote() {
					t.Error("the server's span is not below the client's")
				}
				host, port, _ := strings.Cut(p.addr, ":")
				for side, s := range map[string]sdktrace.ReadOnlySpan{"client": client, "server": server} {
					failed := end.onClient && side == "client" || end.onSide && side == "server"
					has := conventional(t, s)
					if has["rpc.method"] != "grpc.testing.TestService/"+method || has["rpc.response.status_code"] != end.name ||
						has["server.address"] != host || has["server.port"] != port ||
						has["network.peer.address"] != host || has["network.peer.port"] == "" ||
						(has["error.type"] != "") != failed || (s.Status().Code == otelcodes.Error) != failed {
						t.Errorf("%s: %v %v", side, has, s.Status())
					}
					if s.InstrumentationScope().Name != otelgrpc.ScopeName || s.InstrumentationScope().Version != otelgrpc.Version {
						t.Errorf("%s: %v", side, s.InstrumentationScope())
					}
					m, points := r.points(t, "rpc."+side+".call.duration")
					if m.Unit != "s" || len(points) != 1 || points[0].Count != 1 {
						t.Fatalf("%s: %v", side, m)
					}
					if want := []float64{.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10}; !slices.Equal(points[0].Bounds, want) {
						t.Errorf("%s: %v", side, points[0].Bounds)
					}
					measured := texts(t, points[0].Attributes.ToSlice())
					want := map[string]string{"rpc.system.name": "grpc", "rpc.method": has["rpc.method"], "rpc.response.status_code": end.name}
					if side == "client" {
						want["server.address"], want["server.port"] = host, port
					}
					if failed {
						want["error.type"] = end.name
					}
					for k, v := range want {
						if measured[k] != v {
							t.Errorf("%s: %s is %q in the metrics", side, k, measured[k])
						}
					}
					if len(measured) != len(want) {
						t.Errorf("%s: the metrics have %v", side, measured)
					}
				}
			})
		}
	}
}

// A method that the server does not have is no method by the name that the client made up, of
// which no bytes come through that are no text.
func TestUnknownMethod(t *testing.T) {
	for _, method := range []string{"/no.Such/Thing", "/grpc.testing.TestService/Nothing", "/\xff/" + strings.Repeat("\xfe", 2*longest)} {
		r := record(t)
		p := newPair(t, &service{}, nil)
		for range 2 {
			if err := p.conn.Invoke(t.Context(), method, &pb.Empty{}, &pb.Empty{}); status.Code(err) != codes.Unimplemented {
				t.Fatal(err)
			}
		}
		p.stop()
		if n := len(r.of(t, trace.SpanKindServer)); n != 2 {
			t.Fatalf("%d spans", n)
		}
		has := conventional(t, r.of(t, trace.SpanKindServer)[0])
		original := has["rpc.method_original"]
		if has["rpc.method"] != "_OTHER" || has["error.type"] != "UNIMPLEMENTED" || !utf8.ValidString(original) ||
			utf8.ValidString(method) && original != method[1:] || len(original) > 3*longest {
			t.Errorf("%v", has)
		}
		_, points := r.points(t, "rpc.server.call.duration")
		if len(points) != 1 || points[0].Count != 2 || texts(t, points[0].Attributes.ToSlice())["rpc.method"] != "_OTHER" {
			t.Errorf("%v", points)
		}
		if name := r.of(t, trace.SpanKindClient)[0].Name(); name != strings.ToValidUTF8(method[1:], "\uFFFD") {
			t.Errorf("the client's span is %q", name)
		}
	}
}

// A server that takes whatever comes, as a proxy does, ends such an RPC itself.
func TestUnknownServiceHandler(t *testing.T) {
	r := record(t)
	p := newPair(t, &service{}, []grpc.ServerOption{grpc.UnknownServiceHandler(func(_ any, s grpc.ServerStream) error {
		if err := s.RecvMsg(&pb.Empty{}); err != nil {
			return err
		}
		return s.SendMsg(&pb.Empty{})
	})})
	if err := p.conn.Invoke(t.Context(), "/no.Such/Thing", &pb.Empty{}, &pb.Empty{}); err != nil {
		t.Fatal(err)
	}
	p.stop()
	has := conventional(t, r.one(t, trace.SpanKindServer))
	if has["rpc.method_original"] != "no.Such/Thing" || has["rpc.response.status_code"] != "OK" {
		t.Errorf("%v", has)
	}
}

// What the other side says that is no text is told as text, and the program gets it as it was.
func TestText(t *testing.T) {
	r := record(t)
	p := newPair(t, &service{call: func(context.Context) error { return status.Error(codes.Internal, "a\xffb") }}, nil)
	_ = p.unary(t.Context())
	if text := r.one(t, trace.SpanKindServer).Status().Description; text != "a\uFFFDb" {
		t.Errorf("the server's span says %q", text)
	}

	// gRPC's own server makes it valid, others do not.
	r = record(t)
	addr := serveHTTP(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // else the client may be told before it has sent
		w.Header().Set("Content-Type", "application/grpc")
		w.Header().Set("Grpc-Status", "13")
		w.Header().Set("Grpc-Message", "a%FFb")
	}))
	_, err := pb.NewTestServiceClient(wovenClient(t, addr)).UnaryCall(t.Context(), &pb.SimpleRequest{})
	if status.Convert(err).Message() != "a\xffb" {
		t.Errorf("the client got %q", status.Convert(err).Message())
	}
	if text := r.one(t, trace.SpanKindClient).Status().Description; text != "a\uFFFDb" {
		t.Errorf("the client's span says %q", text)
	}
}

// A call that its server refuses while it is being sent ends well by what gRPC tells handlers.
func TestRefusedEarly(t *testing.T) {
	for _, c := range []struct {
		name    string
		streams bool
		events  []stats.RPCStats
		want    otelcodes.Code
	}{
		{"without an answer", false, nil, otelcodes.Error},
		{"with one", false, []stats.RPCStats{&stats.InPayload{Client: true}}, otelcodes.Unset},
		{"a stream without one", true, nil, otelcodes.Unset},
	} {
		r := record(t)
		info, l := &stats.RPCTagInfo{FullMethodName: "/a/B"}, &last{side: clients}
		ctx := l.TagRPC(first{side: clients}.TagRPC(t.Context(), info), info)
		for _, e := range append(append([]stats.RPCStats{&stats.Begin{Client: true, IsServerStream: c.streams}}, c.events...), &stats.End{Client: true}) {
			l.HandleRPC(ctx, e)
		}
		if s := r.one(t, trace.SpanKindClient).Status(); s.Code != c.want {
			t.Errorf("%s: %v", c.name, s)
		}
	}
}

// A handler that ends its goroutine, or panics, has not answered.
func TestNotReturned(t *testing.T) {
	r := record(t)
	ctx, cancel := context.WithCancel(t.Context())
	r.onEnd = func(s sdktrace.ReadOnlySpan) {
		if s.SpanKind() == trace.SpanKindServer {
			cancel() // gRPC leaves the client waiting
		}
	}
	p := newPair(t, &service{call: func(context.Context) error {
		runtime.Goexit()
		return nil
	}}, nil)
	if err := p.unary(ctx); status.Code(err) != codes.Canceled {
		t.Fatal(err)
	}
	s := r.one(t, trace.SpanKindServer)
	if has := conventional(t, s); has["error.type"] != "UNKNOWN" || s.Status().Description != "the handler did not return" {
		t.Errorf("%v %v", has, s.Status())
	}
}

// An RPC whose client is gone when the handler returns without an error has not failed.
func TestClientGone(t *testing.T) {
	r := record(t)
	ctx, cancel := context.WithCancel(t.Context())
	p := newPair(t, &service{call: func(server context.Context) error {
		cancel()
		<-server.Done()
		return nil
	}}, nil)
	s, err := p.StreamingOutputCall(ctx, &pb.StreamingOutputCallRequest{})
	for err == nil {
		_, err = s.Recv()
	}
	p.stop()
	if has := conventional(t, r.one(t, trace.SpanKindServer)); has["error.type"] != "" {
		t.Errorf("%v", has)
	}
	if has := conventional(t, r.one(t, trace.SpanKindClient)); has["error.type"] != "CANCELLED" {
		t.Errorf("%v", has)
	}
}

// Each attempt of a retry policy has a span, and they have the same parent.
func TestRetry(t *testing.T) {
	r := record(t)
	failures := 2
	p := newPair(t, &service{call: func(context.Context) error {
		if failures--; failures >= 0 {
			return status.Error(codes.Unavailable, "not yet")
		}
		return nil
	}}, nil, grpc.WithDefaultServiceConfig(`{"methodConfig": [{"name": [{}], "retryPolicy": {"maxAttempts": 3,
		"initialBackoff": "0.001s", "maxBackoff": "0.001s", "backoffMultiplier": 1, "retryableStatusCodes": ["UNAVAILABLE"]}}]}`))
	if err := p.unary(t.Context()); err != nil {
		t.Fatal(err)
	}
	clients, servers := r.of(t, trace.SpanKindClient), r.of(t, trace.SpanKindServer)
	if len(clients) != 3 || len(servers) != 3 {
		t.Fatalf("%d client spans, %d server spans", len(clients), len(servers))
	}
	for i, want := range []string{"UNAVAILABLE", "UNAVAILABLE", "OK"} {
		if has := conventional(t, clients[i]); has["rpc.response.status_code"] != want {
			t.Errorf("attempt %d: %v", i, has)
		}
		if clients[i].Parent().IsValid() {
			t.Errorf("attempt %d is below another one", i)
		}
	}
}

// An RPC that finds no server has the address that it was for.
func TestNoServer(t *testing.T) {
	r := record(t)
	l := listen(t)
	_ = l.Close()
	conn := wovenClient(t, "passthrough:///"+l.Addr().String())
	if _, err := pb.NewTestServiceClient(conn).UnaryCall(t.Context(), &pb.SimpleRequest{}); status.Code(err) != codes.Unavailable {
		t.Fatal(err)
	}
	has := conventional(t, r.one(t, trace.SpanKindClient))
	if has["server.address"]+":"+has["server.port"] != l.Addr().String() || has["error.type"] != "UNAVAILABLE" {
		t.Errorf("%v", has)
	}
}

// The address of a server is that of the connection's target, before it is resolved.
func TestTarget(t *testing.T) {
	for target, want := range map[string]string{
		"example.com:443":                  "example.com:443",
		"dns://8.8.8.8/example.com:443":    "example.com:443",
		"dns:example.com":                  "example.com",
		"passthrough:///[::1]:80":          "[::1]:80",
		"unix:///run/a.sock":               "/run/a.sock",
		"unix:/run/a.sock":                 "/run/a.sock",
		"passthrough:///a\xff":             "a\uFFFD",
		"passthrough:///bufnet/with/a/way": "bufnet/with/a/way",
	} {
		opts, made := Client([]grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())})
		conn, err := grpc.NewClient(target, opts...)
		if err != nil {
			t.Fatal(err)
		}
		l := &last{side: clients}
		l.connects(conn)
		made(conn)
		if l.target == nil || l.target.String() != want {
			t.Errorf("%s: %v", target, l.target)
		}
		_ = conn.Close()
	}
	if _, made := Client(nil); made != nil {
		made(nil) // as of a target that can not be parsed
	}
	if a := target("nothing"); a != nil {
		t.Errorf("%v", a)
	}
}

// error.type of spans is what otelgrpc calls it in the metrics, for all codes there are.
func TestCodeName(t *testing.T) {
	for c := codes.Code(1); c < 18; c++ {
		r := record(t)
		p := newPair(t, &service{call: func(context.Context) error { return status.Error(c, "") }}, nil)
		_ = p.unary(t.Context())
		if has := conventional(t, r.one(t, trace.SpanKindClient)); has["error.type"] != codeName(c) {
			t.Errorf("%v: %v", c, has)
		}
		conventional(t, r.one(t, trace.SpanKindServer))
	}
}
