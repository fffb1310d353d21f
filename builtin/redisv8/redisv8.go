// Package redisv8 holds the aspect that traces and measures what a program does with Redis by
// github.com/go-redis/redis/v8, with any of its clients, made by the program or by a library.
//
// It is woven into the library's own methods; see its hooks for why it is no redis.Hook.
package redisv8

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither
// OpenTelemetry nor the library.
const hooks = "github.com/goweaver/weaver/builtin/redisv8/hooks."

// Aspect traces and measures Redis clients.
var Aspect = &instrument.Aspect{
	Name: "redisv8",
	Doc:  "trace and measure what goes through github.com/go-redis/redis/v8",
	Rules: []instrument.Rule{
		// What a client is, kept with it and with what it makes. Values of Conn can be compared, so
		// that can have no field more.
		instrument.StructNamed("github.com/go-redis/redis/v8.Client").Add(known),
		instrument.StructNamed("github.com/go-redis/redis/v8.ClusterClient").Add(known),
		instrument.StructNamed("github.com/go-redis/redis/v8.Ring").Add(known),
		instrument.StructNamed("github.com/go-redis/redis/v8.SentinelClient").Add(known),
		instrument.StructNamed("github.com/go-redis/redis/v8.Tx").Add(known),
		instrument.StructNamed("github.com/go-redis/redis/v8.Pipeline").Add(known),
		instrument.BodyNamed("github.com/go-redis/redis/v8.NewClient").Around(instrument.Named(hooks + "New")),
		instrument.BodyNamed("github.com/go-redis/redis/v8.NewFailoverClient").Around(instrument.Named(hooks + "NewFailover")),
		instrument.BodyNamed("github.com/go-redis/redis/v8.NewClusterClient").Around(instrument.Named(hooks + "NewCluster")),
		instrument.BodyNamed("github.com/go-redis/redis/v8.NewRing").Around(instrument.Named(hooks + "NewRing")),
		instrument.BodyNamed("github.com/go-redis/redis/v8.NewSentinelClient").Around(instrument.Named(hooks + "NewSentinel")),
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.Client).Conn").Around(instrument.Named(hooks + "Conn")),
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.Client).newTx").Around(instrument.Named(hooks + "Tx")),
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.Client).Pipeline").Around(instrument.Named(hooks + "Pipeline")),
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.Client).TxPipeline").Around(instrument.Named(hooks + "TxPipeline")),
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.Conn).Pipeline").Around(instrument.Named(hooks + "PipelineConn")),
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.Conn).TxPipeline").Around(instrument.Named(hooks + "TxPipelineConn")),
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.Tx).Pipeline").Around(instrument.Named(hooks + "PipelineTx")),
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.Tx).TxPipeline").Around(instrument.Named(hooks + "TxPipelineTx")),
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.ClusterClient).Pipeline").Around(instrument.Named(hooks + "PipelineCluster")),
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.ClusterClient).TxPipeline").Around(instrument.Named(hooks + "TxPipelineCluster")),
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.Ring).Pipeline").Around(instrument.Named(hooks + "PipelineRing")),
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.Ring).TxPipeline").Around(instrument.Named(hooks + "TxPipelineRing")),

		// Calls, each in the method that all forms of it come down to.
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.Client).Process").Around(instrument.Named(hooks+"Process")).Take(ctx, receiver, cmd, result),
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.Conn).Process").Around(instrument.Named(hooks+"ProcessConn")).Take(ctx, receiver, cmd, result),
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.Tx).Process").Around(instrument.Named(hooks+"ProcessTx")).Take(ctx, receiver, cmd, result),
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.ClusterClient).Process").Around(instrument.Named(hooks+"ProcessCluster")).Take(ctx, receiver, cmd, result),
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.Ring).Process").Around(instrument.Named(hooks+"ProcessRing")).Take(ctx, receiver, cmd, result),
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.SentinelClient).Process").Around(instrument.Named(hooks+"ProcessSentinel")).Take(ctx, receiver, cmd, result),
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.Pipeline).Exec").Around(instrument.Named(hooks+"Exec")).Take(ctx, receiver, result, err),
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.ClusterClient).DBSize").Around(instrument.Named(hooks+"DBSize")).Take(ctx, receiver, result),
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.ClusterClient).ScriptLoad").Around(instrument.Named(hooks+"ScriptLoad")).Take(ctx, receiver, result),
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.ClusterClient).ScriptFlush").Around(instrument.Named(hooks+"ScriptFlush")).Take(ctx, receiver, result),
		instrument.BodyNamed("(*github.com/go-redis/redis/v8.ClusterClient).ScriptExists").Around(instrument.Named(hooks+"ScriptExists")).Take(ctx, receiver, result),
	},
}

// What the hooks take, where the order is not the target's.
var (
	receiver = instrument.Recv
	ctx      = instrument.Param(0)
	cmd      = instrument.Param(1)
	result   = instrument.Result(0)
	err      = instrument.Result(-1)
)

// known is the field in which the hooks keep what they know of a value.
var known = instrument.NewField[any]("weaver")
