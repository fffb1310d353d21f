package hooks

import (
	"context"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	pb "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// The options are the program's, in their order, between ours; its slice is not written to,
// nor is there anything of ours behind its end, and one that is used again serves again.
func TestOptions(t *testing.T) {
	r := record(t)
	order := []string{}
	named := func(name string) grpc.ServerOption {
		return grpc.StatsHandler(watcher{tag: func(ctx context.Context, _ *stats.RPCTagInfo) context.Context {
			order = append(order, name)
			return ctx
		}})
	}
	backing := []grpc.ServerOption{named("a"), named("b"), nil, nil, nil}
	opts := backing[:2]
	for range 2 {
		p := newPair(t, &service{}, opts)
		if err := p.unary(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(order, []string{"a", "b", "a", "b"}) || backing[2] != nil || backing[3] != nil {
		t.Errorf("%v %v", order, backing)
	}
	if n := len(r.of(t, trace.SpanKindServer)); n != 2 {
		t.Errorf("%d spans of two servers", n)
	}
	for _, opts := range [][]grpc.ServerOption{nil, {}} {
		if all, _ := Server(opts); len(all) != 2 {
			t.Errorf("%d options", len(all))
		}
	}
	dials := make([]grpc.DialOption, 1, 5)
	dials[0] = grpc.WithUserAgent("mine")
	if all, _ := Client(dials); len(all) != 3 || all[1] != dials[0] || dials[:2][1] != nil {
		t.Errorf("%v", dials[:3])
	}
}

// The program sees of an RPC what it sees plain: metadata in both directions, the peer, the
// stream, errors; the trace is in what is sent and nowhere in what was given.
func TestTransparent(t *testing.T) {
	record(t)
	md := metadata.Pairs("mine", "1", "mine", "2", "traceparent", "mine")
	before := md.Copy()
	custom := &statusError{fields: []string{"not comparable"}}
	p := newPair(t, &service{call: func(ctx context.Context) error {
		got, _ := metadata.FromIncomingContext(ctx)
		if !slices.Equal(got["mine"], before["mine"]) || len(got["traceparent"]) != 1 || got["traceparent"][0] == "mine" {
			t.Errorf("the server got %v", got)
		}
		if grpc.ServerTransportStreamFromContext(ctx).Method() != "/grpc.testing.TestService/UnaryCall" {
			t.Error("another stream")
		}
		if err := grpc.SetTrailer(ctx, metadata.Pairs("end", "x")); err != nil {
			t.Error(err)
		}
		return *custom
	}}, nil)
	var trailer metadata.MD
	_, err := p.UnaryCall(metadata.NewOutgoingContext(t.Context(), md), &pb.SimpleRequest{}, grpc.Trailer(&trailer))
	p.stop()
	if status.Code(err) != codes.DataLoss || !slices.Equal(trailer["end"], []string{"x"}) {
		t.Errorf("%v %v", err, trailer)
	}
	if len(md) != len(before) || md["traceparent"][0] != "mine" {
		t.Errorf("the program's metadata is %v", md)
	}
}

// statusError is an error with a status, whose values can not be compared.
type statusError struct{ fields []string }

// Error implements error.
func (e statusError) Error() string { return strings.Join(e.fields, "\xff") }

// GRPCStatus is how gRPC knows it.
func (e statusError) GRPCStatus() *status.Status { return status.New(codes.DataLoss, "a\xff") }

// Without a provider nothing is sent and nothing recorded, and our handlers neither allocate
// nor change a context. One that is set later is found by the servers and connections that
// there are, and so is the next one; one that makes nothing is none.
func TestProviders(t *testing.T) {
	tp, mp := otel.GetTracerProvider(), otel.GetMeterProvider()
	defer func() {
		otel.SetTracerProvider(tp)
		otel.SetMeterProvider(mp)
	}()
	sent := 0
	p := newPair(t, &service{call: func(ctx context.Context) error {
		md, _ := metadata.FromIncomingContext(ctx)
		sent = len(md["traceparent"])
		return nil
	}}, nil)
	call := func() {
		t.Helper()
		if _, err := p.UnaryCall(t.Context(), &pb.SimpleRequest{}); err != nil {
			t.Fatal(err)
		}
	}
	call()
	for range 2 {
		r := record(t)
		call()
		if len(r.of(t, trace.SpanKindClient)) != 1 || sent != 1 {
			t.Error("the provider is not found")
		}
		if _, points := r.points(t, "rpc.client.call.duration"); len(points) != 1 || points[0].Count != 1 {
			t.Errorf("metrics: %v", points)
		}
	}
	otel.SetTracerProvider(noop.NewTracerProvider())
	otel.SetMeterProvider(metricnoop.NewMeterProvider())
	if call(); sent != 0 {
		t.Error("something is sent without a provider")
	}
}

// With a meter provider alone there are metrics, and nothing is sent.
func TestMetricsAlone(t *testing.T) {
	r := record(t)
	otel.SetTracerProvider(noop.NewTracerProvider())
	p := newPair(t, &service{call: func(ctx context.Context) error {
		if md, _ := metadata.FromIncomingContext(ctx); len(md["traceparent"]) != 0 {
			t.Errorf("sent: %v", md)
		}
		return nil
	}}, nil)
	own, span := sdktrace.NewTracerProvider().Tracer("mine").Start(t.Context(), "mine") // of another provider
	err := p.unary(own)
	if _, points := r.points(t, "rpc.server.call.duration"); err != nil || len(points) != 1 || len(r.Started()) != 0 {
		t.Errorf("%v: %v", err, points)
	}
	if s := span.(sdktrace.ReadOnlySpan); !s.EndTime().IsZero() || len(s.Attributes()) != 0 {
		t.Error("the caller's span was written to")
	}
}

// TestFastPath runs in a process without a provider: our handlers do not allocate, and change
// nothing.
func TestFastPath(t *testing.T) {
	if os.Getenv("GRPC_HOOKS_PLAIN") == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestFastPath$")
		cmd.Env = append(os.Environ(), "GRPC_HOOKS_PLAIN=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	f, l := first{side: servers}, &last{side: servers}
	ctx, info, end := t.Context(), &stats.RPCTagInfo{FullMethodName: "/a/B"}, &stats.End{}
	if n := testing.AllocsPerRun(100, func() {
		if l.TagRPC(f.TagRPC(ctx, info), info) != ctx {
			t.Error("another context")
		}
		f.HandleRPC(ctx, end)
		l.HandleRPC(ctx, end)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// The switch leaves the options alone.
func TestOff(t *testing.T) {
	defer func(was bool) { on = was }(on)
	on = false
	opts, dials := []grpc.ServerOption{grpc.MaxRecvMsgSize(1)}, []grpc.DialOption{grpc.WithUserAgent("mine")}
	if all, made := Server(opts); &all[0] != &opts[0] || len(all) != 1 || made != nil {
		t.Error("the server's options")
	}
	if all, made := Client(dials); &all[0] != &dials[0] || len(all) != 1 || made != nil {
		t.Error("the connection's options")
	}
}

// What is exported, over a connection of the program's or with otelsdk's mark, is not told of,
// nor what arrives as an export; the stream whose context it has is not ended by it.
func TestExports(t *testing.T) {
	r := record(t)
	p := newPair(t, &service{}, nil)
	stream, err := p.FullDuplexCall(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UnaryCall(telemetry.Untraced(stream.Context()), &pb.SimpleRequest{}); err != nil {
		t.Fatal(err)
	}
	_ = p.conn.Invoke(stream.Context(), "/opentelemetry.proto.collector.trace.v1.TraceService/Export", &pb.Empty{}, &pb.Empty{})
	for _, s := range r.Ended() {
		if s.SpanKind() == trace.SpanKindClient {
			t.Errorf("%s has ended", s.Name())
		}
	}
	_ = stream.CloseSend()
	_, _ = stream.Recv()
	p.stop()
	if s := r.one(t, trace.SpanKindClient); !strings.HasSuffix(s.Name(), "FullDuplexCall") {
		t.Errorf("%s is told of", s.Name())
	}
	for _, s := range r.of(t, trace.SpanKindServer) {
		if strings.Contains(s.Name(), "Export") {
			t.Errorf("%s is told of", s.Name())
		}
	}
}

// A connection that is made inside of the SDK is left alone, and a call that is made there
// waits for nobody: the SDK holds its lock while it asks for a value.
func TestInside(t *testing.T) {
	l, plain := listen(t), grpc.NewServer()
	pb.RegisterTestServiceServer(plain, &service{})
	go func() { _ = plain.Serve(l) }()
	defer plain.Stop()
	client := pb.NewTestServiceClient(wovenClient(t, l.Addr().String()))
	reader := sdkmetric.NewManualReader()
	mp, was := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)), otel.GetMeterProvider()
	otel.SetMeterProvider(mp)
	defer otel.SetMeterProvider(was)
	asked := false
	if _, err := mp.Meter("mine").Int64ObservableGauge("mine", metric.WithInt64Callback(func(ctx context.Context, _ metric.Int64Observer) error {
		asked = true
		if all, made := Client(nil); len(all) != 0 || made != nil {
			t.Error("a connection of the SDK's is woven")
		}
		_, err := client.UnaryCall(ctx, &pb.SimpleRequest{})
		return err
	})); err != nil {
		t.Fatal(err)
	}
	var got metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &got); err != nil || !asked {
		t.Error(err)
	}
}

// Calls of one connection at once.
func TestConcurrent(t *testing.T) {
	r := record(t)
	p := newPair(t, &service{}, nil)
	errs := make(chan error)
	for range 50 {
		go func() {
			_, err := p.UnaryCall(t.Context(), &pb.SimpleRequest{})
			errs <- err
		}()
	}
	for range 50 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	p.stop()
	if c, s := len(r.of(t, trace.SpanKindClient)), len(r.of(t, trace.SpanKindServer)); c != 50 || s != 50 {
		t.Errorf("%d client spans, %d server spans", c, s)
	}
}

// What a call costs, plain, woven without providers and with them.
func BenchmarkUnary(b *testing.B) {
	for _, c := range []struct {
		name   string
		woven  bool
		traced bool
	}{{"plain", false, false}, {"woven", true, false}, {"traced", true, true}} {
		b.Run(c.name, func(b *testing.B) {
			if c.traced {
				tp, mp := otel.GetTracerProvider(), otel.GetMeterProvider()
				otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithBatcher(tracetest.NewNoopExporter())))
				otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader())))
				defer otel.SetTracerProvider(tp)
				defer otel.SetMeterProvider(mp)
			}
			defer func(was bool) { on = was }(on)
			on = c.woven
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				b.Fatal(err)
			}
			s := wovenServer()
			pb.RegisterTestServiceServer(s, &service{})
			go func() { _ = s.Serve(l) }()
			defer s.Stop()
			client := pb.NewTestServiceClient(wovenClient(b, l.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials())))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := client.UnaryCall(b.Context(), &pb.SimpleRequest{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
