package hooks

// What handlers answer.

import (
	"context"
	"net/http"
	"reflect"
	"unsafe"

	"connectrpc.com/connect"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	nethttp "github.com/goweaver/weaver/builtin/nethttp/hooks"
)

// implementation is where a handler has the function that answers its RPCs: it reads the
// request, if there is one only, calls the interceptors and the program's own function, and
// sends the response. Nothing that connect exports comes before it and behind all of them.
var implementation = fieldOf[connect.StreamingHandlerFunc](reflect.TypeFor[connect.Handler](), "implementation")

// fieldOf returns the offset of the field of that name and type, -1 if there is none.
func fieldOf[F any](t reflect.Type, name string) int {
	f, ok := t.FieldByName(name)
	if !ok || len(f.Index) != 1 || f.Type != reflect.TypeFor[F]() {
		return -1
	}
	return int(f.Offset)
}

// Handler has a new handler, which nobody else knows yet, tell of what it answers.
func Handler() func(*connect.Handler) *connect.Handler {
	if !on || implementation < 0 {
		return nil
	}
	return telling
}

func telling(h *connect.Handler) *connect.Handler {
	if h == nil {
		return nil // it could not be made
	}
	if f := (*connect.StreamingHandlerFunc)(unsafe.Add(unsafe.Pointer(h), implementation)); *f != nil {
		*f = serving(*f)
	}
	return h
}

func serving(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, conn connect.StreamingHandlerConn) error {
		if !told(ctx, conn.Spec().Procedure) {
			return next(ctx, conn)
		}
		c := serve(ctx, conn)
		defer c.end(errNotReturned) // unless it has ended before
		err := next(c.ctx, conn)
		c.end(err)
		return err
	}
}

// serve begins the call that came by conn.
func serve(ctx context.Context, conn connect.StreamingHandlerConn) *call {
	ctx = yielded(ctx)
	before, peer := trace.SpanFromContext(ctx), conn.Peer()
	var more []attribute.KeyValue
	if _, tracing := telemetry.TracerProvider(); tracing {
		header := conn.RequestHeader()
		if !before.SpanContext().IsValid() { // one of the program's own has its parent
			ctx = otel.GetTextMapPropagator().Extract(ctx, propagation.HeaderCarrier(header))
		}
		// The client says which server it means, and could fill the program's memory with such
		// names if the metric had them.
		more = append(hostPort(header.Get("Host"), semconv.ServerAddressKey, semconv.ServerPortKey),
			hostPort(peer.Addr, semconv.NetworkPeerAddressKey, semconv.NetworkPeerPortKey)...)
		more = append(more, hostPort(peer.Addr, semconv.ClientAddressKey, semconv.ClientPortKey)...)
	}
	system := semconv.RPCSystemNameConnectrpc
	if peer.Protocol != connect.ProtocolConnect {
		system = semconv.RPCSystemNameGRPC // gRPC-Web is another way to carry it
	}
	c := begin(ctx, serverKey{}, conn.Spec().Procedure, []attribute.KeyValue{system}, more)
	c.before = before
	return c
}

// yielded returns ctx without the span of the HTTP request, whose metrics are given up too,
// where woven net/http serves it.
func yielded(ctx context.Context) context.Context {
	if ctx.Value(http.ServerContextKey) == nil || !telemetry.Wanted() {
		return ctx
	}
	return nethttp.Yield((&http.Request{}).WithContext(ctx)).Context()
}
