package hooks

// What clients send.

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync"

	"connectrpc.com/connect"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	nethttp "github.com/goweaver/weaver/builtin/nethttp/hooks"
	"github.com/goweaver/weaver/instrument/hook"
)

// Call runs around a unary call, with all interceptors. What is captured is the client.
func Call(ctx context.Context, captured hook.Captured) (context.Context, func(hook.Exit, error)) {
	c := sent(ctx, captured)
	if c == nil {
		return untold(ctx), nil
	}
	return c.ctx, func(how hook.Exit, err error) {
		if how != hook.Returned {
			err = errNotReturned
		}
		c.end(err)
	}
}

// Stream runs around the making of a stream, with all interceptors. It returns what replaces
// the connection.
func Stream(ctx context.Context, captured hook.Captured) (context.Context, func(hook.Exit, connect.StreamingClientConn) connect.StreamingClientConn) {
	c := sent(ctx, captured)
	if c == nil {
		return untold(ctx), nil
	}
	return c.ctx, func(how hook.Exit, conn connect.StreamingClientConn) connect.StreamingClientConn {
		if how != hook.Returned || conn == nil {
			c.end(errNotReturned)
			return conn
		}
		s := &stream{StreamingClientConn: conn, call: c}
		s.stop = context.AfterFunc(ctx, func() { c.end(ctx.Err()) })
		return s
	}
}

// sent begins the call of a client, if it is told of.
func sent(ctx context.Context, captured hook.Captured) *call {
	if !on || !telemetry.Wanted() || ctx == nil {
		return nil
	}
	t := targetOf(captured.At(0).Any())
	if t.procedure == "" || !told(ctx, t.procedure) {
		return nil
	}
	attrs := append(make([]attribute.KeyValue, 0, 3), t.system)
	return begin(ctx, clientKey{}, t.procedure, append(attrs, server(t.url)...), nil)
}

// A target is what a client calls.
type target struct {
	procedure string
	url       *url.URL
	system    attribute.KeyValue
}

// targetOf returns what the client calls, a zero target for one that could not be made and makes
// no calls. That stands in fields that are not exported, which reflection may read; the type of
// the client is another one for each kind of message.
func targetOf(client any) target {
	config := part(reflect.ValueOf(client), "config")
	procedure := part(config, "Procedure")
	if procedure.Kind() != reflect.String {
		return target{}
	}
	t := target{procedure: procedure.String(), system: semconv.RPCSystemNameConnectrpc}
	if u := part(config, "URL"); u.IsValid() && u.Type() == reflect.TypeFor[*url.URL]() {
		t.url = (*url.URL)(u.UnsafePointer())
	}
	if p := part(config, "Protocol"); p.Kind() == reflect.Interface && !p.IsNil() && strings.Contains(p.Elem().Type().String(), "GRPC") {
		t.system = semconv.RPCSystemNameGRPC // gRPC-Web is another way to carry it
	}
	return t
}

// part returns the field of that name in a struct, or in what a pointer points to, the zero
// Value if there is none.
func part(v reflect.Value, name string) reflect.Value {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	return v.FieldByName(name)
}

// server returns the attributes for where a client's calls go.
func server(u *url.URL) []attribute.KeyValue {
	if u == nil {
		return nil
	}
	attrs := hostPort(u.Host, semconv.ServerAddressKey, semconv.ServerPortKey)
	if len(attrs) == 1 && u.Port() == "" {
		switch u.Scheme {
		case "http":
			attrs = append(attrs, semconv.ServerPort(80))
		case "https":
			attrs = append(attrs, semconv.ServerPort(443))
		}
	}
	return attrs
}

// untold returns ctx for a call that is not told of, which may be made within one that is.
func untold(ctx context.Context) context.Context {
	if ctx == nil || callOf(ctx, clientKey{}) == nil {
		return ctx
	}
	return context.WithValue(ctx, clientKey{}, (*call)(nil))
}

// A stream is the connection of one call, which ends with what is received.
type stream struct {
	connect.StreamingClientConn
	call *call
	stop func() bool // of what waits for the end of the context

	mu   sync.Mutex
	sent error // what sending failed by
}

// Send implements [connect.StreamingClientConn]. A server that has ended the call is told of
// by Receive.
func (s *stream) Send(msg any) error {
	err := s.StreamingClientConn.Send(msg)
	if err != nil && !errors.Is(err, io.EOF) {
		s.mu.Lock()
		s.sent = err
		s.mu.Unlock()
	}
	return err
}

// Receive implements [connect.StreamingClientConn].
func (s *stream) Receive(msg any) error {
	err := s.StreamingClientConn.Receive(msg)
	switch {
	case err == nil:
	case errors.Is(err, io.EOF):
		s.end(nil)
	default:
		s.end(err)
	}
	return err
}

// CloseResponse implements [connect.StreamingClientConn].
func (s *stream) CloseResponse() error {
	err := s.StreamingClientConn.CloseResponse()
	s.mu.Lock()
	sent := s.sent
	s.mu.Unlock()
	s.end(sent)
	return err
}

func (s *stream) end(err error) {
	s.stop()
	s.call.end(err)
}

// Send has a request of a call carry its span, or that of an interceptor below it, which is all
// the span that it has: nethttp does not tell of it, nor of one that the program tells of
// itself. The header is not written to: of a unary call it is the caller's.
func Send(ctx context.Context, u *url.URL, header http.Header) (context.Context, http.Header) {
	c := callOf(ctx, clientKey{})
	if c == nil || u == nil {
		return ctx, header
	}
	request, _ := nethttp.OwnTransport((&http.Request{URL: u}).WithContext(ctx))
	if c.own.Load() || !c.span.SpanContext().IsValid() {
		return request.Context(), header
	}
	var carrier propagation.MapCarrier = map[string]string{}
	otel.GetTextMapPropagator().Inject(ctx, carrier)
	if len(carrier) == 0 {
		return request.Context(), header
	}
	if header = header.Clone(); header == nil {
		header = http.Header{}
	}
	for key, value := range carrier {
		header.Set(key, value)
	}
	return request.Context(), header
}
