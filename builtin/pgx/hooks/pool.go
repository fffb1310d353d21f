package hooks

import (
	"context"
	"time"
	"weak"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/otel/attribute"

	"github.com/goweaver/weaver/builtin/internal/dbspan"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// A pool is what the hooks know of a pgxpool.Pool.
type pool struct {
	*dbspan.Pool
	target  *dbspan.Target
	foreign bool // the program has an instrumentation for its connections
}

var poolField = dbspan.NewField[pgxpool.Pool, pool]()

// minIdle is how many idle connections a pool keeps. Older versions know no such number.
var minIdle = dbspan.MemberOf[pgxpool.Config, int32]("MinIdleConns")

// NewPool is for pgxpool.NewWithConfig, by which all pools are made.
func NewPool(config *pgxpool.Config) func(*pgxpool.Pool, error) {
	if !library.On || config == nil || config.ConnConfig == nil {
		return nil
	}
	return func(p *pgxpool.Pool, err error) {
		if p != nil && err == nil {
			poolField.Set(p, newPool(p, config))
		}
	}
}

// poolOf returns what is known of p. A pool that was made before this package was
// initialised is found out about here.
func poolOf(p *pgxpool.Pool) *pool {
	known := poolField.Load(p)
	if known != nil || p == nil {
		return known
	}
	known = newPool(p, p.Config())
	if had := poolField.Add(p, known); had != known {
		known.Forget()
		return had
	}
	return known
}

func newPool(p *pgxpool.Pool, config *pgxpool.Config) *pool {
	at := place(config.ConnConfig)
	if several(config.ConnConfig) {
		at.Address, at.Port = "", 0
	}
	known := &pool{target: library.Target(at), foreign: isForeign(config.ConnConfig.Tracer)}
	var idle int64
	if n := minIdle.Of(config); n != nil {
		idle = int64(*n)
	}
	w := weak.Make(p)
	known.Pool = library.Observe(known.target, func() (s dbspan.Stats, open bool) {
		p := w.Value()
		if p == nil {
			return s, false
		}
		now := p.Stat()
		return dbspan.Stats{
			Idle: int64(now.IdleConns()), Used: int64(now.AcquiredConns()), Max: int64(now.MaxConns()), IdleMin: idle,
		}, true
	})
	return known
}

// ClosePool is for (*pgxpool.Pool).Close.
func ClosePool(p *pgxpool.Pool) {
	if known := poolField.Load(p); known != nil {
		known.Forget()
	}
}

// RecordStats is for otelpgx.RecordStats, whose metrics the program prefers for the pool that
// it is given.
func RecordStats(captured hook.Captured) {
	if p, ok := captured.At(0).Any().(*pgxpool.Pool); ok && library.On {
		if known := poolOf(p); known != nil {
			known.SetForeign()
		}
	}
}

// poolKey is the key of the *poolCall in the context of a call of a pool.
type poolKey struct{}

// A poolCall is a call of a pool, which asks for a connection first.
type poolCall struct {
	began time.Time
	key   dbspan.CallKey
	batch *pgx.Batch // or nil
}

// none is in the context that a pool makes connections with, which calls of the program's
// have that set them up.
var none = new(poolCall)

// poolBegan returns when the call of a pool began of which a call with that context is part,
// or zero.
func poolBegan(ctx context.Context) time.Time {
	if call, _ := ctx.Value(poolKey{}).(*poolCall); call != nil {
		return call.began
	}
	return time.Time{}
}

// acquiring reports whether the context is that by which a pool gets a connection ready.
func acquiring(ctx context.Context) bool { return ctx.Value(poolKey{}) == none }

func call(ctx context.Context, key dbspan.CallKey, batch *pgx.Batch) context.Context {
	if ctx == nil || !library.Live() || telemetry.IsUntraced(ctx) {
		return ctx
	}
	return context.WithValue(ctx, poolKey{}, &poolCall{time.Now(), key, batch})
}

// Acquire is for (*pgxpool.Pool).Acquire, which gets a connection for whatever needs one, be
// it idle, new, or one that has to be waited for. A call for which there is none has failed
// by it, and is told of here.
func Acquire(ctx context.Context, p *pgxpool.Pool) (context.Context, func(error, hook.Exit)) {
	if !library.Live() || ctx == nil {
		return ctx, nil
	}
	known := poolOf(p)
	if known == nil {
		return ctx, nil
	}
	waited, outer := known.Acquire(), ctx
	return context.WithValue(ctx, poolKey{}, none), func(err error, how hook.Exit) {
		if waited != nil {
			waited(err)
		}
		of, _ := outer.Value(poolKey{}).(*poolCall)
		if of == nil || of == none || err == nil && how == hook.Returned || known.foreign {
			return
		}
		c, own := of.call(known.target)
		_, op := library.Start(outer, c, of.began, own...)
		op.End(err, how)
	}
}

func (p *poolCall) call(t *dbspan.Target) (*dbspan.Call, []attribute.KeyValue) {
	if p.batch != nil {
		return batchCall(t, p.batch)
	}
	return t.Call(p.key, describe), nil
}

// PoolExec is for the methods Exec, Query and QueryRow of pgxpool.Pool.
func PoolExec(ctx context.Context, query string) context.Context {
	return call(ctx, dbspan.CallKey{Kind: execute, Text: query}, nil)
}

// PoolSendBatch is for (*pgxpool.Pool).SendBatch.
func PoolSendBatch(ctx context.Context, b *pgx.Batch) context.Context {
	return call(ctx, dbspan.CallKey{}, b)
}

// PoolCopyFrom is for (*pgxpool.Pool).CopyFrom.
func PoolCopyFrom(ctx context.Context, table pgx.Identifier) context.Context {
	if !library.Live() {
		return ctx
	}
	return call(ctx, copyKey(table), nil)
}

// PoolBegin is for (*pgxpool.Pool).BeginTx.
func PoolBegin(ctx context.Context) context.Context {
	return call(ctx, dbspan.CallKey{Kind: byName, Text: "BEGIN"}, nil)
}

// PoolPing is for (*pgxpool.Pool).Ping.
func PoolPing(ctx context.Context) context.Context { return call(ctx, ping, nil) }
