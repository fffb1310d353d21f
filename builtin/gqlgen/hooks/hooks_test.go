package hooks

import (
	"context"
	"errors"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/instrument/hook"
)

// An own is a server in woven code, whose operations are answered by exec.
type own struct {
	*executor.Executor
	extensions []graphql.HandlerExtension
}

func newOwn(exec func(context.Context) graphql.ResponseHandler, extensions ...graphql.HandlerExtension) own {
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: "type Query { hello: String! } type Subscription { ticks: String! }"})
	return own{executor.New(&graphql.ExecutableSchemaMock{
		ExecFunc: exec, SchemaFunc: func() *ast.Schema { return schema },
	}), extensions}
}

func (o own) captured() hook.Captured {
	return hook.Captured{Values: hook.MakeValues("e.extensions", o.extensions)}
}

func (o own) read(ctx context.Context, params *graphql.RawParams) (asked *graphql.OperationContext, errs gqlerror.List) {
	end := Read(ctx, params, o.captured())
	asked, errs = o.CreateOperationContext(ctx, params)
	if end != nil {
		end(errs, hook.Returned)
	}
	return asked, errs
}

func (o own) dispatch(ctx context.Context, asked *graphql.OperationContext) (graphql.ResponseHandler, context.Context) {
	ctx, end := Dispatch(ctx, asked, o.captured())
	next, inner := o.DispatchOperation(ctx, asked)
	if end != nil {
		next = end(next, hook.Returned)
	}
	return next, inner
}

// ask does what a transport does.
func (o own) ask(t *testing.T, params *graphql.RawParams) (answers []*graphql.Response) {
	t.Helper()
	ctx := graphql.StartOperationTrace(t.Context())
	asked, errs := o.read(ctx, params)
	if errs != nil {
		return []*graphql.Response{o.DispatchError(graphql.WithOperationContext(ctx, asked), errs)}
	}
	next, ctx := o.dispatch(ctx, asked)
	for {
		res := next(ctx)
		if res == nil {
			return answers
		}
		if answers = append(answers, res); asked.Operation.Operation != ast.Subscription {
			return answers
		}
	}
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

// An operation has a span with its type and name until its last answer, with what resolvers do
// below it, and whether it had errors.
func TestOperations(t *testing.T) {
	for _, c := range []struct {
		name, query, called, kind, failed string
		answers                           []*graphql.Response // of the schema
		n                                 int                 // that come
	}{
		{"query", "query Mine { hello }", "Mine", "query", "", []*graphql.Response{{Data: []byte("{}")}}, 1},
		{"code", "{ hello }", "", "query", "FORBIDDEN", []*graphql.Response{{Errors: gqlerror.List{
			{Message: "no", Extensions: map[string]any{"code": "FORBIDDEN"}}, {Message: "nor that"},
		}}}, 1},
		{"error", "{ hello }", "", "query", "*errors.errorString", []*graphql.Response{{Errors: gqlerror.List{gqlerror.WrapPath(nil, errBroken)}}}, 1},
		{"subscription", "subscription { ticks }", "", "subscription", "*gqlerror.Error", []*graphql.Response{
			{Data: []byte("{}")}, {Errors: gqlerror.List{{Message: "no"}}}, {Data: []byte("{}")},
		}, 3},
		{"document", "{ nothing }", "", "", "GRAPHQL_VALIDATION_FAILED", nil, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			spans := record(t)
			o := newOwn(func(ctx context.Context) graphql.ResponseHandler {
				return func(context.Context) *graphql.Response {
					_, span := otel.Tracer("").Start(ctx, "inside")
					span.End()
					if len(c.answers) == 0 {
						return nil
					}
					res := c.answers[0]
					c.answers = c.answers[1:]
					return res
				}
			})
			if got := o.ask(t, &graphql.RawParams{Query: c.query}); len(got) != c.n {
				t.Fatalf("%d answers", len(got))
			}
			all := spans.Ended()
			s := all[len(all)-1]
			name := c.kind
			if name == "" {
				name = "GraphQL Operation"
			}
			if s.Name() != name || s.SpanKind() != trace.SpanKindServer || value(s, "graphql.operation.name") != c.called || value(s, "graphql.operation.type") != c.kind {
				t.Errorf("%s %v", s.Name(), s.Attributes())
			}
			if value(s, "error.type") != c.failed || (s.Status().Code == codes.Error) != (c.failed != "") {
				t.Errorf("%v %v", s.Status(), s.Attributes())
			}
			for _, inside := range all[:len(all)-1] {
				if inside.Parent().SpanID() != s.SpanContext().SpanID() {
					t.Error("what a resolver does is not below")
				}
			}
		})
	}
}

var errBroken = errors.New("broken")

// A panic passes, and the operation has failed.
func TestPanic(t *testing.T) {
	spans := record(t)
	o := newOwn(func(context.Context) graphql.ResponseHandler {
		return func(context.Context) *graphql.Response { panic(errBroken) }
	})
	func() {
		defer func() {
			if v := recover(); v != any(errBroken) {
				t.Error(v)
			}
		}()
		o.ask(t, &graphql.RawParams{Query: "{ hello }"})
	}()
	if s := spans.Ended(); len(s) != 1 || value(s[0], "error.type") != "panic" {
		t.Errorf("%v", s)
	}
}

// notKnown is an extension that asks for queries to be sent whole.
type notKnown struct{}

func (notKnown) ExtensionName() string                   { return "NotKnown" }
func (notKnown) Validate(graphql.ExecutableSchema) error { return nil }
func (notKnown) MutateOperationParameters(context.Context, *graphql.RawParams) *gqlerror.Error {
	return &gqlerror.Error{Message: "PersistedQueryNotFound", Extensions: map[string]any{"code": notPersisted}}
}

// That a query is not known yet is an answer.
func TestNotPersisted(t *testing.T) {
	spans, o := record(t), newOwn(nil)
	o.Use(notKnown{})
	if got := o.ask(t, &graphql.RawParams{}); len(got[0].Errors) != 1 || len(spans.Started()) != 0 {
		t.Errorf("%v, %d spans", got[0], len(spans.Started()))
	}
	if foreign([]graphql.HandlerExtension{nil, notKnown{}, &notKnown{}}) || foreign(nil) {
		t.Error("these make no spans")
	}
}

// Without a provider nothing happens, and nothing is allocated.
func TestNothing(t *testing.T) {
	ctx, o := t.Context(), newOwn(nil)
	params, asked, c := &graphql.RawParams{}, &graphql.OperationContext{}, o.captured()
	if n := testing.AllocsPerRun(100, func() {
		got, end := Dispatch(ctx, asked, c)
		if got != ctx || end != nil || Read(ctx, params, c) != nil {
			t.Error("something is told")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
