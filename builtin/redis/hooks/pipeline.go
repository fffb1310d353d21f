package hooks

import "github.com/redis/go-redis/v9"

// A pipeline knows its client, and whether it is a transaction. Whoever makes one has it made
// by one of these, Pipelined and TxPipelined too.

// Pipeline is for (*redis.Client).Pipeline.
func Pipeline(c *redis.Client) func(redis.Pipeliner) { return pipeline(ifOn(c, clientOf)) }

// TxPipeline is for (*redis.Client).TxPipeline.
func TxPipeline(c *redis.Client) func(redis.Pipeliner) { return multi(ifOn(c, clientOf)) }

// PipelineConn is for (*redis.Conn).Pipeline.
func PipelineConn(c *redis.Conn) func(redis.Pipeliner) { return pipeline(ifOn(c, connField.Load)) }

// TxPipelineConn is for (*redis.Conn).TxPipeline.
func TxPipelineConn(c *redis.Conn) func(redis.Pipeliner) { return multi(ifOn(c, connField.Load)) }

// PipelineTx is for (*redis.Tx).Pipeline.
func PipelineTx(tx *redis.Tx) func(redis.Pipeliner) { return pipeline(ifOn(tx, txField.Load)) }

// TxPipelineTx is for (*redis.Tx).TxPipeline.
func TxPipelineTx(tx *redis.Tx) func(redis.Pipeliner) { return multi(ifOn(tx, txField.Load)) }

// PipelineCluster is for (*redis.ClusterClient).Pipeline.
func PipelineCluster(c *redis.ClusterClient) func(redis.Pipeliner) {
	return pipeline(ifOn(c, clusterOf))
}

// TxPipelineCluster is for (*redis.ClusterClient).TxPipeline.
func TxPipelineCluster(c *redis.ClusterClient) func(redis.Pipeliner) {
	return multi(ifOn(c, clusterOf))
}

// PipelineRing is for (*redis.Ring).Pipeline.
func PipelineRing(c *redis.Ring) func(redis.Pipeliner) { return pipeline(ifOn(c, ringOf)) }

// TxPipelineRing is for (*redis.Ring).TxPipeline.
func TxPipelineRing(c *redis.Ring) func(redis.Pipeliner) { return multi(ifOn(c, ringOf)) }

func pipeline(c *client) func(redis.Pipeliner) {
	if c == nil {
		return nil
	}
	return c.exits().pipeline
}

func multi(c *client) func(redis.Pipeliner) {
	if c == nil {
		return nil
	}
	return c.exits().multi
}
