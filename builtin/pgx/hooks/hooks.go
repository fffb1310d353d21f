// Package hooks holds the functions that make spans and metrics of what a program does with
// PostgreSQL by github.com/jackc/pgx/v5, called from the bodies of the library's own methods.
//
// One call is one span. What pgx does for a call on the same connection, such as to prepare a
// statement, to free another or to ask for a type, is part of it. A call of a pool begins
// where it asks for a connection, and is told of also where there is none.
package hooks

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/dbspan"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// library has the switch, the tracer, the instruments and the pools of the built-in. It
// outlasts the calls of the hooks, which have no receiver to keep it in.
var library = dbspan.NewLibrary("pgx", "github.com/goweaver/weaver/builtin/pgx", failed)

// An operation is a call of a connection that is under way.
type operation struct {
	conn *pgx.Conn
	told *dbspan.Operation // nil if nobody wants to know
	over atomic.Bool

	// Of a connection with a tracer of the program's the operation starts when that has had
	// its turn.
	late *late

	ends  bool                     // the transaction, by COMMIT
	rows  atomic.Pointer[pgx.Rows] // what a query has returned
	early atomic.Bool              // rows have been closed before that
}

// late is what an operation starts with.
type late struct {
	ctx   context.Context
	call  *dbspan.Call
	began time.Time
	own   []attribute.KeyValue
}

// opKey is the key of the *operation in the context that pgx goes on with.
type opKey struct{}

func operationOf(ctx context.Context) *operation {
	op, _ := ctx.Value(opKey{}).(*operation)
	return op
}

// wanted returns what is known of c if its calls with that context are to be told of, else nil:
// because the context is that of telemetry's own work, because they are part of another call
// or of one of database/sql, or because the program has another instrumentation for c.
func wanted(ctx context.Context, c *pgx.Conn) *connection {
	if ctx == nil || c == nil || telemetry.IsUntraced(ctx) || ctx.Value(sqlKey{}) != nil {
		return nil
	}
	if op := operationOf(ctx); op != nil && op.conn == c && !op.over.Load() {
		return nil
	}
	if known := connectionOf(c); !known.foreign {
		return known
	}
	return nil
}

// start starts an operation on c, of which known is known, and returns the context to go on
// with. One of a pool's began when that was called.
func start(ctx context.Context, c *pgx.Conn, known *connection, call *dbspan.Call, own ...attribute.KeyValue) (context.Context, *operation) {
	op, began := &operation{conn: c}, poolBegan(ctx)
	if known.traced {
		if began.IsZero() {
			began = time.Now()
		}
		op.late = &late{ctx, call, began, own}
	} else {
		ctx, op.told = library.Start(ctx, call, began, own...)
	}
	// Also if nobody wants to know: what is part of it is not to tell instead.
	return context.WithValue(ctx, opKey{}, op), op
}

// end ends the operation.
func (op *operation) end(err error, how hook.Exit) {
	op.begin()
	op.over.Store(true)
	op.told.End(err, how)
}

// begin starts an operation that has waited for a tracer.
func (op *operation) begin() {
	if l := op.late; l != nil {
		op.late = nil
		_, op.told = library.Start(l.ctx, l.call, l.began, l.own...)
	}
}

// Traced is for what pgx calls next after a tracer's start, with the context that this has
// made. If there is another span in it, the tracer tells of the operation.
func Traced(ctx context.Context, c *pgx.Conn) {
	if !library.Live() || ctx == nil {
		return
	}
	if op := operationOf(ctx); op != nil && op.conn == c {
		op.traced(ctx)
	}
}

// TracedBelow is Traced for what pgx calls of the connection below.
func TracedBelow(ctx context.Context, c *pgconn.PgConn) {
	if !library.Live() || ctx == nil {
		return
	}
	if op := operationOf(ctx); op != nil && op.conn.PgConn() == c {
		op.traced(ctx)
	}
}

func (op *operation) traced(ctx context.Context) {
	switch {
	case op.late == nil:
	case trace.SpanContextFromContext(ctx).Equal(trace.SpanContextFromContext(op.late.ctx)):
		op.begin()
	default:
		op.late = nil
	}
}

// Exec is for (*pgx.Conn).Exec. It does not take the arguments: a hook that does has every
// caller's slice of them moved to the heap.
func Exec(ctx context.Context, c *pgx.Conn, query string) (context.Context, func(pgconn.CommandTag, error, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	known := wanted(ctx, c)
	if known == nil {
		return ctx, nil
	}
	key := dbspan.CallKey{Kind: execute, Text: statementOf(c, query)}
	name := takeName(ctx)
	if name != "" {
		key = dbspan.CallKey{Kind: byName, Text: name}
	}
	ctx, op := start(ctx, c, known, known.target.Call(key, describe))
	op.ends = name == "COMMIT"
	return ctx, op.executed
}

// executed ends a statement that returns no rows. One that commits what has failed is
// answered by another tag.
func (op *operation) executed(tag pgconn.CommandTag, err error, how hook.Exit) {
	if op.ends && err == nil && tag.String() == "ROLLBACK" {
		err = pgx.ErrTxCommitRollback
	}
	op.end(err, how)
}

// Prepare is for (*pgx.Conn).Prepare. A statement that has been prepared before is not sent.
func Prepare(ctx context.Context, c *pgx.Conn, name, sql string) (context.Context, func(error, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	known := wanted(ctx, c)
	if known == nil || isPrepared(c, name, sql) {
		return ctx, nil
	}
	ctx, op := start(ctx, c, known, known.target.Call(dbspan.CallKey{Kind: prepare, Text: sql}, describe))
	return ctx, op.end
}

// CopyFrom is for (*pgx.Conn).CopyFrom.
func CopyFrom(ctx context.Context, c *pgx.Conn, table pgx.Identifier) (context.Context, func(error, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	known := wanted(ctx, c)
	if known == nil {
		return ctx, nil
	}
	ctx, op := start(ctx, c, known, known.target.Call(copyKey(table), describe))
	return ctx, op.end
}

// Ping is for (*pgx.Conn).Ping. That of a pool, which sees by it whether a connection is still
// there, is not told of.
func Ping(ctx context.Context, c *pgx.Conn) (context.Context, func(error, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	known := wanted(ctx, c)
	if known == nil || acquiring(ctx) {
		return ctx, nil
	}
	ctx, op := start(ctx, c, known, known.target.Call(ping, describe))
	return ctx, op.end
}
