package hooks

import (
	"context"
	"reflect"

	"github.com/jackc/pgx/v5"

	"github.com/goweaver/weaver/builtin/internal/dbspan"
	"github.com/goweaver/weaver/instrument/hook"
)

// A query lasts until its rows are closed: by the program, by Next at their end or at an
// error, or by Row.Scan. They have the query's context, and so its operation. Rows that are
// never closed keep their connection, and their operation has no end.

// Query is for (*pgx.Conn).Query, and thereby for QueryRow. Like [Exec] it does not take the
// arguments.
func Query(ctx context.Context, c *pgx.Conn, query string) (context.Context, func(pgx.Rows, error, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	known := wanted(ctx, c)
	if known == nil {
		return ctx, nil
	}
	ctx, op := start(ctx, c, known, known.target.Call(dbspan.CallKey{Kind: execute, Text: statementOf(c, query)}, describe))
	return ctx, op.fetched
}

// fetched is told what the query has returned.
func (op *operation) fetched(rows pgx.Rows, err error, how hook.Exit) {
	op.begin()
	if rows == nil || err != nil || how != hook.Returned {
		op.end(err, how)
		return
	}
	op.rows.Store(&rows)
	if op.early.Load() && closed(rows) {
		op.end(rows.Err(), how)
	}
}

// closed reports whether rows of pgx's are closed: it says so to nobody.
func closed(rows pgx.Rows) bool {
	v := reflect.ValueOf(rows)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return false
	}
	f := v.Elem().FieldByName("closed")
	return f.IsValid() && f.Kind() == reflect.Bool && f.Bool()
}

// CloseRows is for (*baseRows).Close, by which all ways to close rows go. It is given the
// rows, whose type is not exported, their context, which is gone after the first time, and
// how many of them have been read.
func CloseRows(captured hook.Captured) func(hook.Exit) {
	if !library.Live() {
		return nil
	}
	ctx, _ := captured.At(1).Any().(context.Context)
	if ctx == nil {
		return nil
	}
	op := operationOf(ctx)
	if op == nil || op.over.Load() {
		return nil
	}
	rows, _ := captured.At(0).Any().(pgx.Rows)
	returned := op.rows.Load()
	if returned == nil {
		op.early.Store(true) // or those of another query, that is part of this one
		return nil
	}
	if *returned != rows {
		return nil // those of a batch
	}
	read := int(captured.At(2).Int64())
	return func(how hook.Exit) {
		op.told.Returned(read)
		op.end(rows.Err(), how)
	}
}
