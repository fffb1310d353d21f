package hooks

import (
	"context"
	"errors"
	"testing"

	"github.com/graph-gophers/graphql-go"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/instrument/hook"
)

type resolver struct{}

func (resolver) Hello(ctx context.Context) (string, error) {
	_, span := otel.Tracer("").Start(ctx, "inside")
	span.End()
	return "s3cret", nil
}

var errBroken = errors.New("broken")

func (resolver) Broken() (string, error) { return "", errBroken }

func (resolver) Ticks(context.Context) <-chan string {
	c := make(chan string, 1)
	c <- "tick"
	close(c)
	return c
}

func schema(t testing.TB) *graphql.Schema {
	s, err := graphql.ParseSchema("schema { query: Query subscription: Subscription } type Query { hello: String! broken: String! } type Subscription { ticks: String! }", &resolver{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// tracer is a schema's, as woven code captures it.
func tracer(v any) hook.Captured { return hook.Captured{Values: hook.MakeValues("s.tracer", v)} }

// run is Run in woven code.
func run(ctx context.Context, kind, name string) {
	Run(ctx, hook.Captured{Values: hook.MakeValues("op.Type", kind, "op.Name.Name", name)})
}

func record(t testing.TB) *tracetest.SpanRecorder {
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

// An operation has a span with its type and name, and whether it had errors.
func TestExec(t *testing.T) {
	for _, c := range []struct {
		query, name, kind, failed string
	}{
		{"query Mine { hello }", "Mine", "query", ""},
		{"{ broken }", "", "query", "*errors.errorString"},
		{"{ nothing }", "", "", "*errors.QueryError"},
	} {
		spans, s := record(t), schema(t)
		ctx, end := Exec(t.Context(), tracer(nil))
		if c.kind != "" {
			run(ctx, c.kind, c.name)
		}
		res := s.Exec(ctx, c.query, "", nil)
		end(res, hook.Returned)
		all := spans.Ended()
		span := all[len(all)-1]
		name := c.kind
		if name == "" {
			name = "GraphQL Operation"
		}
		if span.Name() != name || span.SpanKind() != trace.SpanKindServer || value(span, "graphql.operation.name") != c.name || value(span, "graphql.operation.type") != c.kind {
			t.Errorf("%s: %s %v", c.query, span.Name(), span.Attributes())
		}
		if got := value(span, "error.type"); got != c.failed || (span.Status().Code == codes.Error) != (c.failed != "") {
			t.Errorf("%s: %v %v", c.query, span.Status(), span.Attributes())
		}
		if len(all) == 2 && all[0].Parent().SpanID() != span.SpanContext().SpanID() {
			t.Error("what a resolver does is not below")
		}
	}
}

// A subscription has one until it has begun.
func TestSubscribe(t *testing.T) {
	spans, s := record(t), schema(t)
	ctx, end := Subscribe(t.Context(), tracer(nil))
	run(ctx, "SUBSCRIPTION", "Ticks")
	c, err := s.Subscribe(ctx, "subscription Ticks { ticks }", "", nil)
	end(err, hook.Returned)
	n := 0
	for range c {
		n++
	}
	if n != 1 || len(spans.Ended()) != 1 || spans.Ended()[0].Name() != "subscription" || spans.Ended()[0].Status().Code != codes.Unset {
		t.Errorf("%d answers, %v", n, spans.Ended())
	}
	_, end = Subscribe(t.Context(), tracer(nil))
	end(errBroken, hook.Returned)
	if s := spans.Ended()[1]; s.Status().Code != codes.Error {
		t.Error(s.Status())
	}
}

// A schema that has the library's tracer for OpenTelemetry is left to that; what works for nobody
// is left alone.
func TestLeftAlone(t *testing.T) {
	spans := record(t)
	if foreign(nil) || foreign(resolver{}) || foreign(&resolver{}) || foreign(3) {
		t.Error("these make no spans")
	}
	run(t.Context(), "query", "")
	if len(spans.Started()) != 0 {
		t.Error("there is a span")
	}
}

// Without a provider nothing happens, and nothing is allocated.
func TestNothing(t *testing.T) {
	ctx, c := t.Context(), tracer(nil)
	asked := hook.Captured{Values: hook.MakeValues("op.Type", "query", "op.Name.Name", "")}
	if n := testing.AllocsPerRun(100, func() {
		got, end := Exec(ctx, c)
		_, subscribed := Subscribe(ctx, c)
		Run(ctx, asked)
		if got != ctx || end != nil || subscribed != nil {
			t.Error("something is told")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
