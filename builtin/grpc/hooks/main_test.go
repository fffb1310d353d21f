package hooks

// What the tests share: servers and connections made as in woven code, a service, and what was
// recorded.

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	pb "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/stats"
)

// A service answers calls of every kind.
type service struct {
	pb.UnimplementedTestServiceServer
	call func(ctx context.Context) error // nil: there is no error
}

func (s *service) do(ctx context.Context) error {
	if s.call == nil {
		return nil
	}
	return s.call(ctx)
}

// UnaryCall implements [pb.TestServiceServer].
func (s *service) UnaryCall(ctx context.Context, _ *pb.SimpleRequest) (*pb.SimpleResponse, error) {
	return &pb.SimpleResponse{Username: "u"}, s.do(ctx)
}

// StreamingOutputCall implements [pb.TestServiceServer].
func (s *service) StreamingOutputCall(_ *pb.StreamingOutputCallRequest, out pb.TestService_StreamingOutputCallServer) error {
	for range 3 {
		if err := out.Send(&pb.StreamingOutputCallResponse{}); err != nil {
			return err
		}
	}
	return s.do(out.Context())
}

// FullDuplexCall implements [pb.TestServiceServer].
func (s *service) FullDuplexCall(both pb.TestService_FullDuplexCallServer) error {
	for {
		_, err := both.Recv()
		if err == io.EOF { //nolint:errorlint // as the documentation has it
			return s.do(both.Context())
		}
		if err != nil {
			return err
		}
		if err := both.Send(&pb.StreamingOutputCallResponse{}); err != nil {
			return err
		}
	}
}

// listen returns a listener that is closed when the test ends.
func listen(t testing.TB) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// wovenServer is grpc.NewServer in woven code.
func wovenServer(opts ...grpc.ServerOption) *grpc.Server {
	opts, made := Server(opts)
	s := grpc.NewServer(opts...)
	if made != nil {
		made(s)
	}
	return s
}

// wovenClient is grpc.NewClient in woven code.
func wovenClient(t testing.TB, target string, opts ...grpc.DialOption) *grpc.ClientConn {
	opts, made := Client(append([]grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())}, opts...))
	c, err := grpc.NewClient(target, opts...)
	if made != nil {
		made(c)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// A pair is a server of the service and a connection to it.
type pair struct {
	pb.TestServiceClient
	conn   *grpc.ClientConn
	server *grpc.Server
	addr   string
}

func newPair(t testing.TB, s *service, opts []grpc.ServerOption, dial ...grpc.DialOption) *pair {
	l := listen(t)
	p := &pair{server: wovenServer(opts...), addr: l.Addr().String()}
	pb.RegisterTestServiceServer(p.server, s)
	go func() { _ = p.server.Serve(l) }()
	t.Cleanup(p.server.Stop)
	p.conn = wovenClient(t, p.addr, dial...)
	p.TestServiceClient = pb.NewTestServiceClient(p.conn)
	return p
}

// unary makes a call and waits until the server is done with it.
func (p *pair) unary(ctx context.Context) error {
	_, err := p.UnaryCall(ctx, &pb.SimpleRequest{})
	p.stop()
	return err
}

// stop waits for all handlers, so that what they are told of has ended.
func (p *pair) stop() {
	_ = p.conn.Close()
	p.server.GracefulStop()
}

// A recorder has all spans and metrics of a test.
type recorder struct {
	*tracetest.SpanRecorder
	reader sdkmetric.Reader
	mu     sync.Mutex
	onEnd  func(sdktrace.ReadOnlySpan)
}

// OnEnd implements [sdktrace.SpanProcessor].
func (r *recorder) OnEnd(s sdktrace.ReadOnlySpan) {
	r.SpanRecorder.OnEnd(s)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.onEnd != nil {
		r.onEnd(s)
	}
}

// record gives the process providers and a propagator until the test ends.
func record(t testing.TB) *recorder {
	r := &recorder{SpanRecorder: tracetest.NewSpanRecorder(), reader: sdkmetric.NewManualReader()}
	tp, mp, p := otel.GetTracerProvider(), otel.GetMeterProvider(), otel.GetTextMapPropagator()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r)))
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(r.reader)))
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	t.Cleanup(func() {
		otel.SetTracerProvider(tp)
		otel.SetMeterProvider(mp)
		otel.SetTextMapPropagator(p)
	})
	return r
}

