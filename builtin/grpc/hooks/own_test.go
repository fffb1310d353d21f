package hooks

import (
	"context"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
	"google.golang.org/grpc"
	pb "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/stats/opentelemetry"
)

// marking is an otelgrpc handler in woven code, where its TagRPC calls the hook.
type marking struct {
	stats.Handler
	hook func(context.Context)
}

// TagRPC implements [stats.Handler].
func (m marking) TagRPC(ctx context.Context, info *stats.RPCTagInfo) context.Context {
	m.hook(ctx)
	return m.Handler.TagRPC(ctx, info)
}

// copying is a wrapper of the program's around a handler, which tells that of another RPC.
type copying struct{ stats.Handler }

// TagRPC implements [stats.Handler].
func (c copying) TagRPC(ctx context.Context, info *stats.RPCTagInfo) context.Context {
	other := *info
	return c.Handler.TagRPC(ctx, &other)
}

// What the program's own otelgrpc tells of an RPC is all that is told, be it nothing. Each
// side is decided alone.
func TestOwnHandler(t *testing.T) {
	mine := otelgrpc.WithSpanAttributes(attribute.Bool("mine", true))
	// Their providers are looked up when they are made.
	ownServer := func(opts ...otelgrpc.Option) func() stats.Handler {
		return func() stats.Handler { return marking{otelgrpc.NewServerHandler(append(opts, mine)...), OwnServer} }
	}
	ownClient := func(opts ...otelgrpc.Option) func() stats.Handler {
		return func() stats.Handler { return marking{otelgrpc.NewClientHandler(append(opts, mine)...), OwnClient} }
	}
	wrapped := func(own func() stats.Handler) func() stats.Handler {
		return func() stats.Handler { return copying{own()} }
	}
	plain := func() stats.Handler { return watcher{} }
	nothing := otelgrpc.WithFilter(func(*stats.RPCTagInfo) bool { return false })
	nobody := otelgrpc.WithTracerProvider(noop.NewTracerProvider())
	for _, c := range []struct {
		name           string
		server, client func() stats.Handler
		want           [2]string // of the server, of the client: "ours", "mine" or ""
	}{
		{"none", plain, plain, [2]string{"ours", "ours"}},
		{"on the server", ownServer(), plain, [2]string{"mine", "ours"}},
		{"on the client", plain, ownClient(), [2]string{"ours", "mine"}},
		{"on both", ownServer(), ownClient(), [2]string{"mine", "mine"}},
		{"filtered", ownServer(nothing), ownClient(nothing), [2]string{"", ""}},
		{"of another provider", ownServer(nobody), ownClient(nobody), [2]string{"", ""}},
		{"wrapped", wrapped(ownServer(nothing)), wrapped(ownClient(nothing)), [2]string{"", ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := record(t)
			p := newPair(t, &service{}, []grpc.ServerOption{grpc.StatsHandler(c.server())}, grpc.WithStatsHandler(c.client()))
			if err := p.unary(t.Context()); err != nil {
				t.Fatal(err)
			}
			for i, kind := range []trace.SpanKind{trace.SpanKindServer, trace.SpanKindClient} {
				if got := whose(r.of(t, kind)); got != c.want[i] {
					t.Errorf("%v: %q", kind, got)
				}
			}
			for _, side := range []string{"server", "client"} {
				if _, points := r.points(t, "rpc."+side+".call.duration"); len(points) > 1 || (len(points) == 1 && points[0].Count != 1) {
					t.Errorf("%s: %v", side, points)
				}
			}
		})
	}
}

// whose says by whom the only one of spans was made.
func whose(spans []sdktrace.ReadOnlySpan) string {
	switch {
	case len(spans) == 0:
		return ""
	case len(spans) > 1:
		return "both"
	}
	for _, a := range spans[0].Attributes() {
		if a.Key == "mine" {
			return "mine"
		}
	}
	return "ours"
}

