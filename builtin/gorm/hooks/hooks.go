// Package hooks holds the function that makes a span of each operation of gorm's, called
// from the body of the method that runs them.
//
// A span is of kind internal and is named for the operation and its table, "gorm.Query
// users". It holds together what belongs to one call of the program's: the queries, which
// are spans of database/sql's and have the statement, the transaction around them, preloaded
// associations, and what the model's own hooks do. It says nothing about the database:
// that would count each query twice.
//
// # What a program can see
//
// Statement.Context carries the span while the operation runs, for callbacks, hooks of
// models, loggers and drivers; when it is over, the context is the one that was there before.
// Nothing else is changed.
//
// # Whose spans
//
// A gorm.DB that has gorm.io/plugin/opentelemetry or its forerunner, otelgorm of
// uptrace's, is traced by that alone. It is known by the callbacks that it registers, which
// are asked for at each operation: so it does not matter when it is installed, nor how.
package hooks

import (
	"context"
	"sync/atomic"

	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
	"gorm.io/gorm"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// on is the built-in's switch, read once. tracer outlasts the calls of the hook, which has
// no receiver to keep it in.
var (
	on     = telemetry.On("gorm")
	tracer = telemetry.NewTracer("github.com/goweaver/weaver/builtin/gorm", trace.WithSchemaURL(semconv.SchemaURL))
)

// Execute is for (*processor).Execute, which runs an operation: all callbacks of one of
// gorm's six kinds. The processor, which says which kind it is, has a type that is not
// exported, and so is captured.
//
// A dry run is no operation: it makes the text of a statement, and gorm makes those of
// subqueries by it. What works for telemetry itself is not told of.
func Execute(db *gorm.DB, processor hook.Captured) func(*gorm.DB, hook.Exit) {
	if !on {
		return nil
	}
	if _, traced := telemetry.TracerProvider(); !traced {
		return nil
	}
	if db == nil || db.Config == nil || db.Statement == nil || db.DryRun {
		return nil
	}
	stmt := db.Statement
	if stmt.Context == nil || telemetry.IsUntraced(stmt.Context) {
		return nil
	}
	p := processor.At(0).Any()
	k := kindOf(db, p)
	if k.covered(p) {
		return nil
	}
	return start(stmt, k).end
}

// An operation is one that is under way.
type operation struct {
	kind   kind
	stmt   *gorm.Statement
	given  bool            // the program has written the statement
	before context.Context // that of the statement, and
	ctx    context.Context // what it is meanwhile
	span   trace.Span
	mark   *mark
}

// A mark is in the context of an operation: see unmarked.
type mark struct {
	span  trace.SpanContext // of the operation
	over  atomic.Bool
	outer trace.Span // the parent
	next  *mark      // of the operation that this one is part of
}

type markKey struct{}

func start(stmt *gorm.Statement, k kind) *operation {
	op := &operation{kind: k, stmt: stmt, given: stmt.SQL.Len() > 0, before: stmt.Context}
	outer, next := unmarked(stmt.Context)
	ctx, span := tracer.Start(outer, k.name)
	op.span = span
	op.mark = &mark{span: span.SpanContext(), outer: trace.SpanFromContext(outer), next: next}
	op.ctx = context.WithValue(ctx, markKey{}, op.mark)
	stmt.Context = op.ctx
	return op
}

// unmarked returns ctx for the next operation, and the mark of the one that this is part of,
// if any. A statement may keep the context of one that
// is over: where something has derived another from it, there is no way back. gorm itself
// does, with Config.DefaultContextTimeout, and so may a callback. What the program then does
// with the same statement is not part of the operation that is over.
func unmarked(ctx context.Context) (context.Context, *mark) {
	m, _ := ctx.Value(markKey{}).(*mark)
	for ; m != nil && m.over.Load() && trace.SpanContextFromContext(ctx).Equal(m.span); m = m.next {
		ctx = trace.ContextWithSpan(ctx, m.outer)
	}
	return ctx, m
}

// end ends the operation. It has returned tx, which is another DB than it was given where a
// scope of the program's has made one.
func (op *operation) end(tx *gorm.DB, how hook.Exit) {
	op.restore(op.stmt)
	stmt := op.stmt
	if how == hook.Returned && tx != nil && tx.Statement != nil {
		stmt = tx.Statement
		op.restore(stmt)
	}
	op.mark.over.Store(true)
	if !op.span.IsRecording() {
		return
	}
	if table := op.table(stmt); table != "" {
		op.span.SetName(op.kind.name + " " + table)
		op.span.SetAttributes(semconv.DBCollectionName(table))
	}
	var err error
	if tx != nil {
		err = tx.Error
	}
	fail(op.span, err, how)
	op.span.End()
}

func (op *operation) restore(stmt *gorm.Statement) {
	if stmt.Context == op.ctx {
		stmt.Context = op.before
	}
}
