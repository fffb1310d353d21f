package hooks

import (
	"context"
	"database/sql"
	"io"
	"sync/atomic"

	"github.com/goweaver/weaver/instrument/hook"
)

// A query lasts until its rows are closed: by the program, by Next at their end or at an
// error, by Row.Scan, or, when the context or the transaction ends, by a goroutine of
// database/sql's. That goroutine may be done before the query's method has returned. So
// whichever of the two comes second ends the operation, and they meet in the rows' slot.
// Rows that are never closed keep their connection, and their operation has no end.

// rows is what an operation knows of the rows that it returns.
type rows struct {
	counted  bool
	returned atomic.Int64 // the goroutine may end the operation while Next runs
	next     func(bool)   // made once, not for each row
}

// closed is in the slot of rows that have been closed.
var closed = new(operation)

// QueryDB is for (*sql.DB).QueryContext, and thereby for QueryRowContext. Like [ExecDB] it
// does not take the arguments.
func QueryDB(ctx context.Context, db *sql.DB, query string) (context.Context, func(*sql.Rows, error, hook.Exit)) {
	if !live() {
		return ctx, nil
	}
	return fetch(ctx, databaseOf(db), query)
}

// QueryConn is for (*sql.Conn).QueryContext.
func QueryConn(ctx context.Context, c *sql.Conn, query string) (context.Context, func(*sql.Rows, error, hook.Exit)) {
	if !live() {
		return ctx, nil
	}
	return fetch(ctx, databaseOfConn(c), query)
}

// QueryTx is for (*sql.Tx).QueryContext.
func QueryTx(ctx context.Context, tx *sql.Tx, query string) (context.Context, func(*sql.Rows, error, hook.Exit)) {
	if !live() {
		return ctx, nil
	}
	return fetch(ctx, databaseOfTx(tx), query)
}

// QueryStmt is for (*sql.Stmt).QueryContext.
func QueryStmt(ctx context.Context, s *sql.Stmt) (context.Context, func(*sql.Rows, error, hook.Exit)) {
	if !live() {
		return ctx, nil
	}
	d, query := databaseOfStmt(s)
	return fetch(ctx, d, query)
}

func fetch(ctx context.Context, d *database, query string) (context.Context, func(*sql.Rows, error, hook.Exit)) {
	ctx, op := start(ctx, d, callKey{query, execute})
	if op == nil {
		return ctx, nil
	}
	return ctx, op.fetched
}

// fetched is told what the query has returned.
func (op *operation) fetched(rs *sql.Rows, err error, how hook.Exit) {
	if rs == nil || err != nil || how != hook.Returned {
		op.end(err, how)
		return
	}
	op.rows.counted = true
	op.rows.next = func(ok bool) {
		if ok {
			op.rows.returned.Add(1)
		}
	}
	if !rowsSlot.of(rs).CompareAndSwap(nil, op) {
		op.end(lastError(rs), how)
	}
}

// Next is for (*sql.Rows).Next. It counts the rows.
func Next(rs *sql.Rows) func(ok bool) {
	if op, ok := rowsSlot.load(rs).(*operation); ok {
		return op.rows.next
	}
	return nil
}

// CloseRows is for (*sql.Rows).close, through which all ways to close rows go.
func CloseRows(rs *sql.Rows) func() {
	if rowsSlot.load(rs) == nil && !live() {
		return nil // nobody is going to put an operation there
	}
	return func() {
		if op, ok := rowsSlot.of(rs).Swap(closed).(*operation); ok && op != closed {
			op.end(lastError(rs), hook.Returned)
		}
	}
}

// lastError returns the error that rs, which is closed, has come to. Nothing writes to it
// any more. Rows.Err would say the same but for reading what a Next that is still running
// may write.
func lastError(rs *sql.Rows) error {
	err := rowsLastErr.of(rs)
	if err == nil || *err == io.EOF { //nolint:errorlint // as database/sql has it: one that wraps EOF is an error
		return nil
	}
	return *err
}
