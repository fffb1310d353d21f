package graphqlspan

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

func record(t *testing.T) *tracetest.SpanRecorder {
	spans, tp := tracetest.NewSpanRecorder(), otel.GetTracerProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)))
	t.Cleanup(func() { otel.SetTracerProvider(tp) })
	return spans
}

func value(s sdktrace.ReadOnlySpan, key string) string {
	for _, a := range s.Attributes() {
		if string(a.Key) == key {
			return a.Value.String()
		}
	}
	return ""
}

// An operation is named by its type, and is of kind server but below a server's span.
func TestNames(t *testing.T) {
	for _, c := range []struct {
		first, then Request
		below       trace.SpanKind
		name        string
		kind        trace.SpanKind
	}{
		{Request{"query", "a"}, Request{}, 0, "query", trace.SpanKindServer},
		{Request{}, Request{"mutation", "b\xff"}, trace.SpanKindServer, "mutation", trace.SpanKindInternal},
		{Request{"s3cret", ""}, Request{}, trace.SpanKindClient, "GraphQL Operation", trace.SpanKindServer},
		{Request{"subscription", ""}, Request{}, trace.SpanKindInternal, "subscription", trace.SpanKindServer},
	} {
		spans, l, ctx := record(t), NewLibrary("graphql", "scope"), t.Context()
		if c.below != 0 {
			ctx, _ = otel.Tracer("").Start(ctx, "below", trace.WithSpanKind(c.below))
		}
		ctx, op := l.Start(ctx, c.first, time.Now())
		if Of(ctx) != op || Of(t.Context()) != nil {
			t.Error("the context has another operation")
		}
		if c.then != (Request{}) {
			op.Is(c.then)
		}
		op.End(nil, hook.Returned)
		s := spans.Ended()[0]
		want := c.first
		if c.then != (Request{}) {
			want = c.then
		}
		if s.Name() != c.name || s.SpanKind() != c.kind || value(s, "graphql.operation.name") != telemetry.Text(want.Name) {
			t.Errorf("%s of kind %v: %v", s.Name(), s.SpanKind(), s.Attributes())
		}
		if typ := value(s, "graphql.operation.type"); typ != c.name && (typ != "" || c.name != unknown) {
			t.Errorf("the type is %q", typ)
		}
	}
}

// A failure is told by its code, or by the type of its error.
func TestFailures(t *testing.T) {
	for _, c := range []struct {
		f             *Failure
		how           hook.Exit
		kind, message string
	}{
		{&Failure{Kind: "FORBIDDEN", First: errors.New("token=abc"), More: 2}, hook.Returned, "FORBIDDEN", "token=xxxxx (and 2 more)"},
		{&Failure{First: errors.New("no")}, hook.Returned, "*errors.errorString", "no"},
		{nil, hook.Panicked, "panic", "panic"},
	} {
		spans, l := record(t), NewLibrary("graphql", "scope")
		_, op := l.Start(t.Context(), Request{}, time.Now())
		op.End(c.f, c.how)
		if s := spans.Ended()[0]; value(s, "error.type") != c.kind || s.Status().Code != codes.Error || s.Status().Description != c.message {
			t.Errorf("%v %v", s.Status(), s.Attributes())
		}
	}
	if Code(map[string]any{"code": 7}) != "" || Code(nil) != "" || Code(map[string]any{"code": "X"}) != "X" {
		t.Error("another code")
	}
}

// Nobody is told of telemetry's own work, nor without a provider.
func TestNothing(t *testing.T) {
	l := NewLibrary("graphql", "scope")
	if l.Live() {
		t.Error("there is nobody")
	}
	record(t)
	if _, op := l.Start(telemetry.Untraced(t.Context()), Request{}, time.Now()); op != nil || !l.Live() {
		t.Error("telemetry's own work is told of")
	}
	if _, op := l.Start(context.Context(nil), Request{}, time.Now()); op != nil || Of(nil) != nil { //nolint:staticcheck // there is none
		t.Error("there is no context")
	}
}
