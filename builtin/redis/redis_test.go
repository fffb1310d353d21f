package redis_test

import (
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"github.com/goweaver/weaver/builtin/redis"
	"github.com/goweaver/weaver/builtin/redis/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, redis.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(redis.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks that the aspect names bind to their targets. The rules are declared once more,
// by value, so that this is found out here; the one that is not exported shows when it is
// woven.
func TestHooksBind(t *testing.T) {
	var (
		receiver, ctx, cmd = instrument.Recv, instrument.Param(0), instrument.Param(1)
		result, err        = instrument.Result(0), instrument.Result(-1)
	)
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf(goredis.NewClient).Around(hooks.New),
		instrument.BodyOf(goredis.NewFailoverClient).Around(hooks.NewFailover),
		instrument.BodyOf(goredis.NewClusterClient).Around(hooks.NewCluster),
		instrument.BodyOf(goredis.NewRing).Around(hooks.NewRing),
		instrument.BodyOf(goredis.NewSentinelClient).Around(hooks.NewSentinel),
		instrument.BodyOf((*goredis.Client).WithTimeout).Around(hooks.WithTimeout).Take(receiver, result),
		instrument.BodyOf((*goredis.Client).Conn).Around(hooks.Conn),
		instrument.BodyOf((*goredis.Client).Pipeline).Around(hooks.Pipeline),
		instrument.BodyOf((*goredis.Client).TxPipeline).Around(hooks.TxPipeline),
		instrument.BodyOf((*goredis.Conn).Pipeline).Around(hooks.PipelineConn),
		instrument.BodyOf((*goredis.Conn).TxPipeline).Around(hooks.TxPipelineConn),
		instrument.BodyOf((*goredis.Tx).Pipeline).Around(hooks.PipelineTx),
		instrument.BodyOf((*goredis.Tx).TxPipeline).Around(hooks.TxPipelineTx),
		instrument.BodyOf((*goredis.ClusterClient).Pipeline).Around(hooks.PipelineCluster),
		instrument.BodyOf((*goredis.ClusterClient).TxPipeline).Around(hooks.TxPipelineCluster),
		instrument.BodyOf((*goredis.Ring).Pipeline).Around(hooks.PipelineRing),
		instrument.BodyOf((*goredis.Ring).TxPipeline).Around(hooks.TxPipelineRing),
		instrument.BodyOf((*goredis.Client).Process).Around(hooks.Process).Take(ctx, receiver, cmd, result),
		instrument.BodyOf((*goredis.Conn).Process).Around(hooks.ProcessConn).Take(ctx, receiver, cmd, result),
		instrument.BodyOf((*goredis.Tx).Process).Around(hooks.ProcessTx).Take(ctx, receiver, cmd, result),
		instrument.BodyOf((*goredis.ClusterClient).Process).Around(hooks.ProcessCluster).Take(ctx, receiver, cmd, result),
		instrument.BodyOf((*goredis.Ring).Process).Around(hooks.ProcessRing).Take(ctx, receiver, cmd, result),
		instrument.BodyOf((*goredis.SentinelClient).Process).Around(hooks.ProcessSentinel).Take(ctx, receiver, cmd, result),
		instrument.BodyOf((*goredis.Pipeline).Exec).Around(hooks.Exec).Take(ctx, receiver, result, err),
		instrument.BodyOf((*goredis.ClusterClient).DBSize).Around(hooks.DBSize).Take(ctx, receiver, result),
		instrument.BodyOf((*goredis.ClusterClient).ScriptLoad).Around(hooks.ScriptLoad).Take(ctx, receiver, result),
		instrument.BodyOf((*goredis.ClusterClient).ScriptFlush).Around(hooks.ScriptFlush).Take(ctx, receiver, result),
		instrument.BodyOf((*goredis.ClusterClient).ScriptExists).Around(hooks.ScriptExists).Take(ctx, receiver, result),
		instrument.BodyOf(instrumentation).Around(hooks.InstrumentTracing),
		instrument.BodyOf(instrumentation).Around(hooks.InstrumentMetrics),
	}}); err != nil {
		t.Error(err)
	}
}

// instrumentation has the signature of redisotel's two functions, but for the type of their
// options.
func instrumentation(goredis.UniversalClient, ...any) error { return nil }
