// Package hooks holds the functions that make spans and metrics of what a program does with
// Redis by github.com/redis/go-redis/v9, called from the bodies of the library's own methods.
//
// The library's extension point, AddHook, is left to the program. A hook that is added when
// a client has been made would be a data race in older versions, which may be dialing by
// then; each transaction, connection and pipeline would make three closures more for it; it
// would be told of the handshakes of connections; and some of the library's fast paths are
// for clients without hooks. redisotel, which is one, follows older conventions and has the
// values of a command in its span.
//
// One call is one span. The client that the program calls tells: a cluster or a ring hands
// its commands to nodes, which are clients themselves, and these only say where they are. What
// is sent to set up a connection is part of the call that needs it.
package hooks

import (
	"context"
	"errors"

	"github.com/redis/go-redis/v9"

	"github.com/goweaver/weaver/builtin/internal/redisspan"
	"github.com/goweaver/weaver/instrument/hook"
)

// library has the switch, the tracer, the instruments and the pools of the built-in. It
// outlasts the calls of the hooks, which have no receiver to keep it in.
var library = newLibrary()

func newLibrary() *redisspan.Library {
	l := redisspan.NewLibrary("redis", "github.com/goweaver/weaver/builtin/redis")
	l.Nil = func(err error) bool { return errors.Is(err, redis.Nil) }
	l.ErrorType = errorType
	return l
}

// errorType returns the name of an error of the library that is one of its variables.
func errorType(err error) string {
	const pkg = "github.com/redis/go-redis/v9."
	switch {
	case errors.Is(err, redis.ErrClosed):
		return pkg + "ErrClosed"
	case errors.Is(err, redis.TxFailedErr):
		return pkg + "TxFailedErr"
	case err.Error() == "redis: connection pool timeout": // exported by newer versions only
		return pkg + "ErrPoolTimeout"
	}
	return ""
}

// run starts a call of one command.
func run(ctx context.Context, c *client, cmd redis.Cmder) (context.Context, func(error, hook.Exit)) {
	if c == nil || cmd == nil {
		return ctx, nil
	}
	ctx, op := library.Start(ctx, c.Client, redisspan.NewCommand(cmd, cmd.Args()))
	if op == nil {
		return ctx, nil
	}
	return ctx, op.End
}

// Process is for (*redis.Client).Process, which all commands of a client come down to.
func Process(ctx context.Context, c *redis.Client, cmd redis.Cmder) (context.Context, func(error, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	return run(ctx, clientOf(c), cmd)
}

// ProcessConn is for (*redis.Conn).Process. The library has connections of its own, to set
// others up; those are not known.
func ProcessConn(ctx context.Context, c *redis.Conn, cmd redis.Cmder) (context.Context, func(error, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	return run(ctx, connField.Load(c), cmd)
}

// ProcessTx is for (*redis.Tx).Process.
func ProcessTx(ctx context.Context, tx *redis.Tx, cmd redis.Cmder) (context.Context, func(error, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	return run(ctx, txField.Load(tx), cmd)
}

// ProcessCluster is for (*redis.ClusterClient).Process.
func ProcessCluster(ctx context.Context, c *redis.ClusterClient, cmd redis.Cmder) (context.Context, func(error, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	return run(ctx, clusterOf(c), cmd)
}

// ProcessRing is for (*redis.Ring).Process.
func ProcessRing(ctx context.Context, c *redis.Ring, cmd redis.Cmder) (context.Context, func(error, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	return run(ctx, ringOf(c), cmd)
}

// ProcessSentinel is for (*redis.SentinelClient).Process.
func ProcessSentinel(ctx context.Context, c *redis.SentinelClient, cmd redis.Cmder) (context.Context, func(error, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	return run(ctx, sentinelField.Load(c), cmd)
}

// Exec is for (*redis.Pipeline).Exec, by which all pipelines are sent, be they a transaction
// or not. One that is empty is not.
func Exec(ctx context.Context, p *redis.Pipeline) (context.Context, func([]redis.Cmder, error, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	b := pipelineField.Load(p)
	if b == nil {
		return ctx, nil
	}
	var cmds []redis.Cmder
	if queued := queue.Of(p); queued != nil {
		cmds = *queued
	}
	if len(cmds) == 0 {
		return ctx, nil
	}
	ctx, op := library.Start(ctx, b.client.Client, redisspan.NewBatch(b.mode, len(cmds), func(i int) redisspan.Command {
		return redisspan.NewCommand(cmds[i], cmds[i].Args())
	}))
	if op == nil {
		return ctx, nil
	}
	return ctx, func(cmds []redis.Cmder, err error, how hook.Exit) {
		// The error is that of the first command that has one, which may be that there is
		// nothing; another one may have failed.
		for i := 0; !library.Failed(err) && i < len(cmds); i++ {
			err = cmds[i].Err()
		}
		op.End(err, how)
	}
}

// all is for those methods of a cluster that ask each node themselves.
func all(ctx context.Context, c *redis.ClusterClient, args ...any) (context.Context, *redisspan.Operation) {
	if !library.Live() {
		return ctx, nil
	}
	known := clusterOf(c)
	if known == nil {
		return ctx, nil
	}
	return library.Start(ctx, known.Client, redisspan.NewCommand(nil, args))
}

// DBSize is for (*redis.ClusterClient).DBSize.
func DBSize(ctx context.Context, c *redis.ClusterClient) (context.Context, func(*redis.IntCmd, hook.Exit)) {
	ctx, op := all(ctx, c, "dbsize")
	if op == nil {
		return ctx, nil
	}
	return ctx, func(cmd *redis.IntCmd, how hook.Exit) { endAll(op, cmd, how) }
}

// ScriptLoad is for (*redis.ClusterClient).ScriptLoad.
func ScriptLoad(ctx context.Context, c *redis.ClusterClient) (context.Context, func(*redis.StringCmd, hook.Exit)) {
	ctx, op := all(ctx, c, "script", "load")
	if op == nil {
		return ctx, nil
	}
	return ctx, func(cmd *redis.StringCmd, how hook.Exit) { endAll(op, cmd, how) }
}

// ScriptFlush is for (*redis.ClusterClient).ScriptFlush.
func ScriptFlush(ctx context.Context, c *redis.ClusterClient) (context.Context, func(*redis.StatusCmd, hook.Exit)) {
	ctx, op := all(ctx, c, "script", "flush")
	if op == nil {
		return ctx, nil
	}
	return ctx, func(cmd *redis.StatusCmd, how hook.Exit) { endAll(op, cmd, how) }
}

// ScriptExists is for (*redis.ClusterClient).ScriptExists.
func ScriptExists(ctx context.Context, c *redis.ClusterClient) (context.Context, func(*redis.BoolSliceCmd, hook.Exit)) {
	ctx, op := all(ctx, c, "script", "exists")
	if op == nil {
		return ctx, nil
	}
	return ctx, func(cmd *redis.BoolSliceCmd, how hook.Exit) { endAll(op, cmd, how) }
}

// endAll ends the operation with the error of its command, of which there is none if the
// method has not returned.
func endAll(op *redisspan.Operation, cmd interface{ Err() error }, how hook.Exit) {
	if how != hook.Returned {
		op.End(nil, how)
		return
	}
	op.End(cmd.Err(), how)
}
