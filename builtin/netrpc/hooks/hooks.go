// Package hooks holds the functions that woven net/rpc code calls. They are linked into
// the program, which sees its own clients, calls, codecs and errors.
package hooks

import (
	"context"
	"io"
	"net"
	"net/rpc"
	"reflect"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/rpcconv"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

const scope = "github.com/goweaver/weaver/builtin/netrpc"

// on is whether the built-in is switched on, which the environment says once; with tracer
// and durations it makes what it makes.
var (
	on        = telemetry.On("netrpc")
	tracer    = telemetry.NewTracer(scope, trace.WithSchemaURL(semconv.SchemaURL))
	durations = telemetry.NewInstruments(scope, newInstruments, metric.WithSchemaURL(semconv.SchemaURL))
)

type instruments struct{ client, server metric.Float64Histogram }

// newInstruments makes what it can; the instruments that come with an error are no-ops.
func newInstruments(m metric.Meter) instruments {
	client, _ := rpcconv.NewClientCallDuration(m)
	server, _ := rpcconv.NewServerCallDuration(m)
	return instruments{client.Inst(), server.Inst()}
}

// records reports whether anything is made of a call.
func records() bool {
	if !on {
		return false
	}
	if _, ok := telemetry.TracerProvider(); ok {
		return true
	}
	_, ok := telemetry.MeterProvider()
	return ok
}

// An operation is a call as a client or a server sees it.
type operation struct {
	ctx   context.Context // with the span
	kind  trace.SpanKind
	begin time.Time
	attrs []attribute.KeyValue // those that span and metric have in common
	ended bool
}

// begin starts the operation.
func begin(ctx context.Context, kind trace.SpanKind, codec any, method string, more ...attribute.KeyValue) *operation {
	method = telemetry.Text(method)
	op := &operation{kind: kind, begin: time.Now()}
	op.attrs = append(make([]attribute.KeyValue, 0, 5), semconv.RPCSystemNameKey.String(system(codec)), semconv.RPCMethod(method))
	if kind == trace.SpanKindClient {
		op.attrs = append(op.attrs, more...)
		more = nil
	}
	op.ctx, _ = tracer.Start(ctx, method, trace.WithSpanKind(kind), trace.WithTimestamp(op.begin),
		trace.WithAttributes(op.attrs...), trace.WithAttributes(more...))
	return op
}

// end ends the operation, with a kind of error and its text if there is one.
func (op *operation) end(kind, text string) {
	if op.ended {
		return
	}
	op.ended = true
	now := time.Now()
	if span := trace.SpanFromContext(op.ctx); span.IsRecording() {
		if kind != "" {
			span.SetStatus(codes.Error, text)
			span.SetAttributes(semconv.ErrorTypeKey.String(kind))
		}
		span.End(trace.WithTimestamp(now))
	}
	if made := durations.Current(); made != nil {
		if kind != "" {
			op.attrs = append(op.attrs, semconv.ErrorTypeKey.String(kind))
		}
		histogram := made.client
		if op.kind == trace.SpanKindServer {
			histogram = made.server
		}
		histogram.Record(op.ctx, now.Sub(op.begin).Seconds(), metric.WithAttributes(op.attrs...))
	}
}

// system returns the name of the RPC system of a codec. The semantic conventions have none
// for net/rpc, which stands for itself whatever codec of another package it is used with.
func system(codec any) string {
	if t := reflect.TypeOf(codec); t != nil && t.Kind() == reflect.Pointer && t.Elem().PkgPath() == "net/rpc/jsonrpc" {
		return string(rpcconv.SystemNameJSONRPC)
	}
	return "net/rpc"
}

// errorType returns the kind of a client's error: the name of the variable that it is, or
// of its type.
func errorType(err error) string {
	switch { // without errors.Is, which calls methods of a codec's errors
	case err == nil:
		return ""
	case err == rpc.ErrShutdown: //nolint:errorlint // as it says
		return "net/rpc.ErrShutdown"
	case err == io.ErrUnexpectedEOF: //nolint:errorlint // as it says
		return "io.ErrUnexpectedEOF"
	}
	return telemetry.ErrorType(err).Value.AsString()
}

// peer returns the address of the server at the other end of a connection, nothing where
// that is no network. The connection may be any type of the program's, with a method that
// net/rpc never calls and that may not be fit for it.
func peer(conn io.Closer) (attrs []attribute.KeyValue) {
	defer func() { _ = recover() }()
	c, ok := conn.(interface{ RemoteAddr() net.Addr })
	if !ok {
		return nil
	}
	switch a := c.RemoteAddr().(type) {
	case *net.TCPAddr:
		if a != nil && len(a.IP) > 0 {
			return []attribute.KeyValue{semconv.ServerAddress(a.IP.String()), semconv.ServerPort(a.Port)}
		}
	case *net.UnixAddr:
		if a != nil && a.Name != "" {
			return []attribute.KeyValue{semconv.ServerAddress(a.Name)}
		}
	}
	return nil
}
