// Package hooks holds the functions that make spans and metrics of what a program does
// with databases, called from the bodies of database/sql's own methods.
//
// Nothing is wrapped. Drivers, connectors and connections are what the program has made
// them, and all that the program is given is database/sql's. What the hooks know of a
// value of its they keep in a field that the aspect adds to the value's type.
//
// One call is one span. Methods that come down to another exported one, as Query does to
// QueryContext and QueryRow to both, are left alone; a retry on another connection is
// within the method.
package hooks

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// scope is the name of the instrumentation.
const scope = "github.com/goweaver/weaver/builtin/sql"

// on is the built-in's switch, read once. tracer outlasts the calls of the hooks, which
// have no receiver to keep it in; so do the other variables of this package that are made
// when it is initialised.
var (
	on     = telemetry.On("sql")
	tracer = telemetry.NewTracer(scope, trace.WithSchemaURL(semconv.SchemaURL))
)

// live reports whether the program wants to know anything.
func live() bool {
	if !on {
		return false
	}
	if _, traced := telemetry.TracerProvider(); traced {
		return true
	}
	_, measured := telemetry.MeterProvider()
	return measured
}

// An operation is a call of a database that is under way.
type operation struct {
	target      *target
	call        *call
	ctx         context.Context
	span        trace.Span // nil if none is recorded
	instruments *instruments
	began       time.Time
	rows        rows
}

// start starts an operation on d, which may be nil, and returns the context to go on
// with. The operation is nil if nobody wants to know of it: because the context is that
// of telemetry's own work, or because the program has another instrumentation for it. A
// context that is nil stays so, for database/sql to say what it has to say about it.
func start(ctx context.Context, d *database, key callKey) (context.Context, *operation) {
	return startAt(ctx, d, key, time.Time{})
}

// startAt is start for an operation that began at a time in the past, if that is not zero.
func startAt(ctx context.Context, d *database, key callKey, began time.Time) (context.Context, *operation) {
	if ctx == nil || telemetry.IsUntraced(ctx) {
		return ctx, nil
	}
	t := d.described()
	if t.foreign || covered(ctx) {
		return ctx, nil
	}
	op := &operation{target: t, call: t.call(key), ctx: ctx, instruments: meters.Current(), began: began}
	options := op.call.start
	if began.IsZero() {
		op.began = time.Now()
	} else {
		options = append(slices.Clip(options), trace.WithTimestamp(began))
	}
	if _, traced := telemetry.TracerProvider(); traced {
		var span trace.Span
		ctx, span = tracer.Start(ctx, op.call.name, options...)
		if op.ctx = ctx; span.IsRecording() {
			op.span = span
		}
	}
	if op.span == nil && op.instruments == nil {
		return ctx, nil
	}
	return ctx, op
}

// run is start for an operation that is over when its method returns: the exit function
// is told the method's error.
func run(ctx context.Context, d *database, key callKey) (context.Context, func(error, hook.Exit)) {
	ctx, op := start(ctx, d, key)
	if op == nil {
		return ctx, nil
	}
	return ctx, op.end
}

// end ends the operation.
func (op *operation) end(err error, how hook.Exit) {
	op.finish(op.target.failed(err, how))
}

// finish ends the operation, which failed or, if f is nil, did not. What is done with the
// span when it ends is no part of it.
func (op *operation) finish(f *failure) {
	took := time.Since(op.began)
	if s := op.span; s != nil {
		if f != nil {
			s.SetAttributes(f.attributes()...)
			s.SetStatus(codes.Error, f.message)
		}
		if op.rows.counted {
			s.SetAttributes(semconv.DBResponseReturnedRows(int(op.rows.returned.Load())))
		}
		s.End()
	}
	m := op.instruments
	if m == nil {
		return
	}
	options := op.call.record
	if f != nil {
		options = []metric.RecordOption{metric.WithAttributes(append(f.attributes(), op.call.measured...)...)}
	}
	m.duration.Record(op.ctx, took.Seconds(), options...)
	if op.rows.counted {
		m.returned.Record(op.ctx, op.rows.returned.Load(), options...)
	}
}

// PingDB is for (*sql.DB).PingContext.
func PingDB(ctx context.Context, db *sql.DB) (context.Context, func(error, hook.Exit)) {
	if !live() {
		return ctx, nil
	}
	return run(ctx, databaseOf(db), callKey{"PING", byName})
}

// PingConn is for (*sql.Conn).PingContext.
func PingConn(ctx context.Context, c *sql.Conn) (context.Context, func(error, hook.Exit)) {
	if !live() {
		return ctx, nil
	}
	return run(ctx, databaseOfConn(c), callKey{"PING", byName})
}

// PrepareDB is for (*sql.DB).PrepareContext. What is prepared anew on another connection,
// when the statement runs there, is part of running it.
func PrepareDB(ctx context.Context, db *sql.DB, query string) (context.Context, func(error, hook.Exit)) {
	if !live() {
		return ctx, nil
	}
	return run(ctx, databaseOf(db), callKey{query, prepare})
}

// PrepareConn is for (*sql.Conn).PrepareContext.
func PrepareConn(ctx context.Context, c *sql.Conn, query string) (context.Context, func(error, hook.Exit)) {
	if !live() {
		return ctx, nil
	}
	return run(ctx, databaseOfConn(c), callKey{query, prepare})
}

// PrepareTx is for (*sql.Tx).PrepareContext.
func PrepareTx(ctx context.Context, tx *sql.Tx, query string) (context.Context, func(error, hook.Exit)) {
	if !live() {
		return ctx, nil
	}
	return run(ctx, databaseOfTx(tx), callKey{query, prepare})
}

// ExecDB is for (*sql.DB).ExecContext. It does not take the arguments: a hook that does
// has every caller's slice of them moved to the heap.
func ExecDB(ctx context.Context, db *sql.DB, query string) (context.Context, func(error, hook.Exit)) {
	if !live() {
		return ctx, nil
	}
	return run(ctx, databaseOf(db), callKey{query, execute})
}

// ExecConn is for (*sql.Conn).ExecContext.
func ExecConn(ctx context.Context, c *sql.Conn, query string) (context.Context, func(error, hook.Exit)) {
	if !live() {
		return ctx, nil
	}
	return run(ctx, databaseOfConn(c), callKey{query, execute})
}

// ExecTx is for (*sql.Tx).ExecContext.
func ExecTx(ctx context.Context, tx *sql.Tx, query string) (context.Context, func(error, hook.Exit)) {
	if !live() {
		return ctx, nil
	}
	return run(ctx, databaseOfTx(tx), callKey{query, execute})
}

// ExecStmt is for (*sql.Stmt).ExecContext.
func ExecStmt(ctx context.Context, s *sql.Stmt) (context.Context, func(error, hook.Exit)) {
	if !live() {
		return ctx, nil
	}
	d, query := databaseOfStmt(s)
	return run(ctx, d, callKey{query, execute})
}
