// Package hooks holds the functions that make spans and metrics of what a program asks AWS
// for, called from the bodies of smithy-go's functions that all services' clients use.
//
// Of what the program passes, only that is told which the conventions ask for: the names of
// tables, queues, topics, buckets and objects, and how a read of DynamoDB is limited. Items,
// messages and what filters them are not told, nor are the metrics of item collections, which
// are told apart by items' values. What a field holds is found by its name, so no service's
// package is imported.
//
// No message is given the trace of its span: attributes of a message are counted and billed,
// and its consumer sees them. X-Ray's own header goes with HTTP requests, by a propagator for
// it.
package hooks

import (
	"context"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/dbconv"
	"go.opentelemetry.io/otel/semconv/v1.43.0/rpcconv"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

const scope = "github.com/goweaver/weaver/builtin/aws"

// The switch of the built-in, read once, and what outlasts the calls of the hooks, which have
// no receiver to keep it in.
var (
	on     = telemetry.On("aws")
	tracer = telemetry.NewTracer(scope, trace.WithSchemaURL(semconv.SchemaURL))
	meters = telemetry.NewInstruments(scope, newInstruments, metric.WithSchemaURL(semconv.SchemaURL))
)

// instruments are the histograms of durations, in seconds.
type instruments struct {
	call metric.Float64Histogram // of all operations
	db   metric.Float64Histogram // of those of databases
}

func newInstruments(m metric.Meter) instruments {
	// One that can not be made is a no-op, and OpenTelemetry's error handler has been told.
	call, _ := rpcconv.NewClientCallDuration(m)
	db, _ := dbconv.NewClientOperationDuration(m, metric.WithExplicitBucketBoundaries(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10))
	return instruments{call.Inst(), db.Inst()}
}

// Operation is for (*middleware.Stack).HandleMiddleware, which runs one operation: everything
// from its parameters to its result.
func Operation(ctx context.Context, stack *middleware.Stack, params any) (context.Context, func(any, error, hook.Exit)) {
	if !on || !telemetry.Wanted() {
		return ctx, nil
	}
	if ctx == nil || telemetry.IsUntraced(ctx) || stack == nil || stack.Initialize == nil || stack.Finalize == nil {
		return ctx, nil
	}
	m := methodOf(ctx, stack)
	if m.service == "" || presigns(stack) {
		return ctx, nil
	}
	return start(ctx, m, params, foreign(ctx, stack, m))
}

// methodOf returns what operation runs. Older services say it by a middleware that puts it into
// the context, newer ones have done so already. A stack that is not of AWS's has none.
func methodOf(ctx context.Context, stack *middleware.Stack) method {
	m := method{
		service:   awsmiddleware.GetServiceID(ctx),
		operation: awsmiddleware.GetOperationName(ctx),
		region:    awsmiddleware.GetRegion(ctx),
	}
	if said, ok := stack.Initialize.Get((*awsmiddleware.RegisterServiceMetadata)(nil).ID()); ok {
		if said, ok := said.(*awsmiddleware.RegisterServiceMetadata); ok && said != nil {
			m = method{said.ServiceID, said.OperationName, said.Region}
		}
	}
	if m.operation == "" {
		m.operation = stack.ID()
	}
	return m
}

// presigns reports whether the stack makes a presigned request and sends nothing.
func presigns(stack *middleware.Stack) bool {
	// The second is that of a form by which a browser uploads to S3.
	for _, id := range []string{"PresignHTTPRequest", "PresignPostRequestMiddleware"} {
		if _, ok := stack.Finalize.Get(id); ok {
			return true
		}
	}
	return false
}

// foreign reports whether the program has a span of its own made for the operation: otelaws is
// among the middleware, or smithy-go's adapter has opened the current span.
func foreign(ctx context.Context, stack *middleware.Stack, m method) bool {
	if _, ok := stack.Initialize.Get("OTelInitializeMiddlewareAfter"); ok {
		return true
	}
	current := trace.SpanFromContext(ctx)
	if op, _ := ctx.Value(operationKey{}).(*operation); op != nil && op.span == current {
		return false
	}
	s, ok := current.(interface {
		Name() string
		SpanKind() trace.SpanKind
	})
	return ok && s.SpanKind() == trace.SpanKindClient && s.Name() == m.spanName()
}

// Attempt is for (http.ClientHandler).Handle, which sends an HTTP request: the endpoint is
// known then, and what the service calls the request.
func Attempt(ctx context.Context, input any) func(any) {
	if !on || !telemetry.Wanted() || ctx == nil {
		return nil
	}
	op, _ := ctx.Value(operationKey{}).(*operation)
	if op == nil {
		return nil
	}
	if req, ok := input.(*smithyhttp.Request); ok && req != nil && req.Request != nil {
		op.leaves(req.URL)
	}
	return op.answer
}
