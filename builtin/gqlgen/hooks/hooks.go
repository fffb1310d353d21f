// Package hooks holds the functions that make spans of the operations of
// github.com/99designs/gqlgen, called from the bodies of the library's own methods.
//
// The library's extension point, Use, is left to the program: an extension is listed among the
// server's, is there for one server only, and is not asked about a document that is none.
package hooks

import (
	"context"
	"reflect"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/goweaver/weaver/builtin/internal/graphqlspan"
	"github.com/goweaver/weaver/instrument/hook"
)

// library has the switch and the tracer of the built-in. It outlasts the calls of the hooks,
// which have no receiver to keep it in.
var library = graphqlspan.NewLibrary("gqlgen", "github.com/goweaver/weaver/builtin/gqlgen")

// foreign reports whether one of a server's extensions makes spans of OpenTelemetry's.
func foreign(extensions any) bool {
	all, _ := extensions.([]graphql.HandlerExtension)
	for _, e := range all {
		t := reflect.TypeOf(e)
		if t == nil {
			continue
		}
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if strings.Contains(t.PkgPath(), "/otelgqlgen") {
			return true
		}
	}
	return false
}

// notPersisted is the code of the answer that a query is to be sent whole, once.
const notPersisted = "PERSISTED_QUERY_NOT_FOUND"

// Read is for (*executor.Executor).CreateOperationContext, which reads what is asked. What can
// not be read is never dispatched, and has its span here.
func Read(ctx context.Context, params *graphql.RawParams, extensions hook.Captured) func(gqlerror.List, hook.Exit) {
	if !library.Live() {
		return nil
	}
	if foreign(extensions.At(0).Any()) {
		return nil
	}
	began := time.Now()
	return func(errs gqlerror.List, how hook.Exit) {
		f := failure(errs)
		if f == nil && how == hook.Returned || f != nil && f.Kind == notPersisted {
			return
		}
		var r graphqlspan.Request
		if params != nil {
			r.Name = params.OperationName
		}
		if _, op := library.Start(ctx, r, began); op != nil {
			op.End(f, how)
		}
	}
}

// failure returns what an operation's errors say, nil if there is none.
func failure(errs gqlerror.List) *graphqlspan.Failure {
	if len(errs) == 0 || errs[0] == nil {
		return nil
	}
	f := &graphqlspan.Failure{Kind: graphqlspan.Code(errs[0].Extensions), First: errs[0], More: len(errs) - 1}
	if inner := errs[0].Unwrap(); f.Kind == "" && inner != nil {
		f.First = inner
	}
	return f
}

// Dispatch is for (*executor.Executor).DispatchOperation, which returns by what an operation is
// run, and run again for each answer of a subscription.
func Dispatch(ctx context.Context, asked *graphql.OperationContext, extensions hook.Captured) (context.Context, func(graphql.ResponseHandler, hook.Exit) graphql.ResponseHandler) {
	if !library.Live() {
		return ctx, nil
	}
	if foreign(extensions.At(0).Any()) {
		return ctx, nil
	}
	var r graphqlspan.Request
	if asked != nil {
		if r.Name = asked.OperationName; asked.Operation != nil {
			r.Type, r.Name = string(asked.Operation.Operation), asked.Operation.Name
		}
	}
	ctx, op := library.Start(ctx, r, time.Now())
	if op == nil {
		return ctx, nil
	}
	return ctx, func(next graphql.ResponseHandler, how hook.Exit) graphql.ResponseHandler {
		if how != hook.Returned || next == nil {
			op.End(nil, how)
			return next
		}
		a := &answers{op: op, next: next, several: r.Type == string(ast.Subscription)}
		return a.get
	}
}
