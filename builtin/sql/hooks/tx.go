package hooks

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/goweaver/weaver/instrument/hook"
)

// beginKey is the key of the context that a transaction began with, before it had the span
// of beginning. The end of a transaction is a sibling of its beginning, not a child.
type beginKey struct{}

// BeginDB is for (*sql.DB).BeginTx.
func BeginDB(ctx context.Context, db *sql.DB) (context.Context, func(error, hook.Exit)) {
	if !live() {
		return ctx, nil
	}
	return begin(ctx, databaseOf(db))
}

// BeginConn is for (*sql.Conn).BeginTx.
func BeginConn(ctx context.Context, c *sql.Conn) (context.Context, func(error, hook.Exit)) {
	if !live() {
		return ctx, nil
	}
	return begin(ctx, databaseOfConn(c))
}

func begin(outer context.Context, d *database) (context.Context, func(error, hook.Exit)) {
	ctx, op := start(outer, d, callKey{"BEGIN", byName})
	if op == nil {
		return ctx, nil
	}
	return context.WithValue(ctx, beginKey{}, outer), op.end
}

// Commit is for (*sql.Tx).Commit.
func Commit(tx *sql.Tx) func(error, hook.Exit) {
	if !live() {
		return nil
	}
	return endTx(tx, "COMMIT", false)
}

// Rollback is for (*sql.Tx).rollback, which also runs where a context ends its
// transaction. In that case the connection may be discarded, and the error says no more
// than that.
func Rollback(tx *sql.Tx, discard bool) func(error, hook.Exit) {
	if !live() {
		return nil
	}
	return endTx(tx, "ROLLBACK", discard)
}

// endTx starts the operation that ends a transaction. One that has ended before is not
// ended again, which shows only afterwards: a deferred Rollback behind a Commit does
// nothing, and nothing is told of it.
func endTx(tx *sql.Tx, name string, discard bool) func(error, hook.Exit) {
	ctx := outerContext(tx)
	if ctx == nil {
		return nil
	}
	began := time.Now()
	return func(err error, how hook.Exit) {
		if errors.Is(err, sql.ErrTxDone) {
			return
		}
		if discard {
			err = nil
		}
		if _, op := startAt(ctx, databaseOfTx(tx), callKey{name, byName}, began); op != nil {
			op.end(err, how)
		}
	}
}

// outerContext returns the context that the transaction began with.
func outerContext(tx *sql.Tx) context.Context {
	ctx := txContext.of(tx)
	if ctx == nil || *ctx == nil {
		return nil
	}
	if outer, ok := (*ctx).Value(beginKey{}).(context.Context); ok {
		return outer
	}
	return *ctx
}
