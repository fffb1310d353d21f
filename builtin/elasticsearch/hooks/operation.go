package hooks

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// elasticsearch is the name of the system, unless the API says another one.
const elasticsearch = "elasticsearch"

// longest is how many bytes of a part of a path are told.
const longest = 256

// An operation is a call under way. One goroutine at a time makes it.
type operation struct {
	ctx         context.Context // with the operation in it
	span        trace.Span
	instruments *instruments // nil if it is not measured
	began       time.Time
	performs    atomic.Bool // its request is sent, or has been
	ended       bool

	system, endpoint, index string
	parts                   []attribute.KeyValue // of the path
	request                 []attribute.KeyValue
	server                  []attribute.KeyValue
	status                  int // of the response, 0 if there is none
	kind, message           string
}

type operationKey struct{}

// of returns the operation of the context, or nil.
func of(ctx context.Context) *operation {
	if ctx == nil {
		return nil
	}
	op, _ := ctx.Value(operationKey{}).(*operation)
	return op
}

// start starts an operation, below the span of the context.
func start(ctx context.Context, name string) *operation {
	op := &operation{system: elasticsearch, instruments: meters.Current(), began: time.Now()}
	ctx, op.span = tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient))
	op.ctx = context.WithValue(ctx, operationKey{}, op)
	return op
}

// part notes a variable part of the path.
func (op *operation) part(name, value string) {
	if op == nil {
		return
	}
	value = cut(value)
	op.parts = append(op.parts, semconv.DBOperationParameter(name, value))
	if name == "index" {
		op.collection(value)
	}
}

// collection notes what the operation is about.
func (op *operation) collection(index string) {
	op.index = cut(index)
	if op.endpoint == "" {
		op.span.SetName(op.index)
		return
	}
	op.span.SetName(op.endpoint + " " + op.index)
}

// sent notes where the request went. The values of its query are the program's.
func (op *operation) sent(req *http.Request) {
	u := url.URL{Scheme: req.URL.Scheme, Host: req.URL.Host, Path: req.URL.Path, RawPath: req.URL.RawPath}
	op.request = []attribute.KeyValue{semconv.HTTPRequestMethodKey.String(req.Method), semconv.URLFull(u.String())}
	op.server = op.server[:0]
	if host := u.Hostname(); host != "" {
		op.server = append(op.server, semconv.ServerAddress(host))
	}
	if port, err := strconv.Atoi(u.Port()); err == nil {
		op.server = append(op.server, semconv.ServerPort(port))
	}
}

// received notes the response, which is nil if there is none.
func (op *operation) received(res *http.Response) {
	if res == nil {
		return
	}
	op.status = res.StatusCode
	if cluster := res.Header.Get("X-Found-Handling-Cluster"); cluster != "" {
		op.parts = append(op.parts, semconv.DBNamespace(cluster))
	}
	if node := res.Header.Get("X-Found-Handling-Instance"); node != "" {
		op.parts = append(op.parts, semconv.ElasticsearchNodeName(node))
	}
}

// fail notes what the operation has failed by, if it is the first thing.
func (op *operation) fail(err error) {
	if op == nil || err == nil || op.kind != "" {
		return
	}
	op.kind, op.message = telemetry.ErrorKind(err, nil), telemetry.Redacted(telemetry.ErrorText(err))
}

// left notes how the function was left that has sent the request.
func (op *operation) left(how hook.Exit) {
	if kind := telemetry.NotReturned(how); kind != "" {
		op.kind, op.message = kind, kind
	}
}

// end ends the operation, once.
func (op *operation) end() {
	if op == nil || op.ended {
		return
	}
	op.ended = true
	took := time.Since(op.began)
	attrs := append(make([]attribute.KeyValue, 0, 16), semconv.DBSystemNameKey.String(op.system))
	if op.endpoint != "" {
		attrs = append(attrs, semconv.DBOperationName(op.endpoint))
	}
	if op.index != "" {
		attrs = append(attrs, semconv.DBCollectionName(op.index))
	}
	attrs = append(attrs, op.server...)
	if op.status != 0 {
		attrs = append(attrs, semconv.DBResponseStatusCode(strconv.Itoa(op.status)))
	}
	if op.status >= http.StatusBadRequest {
		op.kind = strconv.Itoa(op.status)
	}
	if op.kind != "" {
		attrs = append(attrs, semconv.ErrorTypeKey.String(op.kind))
		op.span.SetStatus(codes.Error, op.message)
	}
	attrs = telemetry.Attributes(attrs)
	if op.span.IsRecording() {
		op.span.SetAttributes(attrs...)
		op.span.SetAttributes(telemetry.Attributes(append(op.request, op.parts...))...)
	}
	op.span.End()
	if op.instruments != nil {
		op.instruments.duration.Record(op.ctx, took.Seconds(), metric.WithAttributes(attrs...))
	}
}

// cut returns text that can be told, and not too much of it.
func cut(text string) string {
	text = telemetry.Text(text)
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "")
	}
	return text
}