// So it is with a handler of the program's own that opens a span, whatever that is called,
// and finds it in the context afterwards; gRPC's own plugin is one.
func TestOwnSpan(t *testing.T) {
	r := record(t)
	opening := watcher{
		tag: func(ctx context.Context, _ *stats.RPCTagInfo) context.Context {
			ctx, _ = otel.Tracer("mine").Start(ctx, "mine")
			return ctx
		},
		handle: func(ctx context.Context, rs stats.RPCStats) {
			if _, ok := rs.(*stats.End); ok {
				trace.SpanFromContext(ctx).End()
			}
		},
	}
	p := newPair(t, &service{}, []grpc.ServerOption{grpc.StatsHandler(opening)}, grpc.WithStatsHandler(opening))
	if err := p.unary(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(r.of(t, trace.SpanKindInternal)); n != 2 || len(r.Ended()) != 2 {
		t.Errorf("%d of %d spans are the program's", n, len(r.Ended()))
	}

	r = record(t)
	tracing := opentelemetry.Options{}
	tracing.TraceOptions.TracerProvider = otel.GetTracerProvider()
	tracing.TraceOptions.TextMapPropagator = otel.GetTextMapPropagator()
	p = newPair(t, &service{}, []grpc.ServerOption{opentelemetry.ServerOption(tracing)}, opentelemetry.DialOption(tracing))
	if err := p.unary(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, s := range r.Ended() {
		if s.InstrumentationScope().Name == otelgrpc.ScopeName {
			t.Errorf("there is a span %s beside those of gRPC's own plugin", s.Name())
		}
	}
}

// A handler that opens no span is given an RPC's own at its events, and the caller's before.
func TestOtherHandlers(t *testing.T) {
	r := record(t)
	ctx, caller := otel.Tracer("mine").Start(t.Context(), "caller")
	var tagged, ended trace.SpanContext
	p := newPair(t, &service{}, nil, grpc.WithStatsHandler(watcher{
		tag: func(ctx context.Context, _ *stats.RPCTagInfo) context.Context {
			tagged = trace.SpanContextFromContext(ctx)
			return ctx
		},
		handle: func(ctx context.Context, rs stats.RPCStats) {
			if _, ok := rs.(*stats.End); ok {
				ended = trace.SpanContextFromContext(ctx)
			}
		},
	}))
	err := p.unary(ctx)
	caller.End()
	if s := r.one(t, trace.SpanKindClient); err != nil || !tagged.Equal(caller.SpanContext()) || !ended.Equal(s.SpanContext()) {
		t.Errorf("%v: %v, then %v", err, tagged, ended)
	}
}

// An interceptor of the program's that opens a client span and sends it is its own
// instrumentation; one that opens a span of another kind, or sends nothing, is not.
func TestOwnInterceptor(t *testing.T) {
	for _, c := range []struct {
		kind trace.SpanKind
		send bool
		want int // spans of ours
	}{
		{trace.SpanKindClient, true, 0}, {trace.SpanKindClient, false, 1}, {trace.SpanKindInternal, true, 1},
	} {
		r := record(t)
		p := newPair(t, &service{}, nil, grpc.WithUnaryInterceptor(func(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
			ctx, span := otel.Tracer("mine").Start(ctx, "mine", trace.WithSpanKind(c.kind))
			defer span.End()
			if c.send {
				md := metadata.MD{}
				otel.GetTextMapPropagator().Inject(ctx, carrier(md))
				ctx = metadata.NewOutgoingContext(ctx, md)
			}
			return invoke(ctx, method, req, reply, cc, opts...)
		}))
		if err := p.unary(t.Context()); err != nil {
			t.Fatal(err)
		}
		ours := 0
		for _, s := range r.of(t, trace.SpanKindClient) {
			if s.Name() != "mine" {
				ours++
			}
		}
		if ours != c.want || len(r.of(t, trace.SpanKindServer)) != 1 {
			t.Errorf("%+v: %d", c, ours)
		}
	}
}

// What a server calls in the context of an RPC that its own otelgrpc tells of, and what is
// called in the context of a stream, is told of.
func TestCallsInside(t *testing.T) {
	r := record(t)
	back := newPair(t, &service{}, nil)
	front := newPair(t, &service{call: func(ctx context.Context) error {
		_, err := back.UnaryCall(ctx, &pb.SimpleRequest{})
		return err
	}}, []grpc.ServerOption{grpc.StatsHandler(marking{otelgrpc.NewServerHandler(), OwnServer})})
	if err := front.unary(t.Context()); err != nil {
		t.Fatal(err)
	}
	back.stop()
	if c, s := len(r.of(t, trace.SpanKindClient)), len(r.of(t, trace.SpanKindServer)); c != 2 || s != 2 {
		t.Errorf("%d client spans, %d server spans", c, s)
	}

	for _, name := range []string{"ours", "mine"} {
		r := record(t)
		var dial []grpc.DialOption
		if name == "mine" {
			dial = append(dial, grpc.WithStatsHandler(marking{otelgrpc.NewClientHandler(), OwnClient}))
		}
		back, front := newPair(t, &service{}, nil), newPair(t, &service{}, nil, dial...)
		stream, err := front.FullDuplexCall(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		// The context of the stream has its metadata, which has the stream's span in it.
		if _, err := back.UnaryCall(stream.Context(), &pb.SimpleRequest{}); err != nil {
			t.Fatal(err)
		}
		if err := stream.CloseSend(); err != nil {
			t.Fatal(err)
		}
		_, _ = stream.Recv()
		front.stop()
		back.stop()
		clients := r.of(t, trace.SpanKindClient)
		if len(clients) != 2 || len(r.of(t, trace.SpanKindServer)) != 2 || clients[0].Parent().SpanID() != clients[1].SpanContext().SpanID() {
			t.Errorf("%s: %v", name, clients)
		}
	}
}
