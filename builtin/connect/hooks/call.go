package hooks

// One RPC, as a client or a server sees it.

import (
	"context"
	"errors"
	"net"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"connectrpc.com/connect"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// A call is one RPC on one side, known to its context by a key of that side.
type call struct {
	server bool
	ctx    context.Context // with the span
	span   trace.Span      // no-op without a tracer provider
	before trace.Span      // the current one before
	start  time.Time
	attrs  []attribute.KeyValue // what of it span and metric have in common

	own       atomic.Bool // the program tells of it itself
	unspanned atomic.Bool // the span is given up for that
	ended     atomic.Bool
}

type (
	clientKey struct{}
	serverKey struct{}
)

// callOf returns the innermost call that ctx belongs to, of the side that the key is for, or
// nil.
func callOf(ctx context.Context, key any) *call {
	c, _ := ctx.Value(key).(*call)
	return c
}

// begin starts the call. attrs are those that the metric has too, beside the method, and more is
// what only the span has.
func begin(ctx context.Context, key any, procedure string, attrs, more []attribute.KeyValue) *call {
	_, server := key.(serverKey)
	c := &call{server: server, before: trace.SpanFromContext(ctx), start: time.Now()}
	method := telemetry.Text(strings.TrimPrefix(procedure, "/"))
	c.attrs = append(make([]attribute.KeyValue, 0, len(attrs)+3), semconv.RPCMethod(method))
	c.attrs = append(c.attrs, attrs...)
	c.span = trace.SpanFromContext(context.Background())
	if _, tracing := telemetry.TracerProvider(); tracing {
		kind := trace.SpanKindClient
		if server {
			kind = trace.SpanKindServer
		}
		ctx, c.span = tracer.Start(ctx, method, trace.WithSpanKind(kind), trace.WithTimestamp(c.start),
			trace.WithAttributes(c.attrs...), trace.WithAttributes(more...))
	}
	c.ctx = context.WithValue(ctx, key, c)
	return c
}

// yield gives the call up, since the program is about to tell of it itself, and returns ctx
// without the span. Where the current one is another, the span has children already, which
// would lose their parent: there both stay.
func (c *call) yield(ctx context.Context) context.Context {
	c.own.Store(true)
	if !trace.SpanContextFromContext(ctx).Equal(c.span.SpanContext()) {
		return ctx
	}
	c.unspanned.Store(true)
	return trace.ContextWithSpan(ctx, c.before)
}

// errNotReturned is what a call fails by that panicked or ended its goroutine.
var errNotReturned = errors.New("the call did not return")

// end ends the call, the first time that it is called. A span that is given up is never
// ended, and so never exported.
func (c *call) end(err error) {
	if !c.ended.CompareAndSwap(false, true) {
		return
	}
	now := time.Now()
	attrs := c.status(err)
	if !c.unspanned.Load() && c.span.IsRecording() {
		c.span.SetAttributes(attrs...)
		if len(attrs) > 1 || err == errNotReturned { //nolint:errorlint // our own
			c.span.SetStatus(codes.Error, telemetry.ErrorText(err))
		}
		c.span.End(trace.WithTimestamp(now))
	}
	made := durations.Current()
	if made == nil || c.own.Load() {
		return
	}
	histogram := made.client
	if c.server {
		histogram = made.server
	}
	set := attribute.NewSet(append(c.attrs, attrs...)...)
	histogram.Record(c.ctx, now.Sub(c.start).Seconds(), metric.WithAttributeSet(set))
}

// status returns the attributes for how the call ended: its status, and error.type if it has
// failed. Without a return there was no status.
func (c *call) status(err error) []attribute.KeyValue {
	if err == errNotReturned { //nolint:errorlint // our own
		return []attribute.KeyValue{semconv.ErrorTypeOther}
	}
	code := codeOf(err)
	attrs := []attribute.KeyValue{semconv.RPCResponseStatusCode(codeName(code))}
	if c.failed(code) {
		attrs = append(attrs, semconv.ErrorTypeKey.String(codeName(code)))
	}
	return attrs
}

// failed reports whether a call with that code has failed, by the semantic conventions for
// gRPC: of a server it has not if the client is to blame.
func (c *call) failed(code connect.Code) bool {
	if !c.server {
		return code != 0
	}
	switch code {
	case connect.CodeUnknown, connect.CodeDeadlineExceeded, connect.CodeUnimplemented,
		connect.CodeInternal, connect.CodeUnavailable, connect.CodeDataLoss:
		return true
	}
	return false
}

// codeOf returns the code that connect sends for err, 0 if there is none to send. A handler
// that says that nothing has changed has not failed. The error's methods are the program's.
func codeOf(err error) (code connect.Code) {
	if err == nil {
		return 0
	}
	defer func() {
		if recover() != nil {
			code = connect.CodeUnknown
		}
	}()
	var coded *connect.Error
	switch {
	case connect.IsNotModifiedError(err):
		return 0
	case errors.As(err, &coded):
		return coded.Code()
	case errors.Is(err, context.Canceled):
		return connect.CodeCanceled
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return connect.CodeDeadlineExceeded
	}
	return connect.CodeUnknown
}

// codeName returns the name of a status as the conventions and gRPC have it.
func codeName(code connect.Code) string {
	switch code {
	case 0:
		return "OK"
	case connect.CodeCanceled:
		return "CANCELLED"
	}
	return strings.ToUpper(code.String())
}

// hostPort returns the attributes for host:port, or host alone.
func hostPort(addr string, host, port attribute.Key) []attribute.KeyValue {
	if addr == "" {
		return nil
	}
	name, number, err := net.SplitHostPort(addr)
	if err != nil {
		name = strings.TrimSuffix(strings.TrimPrefix(addr, "["), "]")
	}
	attrs := []attribute.KeyValue{host.String(telemetry.Text(name))}
	if n, err := strconv.Atoi(number); err == nil && n > 0 && n <= 65535 {
		attrs = append(attrs, port.Int(n))
	}
	return attrs
}
