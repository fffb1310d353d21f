// Package sql holds the aspect that traces and measures databases: whatever goes through
// database/sql, with any driver, opened by the program or by a library such as an ORM.
//
// It is woven into database/sql's own methods. Drivers, connectors and connections are not
// wrapped, so that a program finds them as it has made them.
package sql

import (
	"sync/atomic"

	"github.com/goweaver/weaver/instrument"
)

// The hooks are named, not referenced: the registration binary then links no
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/sql/hooks."

// Aspect traces and measures databases.
var Aspect = &instrument.Aspect{
	Name: "sql",
	Doc:  "trace and measure what goes through database/sql",
	Rules: []instrument.Rule{
		// What a database is, kept with it.
		instrument.StructNamed("database/sql.DB").Add(known),
		instrument.StructNamed("database/sql.Conn").Add(known),
		instrument.StructNamed("database/sql.Rows").Add(known),
		instrument.BodyNamed("database/sql.Open").Around(instrument.Named(hooks + "Open")),
		instrument.BodyNamed("database/sql.OpenDB").Around(instrument.Named(hooks + "OpenDB")),
		instrument.BodyNamed("(*database/sql.DB).Conn").Around(instrument.Named(hooks + "Conn")),

		// Operations, each in the method that all forms of it come down to.
		instrument.BodyNamed("(*database/sql.DB).PingContext").Around(instrument.Named(hooks+"PingDB")).Take(ctx, receiver, err),
		instrument.BodyNamed("(*database/sql.Conn).PingContext").Around(instrument.Named(hooks+"PingConn")).Take(ctx, receiver, err),
		instrument.BodyNamed("(*database/sql.DB).PrepareContext").Around(instrument.Named(hooks+"PrepareDB")).Take(ctx, receiver, query, err),
		instrument.BodyNamed("(*database/sql.Conn).PrepareContext").Around(instrument.Named(hooks+"PrepareConn")).Take(ctx, receiver, query, err),
		instrument.BodyNamed("(*database/sql.Tx).PrepareContext").Around(instrument.Named(hooks+"PrepareTx")).Take(ctx, receiver, query, err),
		instrument.BodyNamed("(*database/sql.DB).ExecContext").Around(instrument.Named(hooks+"ExecDB")).Take(ctx, receiver, query, err),
		instrument.BodyNamed("(*database/sql.Conn).ExecContext").Around(instrument.Named(hooks+"ExecConn")).Take(ctx, receiver, query, err),
		instrument.BodyNamed("(*database/sql.Tx).ExecContext").Around(instrument.Named(hooks+"ExecTx")).Take(ctx, receiver, query, err),
		instrument.BodyNamed("(*database/sql.Stmt).ExecContext").Around(instrument.Named(hooks+"ExecStmt")).Take(ctx, receiver, err),
		instrument.BodyNamed("(*database/sql.DB).QueryContext").Around(instrument.Named(hooks+"QueryDB")).Take(ctx, receiver, query, rows, err),
		instrument.BodyNamed("(*database/sql.Conn).QueryContext").Around(instrument.Named(hooks+"QueryConn")).Take(ctx, receiver, query, rows, err),
		instrument.BodyNamed("(*database/sql.Tx).QueryContext").Around(instrument.Named(hooks+"QueryTx")).Take(ctx, receiver, query, rows, err),
		instrument.BodyNamed("(*database/sql.Stmt).QueryContext").Around(instrument.Named(hooks+"QueryStmt")).Take(ctx, receiver, rows, err),
		instrument.BodyNamed("(*database/sql.DB).BeginTx").Around(instrument.Named(hooks+"BeginDB")).Take(ctx, receiver, err),
		instrument.BodyNamed("(*database/sql.Conn).BeginTx").Around(instrument.Named(hooks+"BeginConn")).Take(ctx, receiver, err),
		instrument.BodyNamed("(*database/sql.Tx).Commit").Around(instrument.Named(hooks + "Commit")),
		// These two also run where a context ends a transaction or a query.
		instrument.BodyNamed("(*database/sql.Tx).rollback").Around(instrument.Named(hooks + "Rollback")),
		instrument.BodyNamed("(*database/sql.Rows).close").Around(instrument.Named(hooks + "CloseRows")),
		instrument.BodyNamed("(*database/sql.Rows).Next").Around(instrument.Named(hooks + "Next")),

		// The pool.
		instrument.BodyNamed("(*database/sql.DB).Close").Before(instrument.Named(hooks + "CloseDB")),
		instrument.BodyNamed("(*database/sql.DB).SetMaxIdleConns").Before(instrument.Named(hooks + "SetMaxIdleConns")),
		instrument.BodyNamed("(*database/sql.DB).conn").Around(instrument.Named(hooks + "Acquire")),
	},
}

// What the hooks take, where the order is not the target's.
var (
	receiver = instrument.Recv
	ctx      = instrument.Param(0)
	query    = instrument.Param(1)
	rows     = instrument.Result(0)
	err      = instrument.Result(-1)
)

// known is the field in which the hooks keep what they know of a value.
var known = instrument.NewField[atomic.Value]("weaver")
