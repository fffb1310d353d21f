package hooks

// What is told of an RPC beside what otelgrpc finds out.

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// other is the method of an RPC that a server does not have, as otelgrpc takes it.
const other = "/_OTHER"

// longest is how many bytes are told of what a client has made up.
const longest = 256

var (
	errNoMethod    = status.Error(codes.Unimplemented, "unknown service or method")
	errNotReturned = status.Error(codes.Unknown, "the handler did not return")
	errRefused     = status.Error(codes.Unknown, "the server answered before the request was sent")
)

// told returns info with the method that is told of, and the original one, if that is not
// known to the server. The client may have sent any bytes.
func (l *last) told(ctx context.Context, info *stats.RPCTagInfo) (_ *stats.RPCTagInfo, original string) {
	method := info.FullMethodName
	switch {
	case l.side.server && !l.methods.has(ctx, method):
		original = telemetry.Text(strings.TrimPrefix(method, "/"))
		if len(original) > longest {
			original = telemetry.Text(original[:longest])
		}
		method = other
	case utf8.ValidString(method):
		return info, ""
	default:
		method = telemetry.Text(method)
	}
	changed := *info
	changed.FullMethodName = method
	return &changed, original
}

// methods are those of a server.
type methods struct {
	server *grpc.Server
	known  atomic.Pointer[map[string]bool] // as they were at an RPC
}

// has reports whether the server has a method of that full name. It gets no more methods when
// it serves, but for one that net/http serves, which can not know that.
func (m *methods) has(ctx context.Context, method string) bool {
	known := m.known.Load()
	switch {
	case m.server == nil || known != nil && (*known)[method]:
		return true
	case known != nil && ctx.Value(http.ServerContextKey) == nil:
		return false
	}
	all := map[string]bool{}
	for service, info := range m.server.GetServiceInfo() {
		for _, i := range info.Methods {
			all["/"+service+"/"+i.Name] = true
		}
	}
	m.known.Store(&all)
	return all[method]
}

// An address is the text of one.
type address string

// Network implements [net.Addr].
func (address) Network() string { return "" }

// String implements [net.Addr].
func (a address) String() string { return string(a) }

// target returns the server's address in a connection's canonical target, such as
// dns:///example.com:443, before it is resolved; nil if there is none.
func target(canonical string) net.Addr {
	scheme, rest, _ := strings.Cut(canonical, "://")
	_, endpoint, _ := strings.Cut(rest, "/")
	if endpoint == "" {
		return nil
	}
	if scheme == "unix" {
		endpoint = "/" + endpoint
	}
	return address(telemetry.Text(endpoint))
}

// peer notes the address of the other side, where it has one in a network.
func (r *rpc) peer(a net.Addr) {
	if a == nil || !r.span.IsRecording() {
		return
	}
	if at, err := netip.ParseAddrPort(a.String()); err == nil {
		r.span.SetAttributes(semconv.NetworkPeerAddress(at.Addr().String()), semconv.NetworkPeerPort(int(at.Port())))
	}
}

// end ends the span and has the duration recorded, the first time that it is called.
func (l *last) end(r *rpc, s *stats.End) {
	if !r.ended.CompareAndSwap(false, true) {
		return
	}
	// A server answers every RPC before its end, unless the client is gone, which ends the context.
	// A client's call ends well with an answer only. Without one it was sending still when the
	// server refused it: gRPC has that status for the caller, and success for handlers.
	switch {
	case s.Error != nil || r.answered.Load():
	case !l.side.server:
		s = endedBy(s, errRefused)
	case r.ctx.Err() == nil:
		s = endedBy(s, errNotReturned)
	}
	if s.Error != nil {
		st, _ := status.FromError(s.Error)
		if l.failed(st.Code()) {
			r.span.SetAttributes(semconv.ErrorTypeKey.String(codeName(st.Code())))
		}
		if !utf8.ValidString(st.Message()) {
			s = endedBy(s, status.Error(st.Code(), telemetry.Text(st.Message())))
		}
	}
	r.handler.HandleRPC(r.ctx, s)
}

// endedBy returns a copy of s with that error: other handlers have s too.
func endedBy(s *stats.End, err error) *stats.End {
	changed := *s
	changed.Error = err
	return &changed
}

// failed reports whether an RPC with that status has failed, by the semantic conventions for
// gRPC: of a server it has not if the client is to blame.
func (l *last) failed(c codes.Code) bool {
	if !l.side.server {
		return c != codes.OK
	}
	switch c {
	case codes.Unknown, codes.DeadlineExceeded, codes.Unimplemented, codes.Internal, codes.Unavailable, codes.DataLoss:
		return true
	}
	return false
}

// codeName returns the name of a status as the conventions and other languages have it, such
// as NOT_FOUND for NotFound.
func codeName(c codes.Code) string {
	if c == codes.Canceled {
		return "CANCELLED"
	}
	var b strings.Builder
	for i, r := range c.String() {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}
