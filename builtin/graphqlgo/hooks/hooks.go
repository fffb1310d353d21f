// Package hooks holds the functions that make spans of the operations of
// github.com/graph-gophers/graphql-go, called from the bodies of the library's own methods.
//
// The library's extension point, a Tracer, is left to the program: a schema has one, and it is
// asked about each field, and not about a document that is none.
package hooks

import (
	"context"
	"reflect"
	"strings"
	"time"

	"github.com/graph-gophers/graphql-go"
	"github.com/graph-gophers/graphql-go/errors"

	"github.com/goweaver/weaver/builtin/internal/graphqlspan"
	"github.com/goweaver/weaver/instrument/hook"
)

// library has the switch and the tracer of the built-in. It outlasts the calls of the hooks,
// which have no receiver to keep it in.
var library = graphqlspan.NewLibrary("graphqlgo", "github.com/goweaver/weaver/builtin/graphqlgo")

// foreign reports whether the schema's tracer makes spans of OpenTelemetry's.
func foreign(tracer any) bool {
	t := reflect.TypeOf(tracer)
	if t == nil {
		return false
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return strings.HasSuffix(t.PkgPath(), "/trace/otel")
}

func start(ctx context.Context, tracer hook.Captured) (context.Context, *graphqlspan.Operation) {
	if foreign(tracer.At(0).Any()) {
		return ctx, nil
	}
	return library.Start(ctx, graphqlspan.Request{}, time.Now())
}

// Exec is for (*graphql.Schema).Exec.
func Exec(ctx context.Context, tracer hook.Captured) (context.Context, func(*graphql.Response, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	ctx, op := start(ctx, tracer)
	if op == nil {
		return ctx, nil
	}
	return ctx, func(res *graphql.Response, how hook.Exit) {
		var f *graphqlspan.Failure
		if res != nil && len(res.Errors) > 0 && res.Errors[0] != nil {
			f = failure(res.Errors[0])
			f.More = len(res.Errors) - 1
		}
		op.End(f, how)
	}
}

// failure returns what the first of an operation's errors says: its code, if it has one, or else
// the type of the error that a resolver has returned.
func failure(first *errors.QueryError) *graphqlspan.Failure {
	f := &graphqlspan.Failure{Kind: graphqlspan.Code(first.Extensions), First: first}
	if f.Kind == "" && first.ResolverError != nil {
		f.First = first.ResolverError
	}
	return f
}

// Subscribe is for (*graphql.Schema).Subscribe.
func Subscribe(ctx context.Context, tracer hook.Captured) (context.Context, func(error, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	ctx, op := start(ctx, tracer)
	if op == nil {
		return ctx, nil
	}
	return ctx, func(err error, how hook.Exit) {
		var f *graphqlspan.Failure
		if err != nil {
			f = &graphqlspan.Failure{First: err}
		}
		op.End(f, how)
	}
}

// Run is for the methods of an (*exec.Request) that run an operation: it says what that is.
func Run(ctx context.Context, asked hook.Captured) {
	if !library.Live() {
		return
	}
	if op := graphqlspan.Of(ctx); op != nil {
		op.Is(graphqlspan.Request{Type: strings.ToLower(asked.At(0).String()), Name: asked.At(1).String()})
	}
}
