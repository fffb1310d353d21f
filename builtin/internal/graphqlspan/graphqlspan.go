// Package graphqlspan makes the spans of GraphQL servers, by OpenTelemetry's conventions for
// GraphQL. The hooks of the libraries say what is asked and answered; this package knows none
// of them.
//
// One operation is one span, named by its type alone: its name is the client's to choose. Of
// what was asked nothing else is told: a document may have values in it.
//
// The conventions have the span as one of kind server. It is, unless what it is part of has a
// server span of this process already, as net/http's is for a request: one request would
// then be two for whoever counts them. There it is internal.
package graphqlspan

import (
	"context"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// A Library is a library whose operations are told of.
type Library struct {
	on     bool
	tracer *telemetry.Tracer
}

// NewLibrary returns the library, for the built-in of that name.
func NewLibrary(name, scope string) *Library {
	return &Library{telemetry.On(name), telemetry.NewTracer(scope, trace.WithSchemaURL(semconv.SchemaURL))}
}

// Live reports whether the program wants to know anything.
func (l *Library) Live() bool {
	if !l.on {
		return false
	}
	_, traced := telemetry.TracerProvider()
	return traced
}

// A Request is what is known of an operation; what is "" is not.
type Request struct{ Type, Name string }

// unknown is the name of the span of an operation whose type is not known.
const unknown = "GraphQL Operation"

// An Operation is one that is under way.
type Operation struct{ span trace.Span }

type operationKey struct{}

// Start starts an operation that began at that time, and returns the context to go on with. The
// operation is nil if nobody wants to know of it.
func (l *Library) Start(ctx context.Context, r Request, began time.Time) (context.Context, *Operation) {
	if ctx == nil || telemetry.IsUntraced(ctx) {
		return ctx, nil
	}
	kind := trace.SpanKindServer
	if s, ok := trace.SpanFromContext(ctx).(interface{ SpanKind() trace.SpanKind }); ok && s.SpanKind() == trace.SpanKindServer {
		kind = trace.SpanKindInternal
	}
	ctx, span := l.tracer.Start(ctx, r.spanName(), trace.WithSpanKind(kind), trace.WithTimestamp(began), trace.WithAttributes(r.attributes()...))
	if !span.IsRecording() {
		return ctx, nil
	}
	op := &Operation{span}
	return context.WithValue(ctx, operationKey{}, op), op
}

// Of returns the operation that ctx belongs to, or nil.
func Of(ctx context.Context) *Operation {
	if ctx == nil {
		return nil
	}
	op, _ := ctx.Value(operationKey{}).(*Operation)
	return op
}

func (r Request) spanName() string {
	if r.known() {
		return r.Type
	}
	return unknown
}

func (r Request) known() bool {
	return r.Type == "query" || r.Type == "mutation" || r.Type == "subscription"
}

func (r Request) attributes() []attribute.KeyValue {
	attrs := make([]attribute.KeyValue, 0, 2)
	if r.known() {
		attrs = append(attrs, semconv.GraphQLOperationTypeKey.String(r.Type))
	}
	if r.Name != "" {
		attrs = append(attrs, semconv.GraphQLOperationName(telemetry.Text(r.Name)))
	}
	return attrs
}

// Is says what the operation is, where that was not known before.
func (op *Operation) Is(r Request) {
	op.span.SetName(r.spanName())
	op.span.SetAttributes(r.attributes()...)
}

// A Failure is what an operation's errors say.
type Failure struct {
	Kind  string // of the first: a code, or the name of its type
	First error
	More  int // how many others there are
}

// longestKind is how many bytes a code has at most.
const longestKind = 128

// End ends the operation, which has that failure if any, and has ended that way.
func (op *Operation) End(f *Failure, how hook.Exit) {
	switch kind := telemetry.NotReturned(how); {
	case kind != "":
		op.span.SetAttributes(semconv.ErrorTypeKey.String(kind))
		op.span.SetStatus(codes.Error, kind)
	case f != nil:
		message := telemetry.Redacted(telemetry.ErrorText(f.First))
		if f.More > 0 {
			message += " (and " + strconv.Itoa(f.More) + " more)"
		}
		kind := telemetry.Text(f.Kind)
		if kind == "" || len(kind) > longestKind {
			kind = telemetry.ErrorType(f.First).Value.AsString()
		}
		op.span.SetAttributes(semconv.ErrorTypeKey.String(kind))
		op.span.SetStatus(codes.Error, message)
	}
	op.span.End()
}

// Code returns the code that an error's extensions have by convention, or "".
func Code(extensions map[string]any) string {
	code, _ := extensions["code"].(string)
	return code
}
