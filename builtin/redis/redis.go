// Package redis holds the aspect that traces and measures what a program does with Redis by
// github.com/redis/go-redis/v9, with any of its clients, made by the program or by a library.
//
// It is woven into the library's own methods; see its hooks for why it is no redis.Hook.
package redis

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither
// OpenTelemetry nor the library.
const hooks = "github.com/goweaver/weaver/builtin/redis/hooks."

// Aspect traces and measures Redis clients.
var Aspect = &instrument.Aspect{
	Name: "redis",
	Doc:  "trace and measure what goes through github.com/redis/go-redis/v9",
	Rules: []instrument.Rule{
		// What a client is, kept with it and with what it makes. Conn and Tx have the same fields in
		// some versions, so that one might be converted to the other, and a SentinelClient is
		// comparable in some: these can have none more.
		instrument.StructNamed("github.com/redis/go-redis/v9.Client").Add(known),
		instrument.StructNamed("github.com/redis/go-redis/v9.ClusterClient").Add(known),
		instrument.StructNamed("github.com/redis/go-redis/v9.Ring").Add(known),
		instrument.StructNamed("github.com/redis/go-redis/v9.Pipeline").Add(known),
		instrument.BodyNamed("github.com/redis/go-redis/v9.NewClient").Around(instrument.Named(hooks + "New")),
		instrument.BodyNamed("github.com/redis/go-redis/v9.NewFailoverClient").Around(instrument.Named(hooks + "NewFailover")),
		instrument.BodyNamed("github.com/redis/go-redis/v9.NewClusterClient").Around(instrument.Named(hooks + "NewCluster")),
		instrument.BodyNamed("github.com/redis/go-redis/v9.NewRing").Around(instrument.Named(hooks + "NewRing")),
		instrument.BodyNamed("github.com/redis/go-redis/v9.NewSentinelClient").Around(instrument.Named(hooks + "NewSentinel")),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.Client).WithTimeout").Around(instrument.Named(hooks+"WithTimeout")).Take(receiver, result),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.Client).Conn").Around(instrument.Named(hooks + "Conn")),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.Client).newTx").Around(instrument.Named(hooks + "Tx")),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.Client).Pipeline").Around(instrument.Named(hooks + "Pipeline")),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.Client).TxPipeline").Around(instrument.Named(hooks + "TxPipeline")),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.Conn).Pipeline").Around(instrument.Named(hooks + "PipelineConn")),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.Conn).TxPipeline").Around(instrument.Named(hooks + "TxPipelineConn")),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.Tx).Pipeline").Around(instrument.Named(hooks + "PipelineTx")),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.Tx).TxPipeline").Around(instrument.Named(hooks + "TxPipelineTx")),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.ClusterClient).Pipeline").Around(instrument.Named(hooks + "PipelineCluster")),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.ClusterClient).TxPipeline").Around(instrument.Named(hooks + "TxPipelineCluster")),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.Ring).Pipeline").Around(instrument.Named(hooks + "PipelineRing")),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.Ring).TxPipeline").Around(instrument.Named(hooks + "TxPipelineRing")),

		// Calls, each in the method that all forms of it come down to.
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.Client).Process").Around(instrument.Named(hooks+"Process")).Take(ctx, receiver, cmd, result),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.Conn).Process").Around(instrument.Named(hooks+"ProcessConn")).Take(ctx, receiver, cmd, result),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.Tx).Process").Around(instrument.Named(hooks+"ProcessTx")).Take(ctx, receiver, cmd, result),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.ClusterClient).Process").Around(instrument.Named(hooks+"ProcessCluster")).Take(ctx, receiver, cmd, result),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.Ring).Process").Around(instrument.Named(hooks+"ProcessRing")).Take(ctx, receiver, cmd, result),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.SentinelClient).Process").Around(instrument.Named(hooks+"ProcessSentinel")).Take(ctx, receiver, cmd, result),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.Pipeline).Exec").Around(instrument.Named(hooks+"Exec")).Take(ctx, receiver, result, err),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.ClusterClient).DBSize").Around(instrument.Named(hooks+"DBSize")).Take(ctx, receiver, result),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.ClusterClient).ScriptLoad").Around(instrument.Named(hooks+"ScriptLoad")).Take(ctx, receiver, result),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.ClusterClient).ScriptFlush").Around(instrument.Named(hooks+"ScriptFlush")).Take(ctx, receiver, result),
		instrument.BodyNamed("(*github.com/redis/go-redis/v9.ClusterClient).ScriptExists").Around(instrument.Named(hooks+"ScriptExists")).Take(ctx, receiver, result),

		// The program's own instrumentation.
		instrument.BodyNamed("github.com/redis/go-redis/extra/redisotel/v9.InstrumentTracing").Around(instrument.Named(hooks + "InstrumentTracing")),
		instrument.BodyNamed("github.com/redis/go-redis/extra/redisotel/v9.InstrumentMetrics").Around(instrument.Named(hooks + "InstrumentMetrics")),
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
