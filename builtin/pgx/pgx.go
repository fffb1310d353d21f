// Package pgx holds the aspect that traces and measures what a program does with PostgreSQL by
// github.com/jackc/pgx/v5 and its pgxpool, whoever opened the connection or the pool: queries
// and statements, batches, copies, preparing, pings and transactions, named as the aspect sql
// has them; and pools.
//
// It is woven into pgx's own methods, and is no pgx.QueryTracer. A connection has room for one
// tracer, which is the program's, and finds it again by Config; pgx tells a tracer of a
// statement and not that it begins a transaction, prepares it for another or is a pool's ping.
//
// What goes through database/sql by package stdlib has the span and the metrics of the aspect
// sql, and none of these; what is sent on the *pgx.Conn below, which sql.Conn.Raw hands out, has
// these. What the program's own tracer tells of is told by that alone: all of the connection's
// calls if it is a known one, such as exaring/otelpgx, and else those for which it opens a
// span. What is sent by a *pgconn.PgConn is not told of, and neither is connecting: it is part
// of the call that needs it.
//
// OTEL_GO_DISABLED_INSTRUMENTATIONS=pgx switches the aspect off at run time.
package pgx

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither
// OpenTelemetry nor the library.
const hooks = "github.com/goweaver/weaver/builtin/pgx/hooks."

// Aspect traces and measures pgx.
var Aspect = &instrument.Aspect{
	Name: "pgx",
	Doc:  "trace and measure what goes through github.com/jackc/pgx/v5",
	Rules: []instrument.Rule{
		// What a connection or a pool is, kept with it.
		instrument.StructNamed("github.com/jackc/pgx/v5.Conn").Add(known),
		instrument.StructNamed("github.com/jackc/pgx/v5/pgxpool.Pool").Add(known),
		instrument.BodyNamed("github.com/jackc/pgx/v5.connect").Around(instrument.Named(hooks + "Connect")),
		instrument.BodyNamed("github.com/jackc/pgx/v5/pgxpool.NewWithConfig").Around(instrument.Named(hooks + "NewPool")),

		// Operations of a connection, to which those of pools and transactions come down.
		instrument.BodyNamed("(*github.com/jackc/pgx/v5.Conn).Exec").Around(instrument.Named(hooks+"Exec")).Take(ctx, receiver, query, result, err),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5.Conn).Query").Around(instrument.Named(hooks+"Query")).Take(ctx, receiver, query, result, err),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5.Conn).Prepare").Around(instrument.Named(hooks+"Prepare")).Take(ctx, receiver, name, sql, err),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5.Conn).SendBatch").Around(instrument.Named(hooks+"SendBatch")).Take(ctx, receiver, batch, result),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5.Conn).CopyFrom").Around(instrument.Named(hooks+"CopyFrom")).Take(ctx, receiver, table, err),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5.Conn).Ping").Around(instrument.Named(hooks+"Ping")).Take(ctx, receiver, err),
		// A query ends where its rows are closed, by the program, at their end or at an error; a
		// batch where its results are.
		instrument.BodyNamed("(*github.com/jackc/pgx/v5.baseRows).Close").Around(instrument.Named(hooks+"CloseRows")).Capture("rows", "rows.ctx", "rows.rowCount"),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5.batchResults).Close").Around(instrument.Named(hooks + "CloseBatch")).Capture("br.ctx"),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5.pipelineBatchResults).Close").Around(instrument.Named(hooks + "CloseBatch")).Capture("br.ctx"),
		// Which statements begin and end transactions.
		instrument.BodyNamed("(*github.com/jackc/pgx/v5.Conn).BeginTx").Before(instrument.Named(hooks + "Begin")),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5.dbTx).Commit").Before(instrument.Named(hooks + "Commit")),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5.dbTx).Rollback").Before(instrument.Named(hooks + "Rollback")),

		// Pools: how long a connection is waited for, and what fails since there is none.
		instrument.BodyNamed("(*github.com/jackc/pgx/v5/pgxpool.Pool).Acquire").Around(instrument.Named(hooks+"Acquire")).Take(ctx, receiver, err),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5/pgxpool.Pool).Close").Before(instrument.Named(hooks + "ClosePool")),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5/pgxpool.Pool).Exec").Before(instrument.Named(hooks+"PoolExec")).Take(ctx, query),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5/pgxpool.Pool).Query").Before(instrument.Named(hooks+"PoolExec")).Take(ctx, query),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5/pgxpool.Pool).QueryRow").Before(instrument.Named(hooks+"PoolExec")).Take(ctx, query),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5/pgxpool.Pool).SendBatch").Before(instrument.Named(hooks + "PoolSendBatch")),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5/pgxpool.Pool).CopyFrom").Before(instrument.Named(hooks + "PoolCopyFrom")),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5/pgxpool.Pool).BeginTx").Before(instrument.Named(hooks + "PoolBegin")),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5/pgxpool.Pool).Ping").Before(instrument.Named(hooks + "PoolPing")),

		// What is database/sql's.
		instrument.BodyNamed("(*github.com/jackc/pgx/v5/stdlib.Conn).PrepareContext").Before(instrument.Named(hooks + "SQL")),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5/stdlib.Conn).BeginTx").Before(instrument.Named(hooks + "SQL")),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5/stdlib.Conn).ExecContext").Before(instrument.Named(hooks + "SQL")),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5/stdlib.Conn).QueryContext").Before(instrument.Named(hooks + "SQL")),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5/stdlib.Conn).Ping").Before(instrument.Named(hooks + "SQL")),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5/stdlib.Conn).ResetSession").Before(instrument.Named(hooks + "SQL")),

		// What the program's own tracer has made of a context, where pgx goes on with it.
		instrument.BodyNamed("(*github.com/jackc/pgx/v5.Conn).deallocateInvalidatedCachedStatements").Before(instrument.Named(hooks+"Traced")).Take(ctx, receiver),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5/pgconn.PgConn).Prepare").Before(instrument.Named(hooks+"TracedBelow")).Take(ctx, receiver),
		instrument.BodyNamed("(*github.com/jackc/pgx/v5/pgconn.PgConn).CopyFrom").Before(instrument.Named(hooks+"TracedBelow")).Take(ctx, receiver),
		instrument.BodyNamed("github.com/exaring/otelpgx.RecordStats").Before(instrument.Named(hooks + "RecordStats")).Capture("db"),
	},
}

// What the hooks take, where the order is not the target's.
var (
	receiver = instrument.Recv
	ctx      = instrument.Param(0)
	query    = instrument.Param(1)
	name     = instrument.Param(1)
	sql      = instrument.Param(2)
	batch    = instrument.Param(1)
	table    = instrument.Param(1)
	result   = instrument.Result(0)
	err      = instrument.Result(-1)
)

// known is the field in which the hooks keep what they know of a value.
var known = instrument.NewField[any]("weaver")
