package redisv8_test

import (
	"testing"

	"github.com/go-redis/redis/v8"

	"github.com/goweaver/weaver/builtin/redisv8"
	"github.com/goweaver/weaver/builtin/redisv8/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, redisv8.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(redisv8.Aspect); err != nil {
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
		instrument.BodyOf(redis.NewClient).Around(hooks.New),
		instrument.BodyOf(redis.NewFailoverClient).Around(hooks.NewFailover),
		instrument.BodyOf(redis.NewClusterClient).Around(hooks.NewCluster),
		instrument.BodyOf(redis.NewRing).Around(hooks.NewRing),
		instrument.BodyOf(redis.NewSentinelClient).Around(hooks.NewSentinel),
		instrument.BodyOf((*redis.Client).Conn).Around(hooks.Conn),
		instrument.BodyOf((*redis.Client).Pipeline).Around(hooks.Pipeline),
		instrument.BodyOf((*redis.Client).TxPipeline).Around(hooks.TxPipeline),
		instrument.BodyOf((*redis.Conn).Pipeline).Around(hooks.PipelineConn),
		instrument.BodyOf((*redis.Conn).TxPipeline).Around(hooks.TxPipelineConn),
		instrument.BodyOf((*redis.Tx).Pipeline).Around(hooks.PipelineTx),
		instrument.BodyOf((*redis.Tx).TxPipeline).Around(hooks.TxPipelineTx),
		instrument.BodyOf((*redis.ClusterClient).Pipeline).Around(hooks.PipelineCluster),
		instrument.BodyOf((*redis.ClusterClient).TxPipeline).Around(hooks.TxPipelineCluster),
		instrument.BodyOf((*redis.Ring).Pipeline).Around(hooks.PipelineRing),
		instrument.BodyOf((*redis.Ring).TxPipeline).Around(hooks.TxPipelineRing),
		instrument.BodyOf((*redis.Client).Process).Around(hooks.Process).Take(ctx, receiver, cmd, result),
		instrument.BodyOf((*redis.Conn).Process).Around(hooks.ProcessConn).Take(ctx, receiver, cmd, result),
		instrument.BodyOf((*redis.Tx).Process).Around(hooks.ProcessTx).Take(ctx, receiver, cmd, result),
		instrument.BodyOf((*redis.ClusterClient).Process).Around(hooks.ProcessCluster).Take(ctx, receiver, cmd, result),
		instrument.BodyOf((*redis.Ring).Process).Around(hooks.ProcessRing).Take(ctx, receiver, cmd, result),
		instrument.BodyOf((*redis.SentinelClient).Process).Around(hooks.ProcessSentinel).Take(ctx, receiver, cmd, result),
		instrument.BodyOf((*redis.Pipeline).Exec).Around(hooks.Exec).Take(ctx, receiver, result, err),
		instrument.BodyOf((*redis.ClusterClient).DBSize).Around(hooks.DBSize).Take(ctx, receiver, result),
		instrument.BodyOf((*redis.ClusterClient).ScriptLoad).Around(hooks.ScriptLoad).Take(ctx, receiver, result),
		instrument.BodyOf((*redis.ClusterClient).ScriptFlush).Around(hooks.ScriptFlush).Take(ctx, receiver, result),
		instrument.BodyOf((*redis.ClusterClient).ScriptExists).Around(hooks.ScriptExists).Take(ctx, receiver, result),
	}}); err != nil {
		t.Error(err)
	}
}
