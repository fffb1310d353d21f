package hooks

// The two stats handlers, and the RPC between them.
//
// A stats handler's TagRPC makes the context that those behind it get, in the order of the
// options, and its HandleRPC is given the one that the last has made. Two things follow. What
// the program's own handlers do with an RPC shows between a handler of ours before them
// and one behind. And otelgrpc, which looks for its span in the context, is handed the
// context that it has made itself.

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/stats"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	nethttp "github.com/goweaver/weaver/builtin/nethttp/hooks"
)

// An rpc is one RPC, or one attempt at it, on one side. Its zero value is one that nobody
// tells of.
type rpc struct {
	info   *stats.RPCTagInfo // by which last knows that it is this one
	before trace.SpanContext // the current span before the program's own handlers
	own    atomic.Bool       // the program tells of it itself

	// Of one that is told of, set before anything but its handlers knows the context.
	handler stats.Handler
	ctx     context.Context // what handler has made
	span    trace.Span      // the current one in the end
	start   time.Time

	// Whether an answer has gone, or come; not told of streams that servers may end without one.
	begun, answered, ended atomic.Bool
}

// connectionless are the methods of a stats handler that is not interested in connections.
type connectionless struct{}

// TagConn implements [stats.Handler].
func (connectionless) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

// HandleConn implements [stats.Handler].
func (connectionless) HandleConn(context.Context, stats.ConnStats) {}

// first is the handler before those of the program.
type first struct {
	connectionless
	side *side
}

// HandleRPC implements [stats.Handler].
func (first) HandleRPC(context.Context, stats.RPCStats) {}

// TagRPC implements [stats.Handler]. The context of an RPC that is not told of may belong to
// one that is, such as a stream's: it then gets an rpc that hides that one.
func (f first) TagRPC(ctx context.Context, info *stats.RPCTagInfo) context.Context {
	outer := f.side.rpc(ctx)
	if !telemetry.Wanted() || exports(ctx, info) {
		if outer == nil {
			return ctx
		}
		return f.side.with(ctx, &rpc{})
	}
	r := &rpc{info: info}
	if f.side.server {
		ctx = yielded(ctx)
	} else if sentByProgram(ctx, outer) {
		r.own.Store(true)
	}
	r.before = trace.SpanContextFromContext(ctx)
	return f.side.with(ctx, r)
}

// yielded returns ctx without the span of an HTTP request, whose metrics are given up too,
// where net/http serves the RPC: there is one server span for it, as with gRPC's own server.
func yielded(ctx context.Context) context.Context {
	if ctx.Value(http.ServerContextKey) == nil {
		return ctx
	}
	return nethttp.Yield((&http.Request{}).WithContext(ctx)).Context()
}

// last is the handler behind those of the program.
type last struct {
	connectionless
	side    *side
	methods methods  // of a server
	target  net.Addr // of a client's connection; nil if it is not known
}

// serves is told the server, before that can serve.
func (l *last) serves(s *grpc.Server) { l.methods.server = s }

// connects is told the connection, before anybody can use it; nil if it could not be made.
func (l *last) connects(c *grpc.ClientConn) {
	if c != nil {
		l.target = target(c.CanonicalTarget())
	}
}

// TagRPC implements [stats.Handler].
func (l *last) TagRPC(ctx context.Context, info *stats.RPCTagInfo) context.Context {
	r := l.side.rpc(ctx)
	if r == nil || r.info != info {
		return ctx
	}
	r.span = trace.SpanFromContext(ctx)
	if r.own.Load() || opened(r.before, r.span.SpanContext()) {
		return ctx
	}
	r.start, r.handler = time.Now(), l.side.handler()
	told, original := l.told(ctx, info)
	r.ctx = r.handler.TagRPC(ctx, told)
	r.span = trace.SpanFromContext(r.ctx)
	if original != "" {
		r.span.SetAttributes(semconv.RPCMethodOriginal(original))
	}
	return r.ctx
}

// opened reports whether a span that has become the current one is new: one of this process,
// and not what has come with the RPC.
func opened(before, now trace.SpanContext) bool {
	return now.IsValid() && !now.IsRemote() &&
		(now.SpanID() != before.SpanID() || now.TraceID() != before.TraceID())
}

// HandleRPC implements [stats.Handler].
func (l *last) HandleRPC(ctx context.Context, rs stats.RPCStats) {
	r := l.side.rpc(ctx)
	if r == nil || r.handler == nil || r.ended.Load() {
		return
	}
	switch s := rs.(type) {
	case *stats.Begin:
		r.begun.Store(true)
		if s.Client && s.IsServerStream {
			r.answered.Store(true)
		}
		if l.target != nil {
			// This is where otelgrpc takes the server's address from. An RPC that finds no
			// server has no such event.
			r.handler.HandleRPC(r.ctx, &stats.OutHeader{Client: true, RemoteAddr: l.target})
		}
	case *stats.InHeader:
		if !s.Client {
			r.peer(s.RemoteAddr)
		}
	case *stats.OutHeader:
		if s.Client {
			r.peer(s.RemoteAddr)
			if l.target != nil {
				return // Begin was the occasion
			}
		}
	case *stats.InPayload:
		if s.Client {
			r.answered.Store(true)
		}
	case *stats.OutTrailer:
		r.answered.Store(true)
		if !r.begun.Load() { // gRPC tells no more of a method that the server does not have
			l.end(r, &stats.End{BeginTime: r.start, EndTime: time.Now(), Error: errNoMethod})
			return
		}
	case *stats.End:
		l.end(r, s)
		return
	}
	r.handler.HandleRPC(r.ctx, rs)
}