// of returns the spans of a kind, and fails where one does not end: a client has its answer
// before the server's span ends.
func (r *recorder) of(t testing.TB, kind trace.SpanKind) []sdktrace.ReadOnlySpan {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); len(r.Started()) != len(r.Ended()) && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	if len(r.Started()) != len(r.Ended()) {
		t.Errorf("%d spans were started, %d have ended", len(r.Started()), len(r.Ended()))
	}
	var all []sdktrace.ReadOnlySpan
	for _, s := range r.Ended() {
		if s.SpanKind() == kind {
			all = append(all, s)
		}
	}
	return all
}

// one returns the only span of a kind.
func (r *recorder) one(t testing.TB, kind trace.SpanKind) sdktrace.ReadOnlySpan {
	t.Helper()
	all := r.of(t, kind)
	if len(all) != 1 {
		t.Fatalf("%d spans of kind %v", len(all), kind)
	}
	return all[0]
}

// points returns what was recorded by the histogram of that name.
func (r *recorder) points(t testing.TB, name string) (metricdata.Metrics, []metricdata.HistogramDataPoint[float64]) {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := r.reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	for _, s := range all.ScopeMetrics {
		for _, m := range s.Metrics {
			if m.Name == name {
				return m, m.Data.(metricdata.Histogram[float64]).DataPoints
			}
		}
	}
	return metricdata.Metrics{}, nil
}

// texts returns attributes as text, and fails where one is there twice.
func texts(t testing.TB, attrs []attribute.KeyValue) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, a := range attrs {
		if _, twice := all[string(a.Key)]; twice {
			t.Errorf("%s is there twice", a.Key)
		}
		all[string(a.Key)] = a.Value.String()
	}
	return all
}

// conventional checks a span against the conventions for RPC and gRPC, v1.43.0.
func conventional(t testing.TB, s sdktrace.ReadOnlySpan) map[string]string {
	t.Helper()
	known := map[attribute.Key]attribute.Type{
		"rpc.system.name": attribute.STRING, "rpc.method": attribute.STRING, "rpc.method_original": attribute.STRING,
		"rpc.response.status_code": attribute.STRING, "error.type": attribute.STRING,
		"server.address": attribute.STRING, "server.port": attribute.INT64,
		"network.peer.address": attribute.STRING, "network.peer.port": attribute.INT64,
	}
	for _, a := range s.Attributes() {
		if typ, ok := known[a.Key]; !ok || typ != a.Value.Type() {
			t.Errorf("%s: %s is a %s", s.Name(), a.Key, a.Value.Type())
		}
	}
	has := texts(t, s.Attributes())
	failed := s.Status().Code == codes.Error
	switch {
	case has["rpc.system.name"] != "grpc" || has["rpc.method"] != s.Name() || has["rpc.response.status_code"] == "" || has["server.address"] == "":
		t.Errorf("%s: %v", s.Name(), has)
	case failed != (has["error.type"] != ""):
		t.Errorf("%s: status %v, error.type %q", s.Name(), s.Status(), has["error.type"])
	case failed && has["error.type"] != has["rpc.response.status_code"]:
		t.Errorf("%s: error.type %q is not the status code", s.Name(), has["error.type"])
	case (has["rpc.method"] == "_OTHER") != (has["rpc.method_original"] != ""):
		t.Errorf("%s: %v", s.Name(), has)
	}
	return has
}

// A watcher is a stats handler of the program's.
type watcher struct {
	tag    func(context.Context, *stats.RPCTagInfo) context.Context
	handle func(context.Context, stats.RPCStats)
}

// TagRPC implements [stats.Handler].
func (w watcher) TagRPC(ctx context.Context, info *stats.RPCTagInfo) context.Context {
	if w.tag == nil {
		return ctx
	}
	return w.tag(ctx, info)
}

// HandleRPC implements [stats.Handler].
func (w watcher) HandleRPC(ctx context.Context, rs stats.RPCStats) {
	if w.handle != nil {
		w.handle(ctx, rs)
	}
}

// TagConn implements [stats.Handler].
func (watcher) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

// HandleConn implements [stats.Handler].
func (watcher) HandleConn(context.Context, stats.ConnStats) {}
