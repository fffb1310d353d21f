package pgx_test

import (
	"context"
	"testing"

	library "github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/goweaver/weaver/builtin/pgx"
	"github.com/goweaver/weaver/builtin/pgx/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, pgx.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(pgx.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks that the aspect names bind to their targets. The rules are declared once more,
// by value, so that this is found out here; those that are not exported show when they are
// woven.
func TestHooksBind(t *testing.T) {
	var (
		receiver, ctx, one, two = instrument.Recv, instrument.Param(0), instrument.Param(1), instrument.Param(2)
		result, err             = instrument.Result(0), instrument.Result(-1)
	)
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf(library.Connect).Around(hooks.Connect), // returns what the function for all does
		instrument.BodyOf(pgxpool.NewWithConfig).Around(hooks.NewPool),
		instrument.BodyOf((*library.Conn).Exec).Around(hooks.Exec).Take(ctx, receiver, one, result, err),
		instrument.BodyOf((*library.Conn).Query).Around(hooks.Query).Take(ctx, receiver, one, result, err),
		instrument.BodyOf((*library.Conn).Prepare).Around(hooks.Prepare).Take(ctx, receiver, one, two, err),
		instrument.BodyOf((*library.Conn).SendBatch).Around(hooks.SendBatch).Take(ctx, receiver, one, result),
		instrument.BodyOf((*library.Conn).CopyFrom).Around(hooks.CopyFrom).Take(ctx, receiver, one, err),
		instrument.BodyOf((*library.Conn).Ping).Around(hooks.Ping).Take(ctx, receiver, err),
		instrument.BodyOf((*library.Conn).BeginTx).Before(hooks.Begin),
		instrument.BodyOf(rollback).Before(hooks.Commit),
		instrument.BodyOf(rollback).Before(hooks.Rollback),
		instrument.BodyOf((*pgxpool.Pool).Acquire).Around(hooks.Acquire).Take(ctx, receiver, err),
		instrument.BodyOf((*pgxpool.Pool).Close).Before(hooks.ClosePool),
		instrument.BodyOf((*pgxpool.Pool).Exec).Before(hooks.PoolExec).Take(ctx, one),
		instrument.BodyOf((*pgxpool.Pool).Query).Before(hooks.PoolExec).Take(ctx, one),
		instrument.BodyOf((*pgxpool.Pool).QueryRow).Before(hooks.PoolExec).Take(ctx, one),
		instrument.BodyOf((*pgxpool.Pool).SendBatch).Before(hooks.PoolSendBatch),
		instrument.BodyOf((*pgxpool.Pool).CopyFrom).Before(hooks.PoolCopyFrom),
		instrument.BodyOf((*pgxpool.Pool).BeginTx).Before(hooks.PoolBegin),
		instrument.BodyOf((*pgxpool.Pool).Ping).Before(hooks.PoolPing),
		instrument.BodyOf((*stdlib.Conn).PrepareContext).Before(hooks.SQL),
		instrument.BodyOf((*stdlib.Conn).BeginTx).Before(hooks.SQL),
		instrument.BodyOf((*stdlib.Conn).ExecContext).Before(hooks.SQL),
		instrument.BodyOf((*stdlib.Conn).QueryContext).Before(hooks.SQL),
		instrument.BodyOf((*stdlib.Conn).Ping).Before(hooks.SQL),
		instrument.BodyOf((*stdlib.Conn).ResetSession).Before(hooks.SQL),
		instrument.BodyOf((*pgconn.PgConn).Prepare).Before(hooks.TracedBelow).Take(ctx, receiver),
		instrument.BodyOf((*pgconn.PgConn).CopyFrom).Before(hooks.TracedBelow).Take(ctx, receiver),
		instrument.BodyOf((*library.Conn).Ping).Before(hooks.Traced).Take(ctx, receiver),
	}}); err != nil {
		t.Error(err)
	}
}

// rollback has the signature of the methods that end transactions.
func rollback(context.Context) error { return nil }
