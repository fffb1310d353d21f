package hooks

// An operation that is under way.

import (
	"context"
	"net/url"
	"strconv"
	"sync"
	"time"

	smithyhttp "github.com/aws/smithy-go/transport/http"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// A method is an operation of a service, as the SDK calls both.
type method struct{ service, operation, region string }

// spanName is how the conventions for AWS's SDK have the span's name.
func (m method) spanName() string { return m.service + "." + m.operation }

// attributes are those that spans and metrics have.
func (m method) attributes() []attribute.KeyValue {
	return append(make([]attribute.KeyValue, 0, 8),
		semconv.RPCSystemNameKey.String("aws-api"), semconv.RPCMethod(m.service+"/"+m.operation))
}

// operationKey is the key of the *operation that a context belongs to.
type operationKey struct{}

type operation struct {
	method      method
	ctx         context.Context
	service     *service
	span        trace.Span   // nil if none is recorded
	instruments *instruments // nil if it is not measured
	database    []attribute.KeyValue
	began       time.Time

	// What attempts have told: a middleware may make them in goroutines of its own.
	mu                  sync.Mutex
	host                string
	port                int
	request, extendedID string
}

// start starts an operation; traced says that the program has a span of its own for it.
func start(ctx context.Context, m method, params any, traced bool) (context.Context, func(any, error, hook.Exit)) {
	op := &operation{method: m, service: services[m.service], instruments: meters.Current(), began: time.Now()}
	op.ctx = ctx
	_, tracing := telemetry.TracerProvider()
	tracing = tracing && !traced
	var told []attribute.KeyValue
	if op.service != nil && (tracing || op.service.database) {
		told = op.service.asked(m.operation, params)
	}
	if op.service != nil && op.service.database {
		op.database = databaseOf(told)
	}
	if tracing {
		attrs := m.attributes()
		if m.region != "" {
			attrs = append(attrs, semconv.CloudRegion(m.region))
		}
		var span trace.Span
		op.ctx, span = tracer.Start(ctx, m.spanName(), trace.WithSpanKind(trace.SpanKindClient),
			trace.WithTimestamp(op.began), trace.WithAttributes(telemetry.Attributes(append(attrs, told...))...))
		if span.IsRecording() {
			op.span = span
		}
	}
	if op.span == nil && op.instruments == nil {
		return op.ctx, nil
	}
	return context.WithValue(op.ctx, operationKey{}, op), op.end
}

// leaves notes where a request goes.
func (op *operation) leaves(u *url.URL) {
	if u == nil {
		return
	}
	host, port := telemetry.Text(u.Hostname()), 443
	if u.Scheme == "http" {
		port = 80
	}
	if p := u.Port(); p != "" {
		port, _ = strconv.Atoi(p) // one that is none is found out by the transport
	}
	op.mu.Lock()
	defer op.mu.Unlock()
	op.host, op.port = host, port
}

// answer notes what the service calls the request that it has answered.
func (op *operation) answer(out any) {
	res, ok := out.(*smithyhttp.Response)
	if !ok || res == nil || res.Response == nil {
		return
	}
	first := func(names ...string) string {
		for _, name := range names {
			if v := res.Header.Get(name); v != "" {
				return telemetry.Text(v)
			}
		}
		return ""
	}
	op.mu.Lock()
	defer op.mu.Unlock()
	op.request = first("x-amzn-requestid", "x-amzn-request-id", "x-amz-request-id")
	op.extendedID = first("x-amz-id-2")
}

// end ends the operation, which has that result and that error, and has ended that way.
func (op *operation) end(result any, err error, how hook.Exit) {
	ended := time.Now()
	op.mu.Lock()
	var server []attribute.KeyValue
	if op.host != "" {
		server = []attribute.KeyValue{semconv.ServerAddress(op.host), semconv.ServerPort(op.port)}
	}
	request, extended := op.request, op.extendedID
	op.mu.Unlock()
	f := failed(err, how)
	if s := op.span; s != nil {
		attrs := server
		if request != "" {
			attrs = append(attrs, semconv.AWSRequestID(request))
		}
		if extended != "" {
			attrs = append(attrs, semconv.AWSExtendedRequestID(extended))
		}
		if f == nil && op.service != nil {
			attrs = append(attrs, telemetry.Attributes(op.service.answered(op.method.operation, result))...)
		}
		if f != nil {
			attrs = append(attrs, f.attributes(semconv.RPCResponseStatusCodeKey)...)
			if op.database != nil && f.code != "" {
				attrs = append(attrs, semconv.DBResponseStatusCode(f.code))
			}
			s.SetStatus(codes.Error, f.message)
		}
		s.SetAttributes(attrs...)
		s.End(trace.WithTimestamp(ended))
	}
	if op.instruments != nil {
		op.measure(ended.Sub(op.began).Seconds(), server, f)
	}
}

func (op *operation) measure(seconds float64, server []attribute.KeyValue, f *failure) {
	record := func(to metric.Float64Histogram, attrs []attribute.KeyValue, code attribute.Key) {
		attrs = append(attrs, server...)
		if f != nil {
			attrs = append(attrs, f.attributes(code)...)
		}
		to.Record(op.ctx, seconds, metric.WithAttributes(attrs...))
	}
	record(op.instruments.call, telemetry.Attributes(op.method.attributes()), semconv.RPCResponseStatusCodeKey)
	if op.database != nil {
		record(op.instruments.db, telemetry.Attributes(op.database), semconv.DBResponseStatusCodeKey)
	}
}
