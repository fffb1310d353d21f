package hooks

import "github.com/go-redis/redis/v8"

// A pipeline knows its client, and whether it is a transaction. Whoever makes one has it made
// by one of these, Pipelined and TxPipelined too.

// Pipeline is for (*redis.Client).Pipeline.
func Pipeline(c *redis.Client) func(redis.Pipeliner) {
	return pipeline(ifOn(c, clientOf), 0, told(c, clientHooks))
}

// TxPipeline is for (*redis.Client).TxPipeline.
func TxPipeline(c *redis.Client) func(redis.Pipeliner) {
	return pipeline(ifOn(c, clientOf), 1, told(c, clientHooks))
}

// PipelineConn is for (*redis.Conn).Pipeline.
func PipelineConn(c *redis.Conn) func(redis.Pipeliner) {
	return pipeline(ifOn(c, connField.Load), 0, false)
}

// TxPipelineConn is for (*redis.Conn).TxPipeline.
func TxPipelineConn(c *redis.Conn) func(redis.Pipeliner) {
	return pipeline(ifOn(c, connField.Load), 1, false)
}

// PipelineTx is for (*redis.Tx).Pipeline.
func PipelineTx(tx *redis.Tx) func(redis.Pipeliner) {
	return pipeline(ifOn(tx, txField.Load), 0, told(tx, txHooks))
}

// TxPipelineTx is for (*redis.Tx).TxPipeline.
func TxPipelineTx(tx *redis.Tx) func(redis.Pipeliner) {
	return pipeline(ifOn(tx, txField.Load), 1, told(tx, txHooks))
}

// PipelineCluster is for (*redis.ClusterClient).Pipeline.
func PipelineCluster(c *redis.ClusterClient) func(redis.Pipeliner) {
	return pipeline(ifOn(c, clusterOf), 0, told(c, clusterHooks))
}

// TxPipelineCluster is for (*redis.ClusterClient).TxPipeline.
func TxPipelineCluster(c *redis.ClusterClient) func(redis.Pipeliner) {
	return pipeline(ifOn(c, clusterOf), 1, told(c, clusterHooks))
}

// PipelineRing is for (*redis.Ring).Pipeline.
func PipelineRing(c *redis.Ring) func(redis.Pipeliner) {
	return pipeline(ifOn(c, ringOf), 0, told(c, ringHooks))
}

// TxPipelineRing is for (*redis.Ring).TxPipeline.
func TxPipelineRing(c *redis.Ring) func(redis.Pipeliner) {
	return pipeline(ifOn(c, ringOf), 1, told(c, ringHooks))
}

// pipeline returns the exit function for a pipeline of c: of a transaction if tx is 1.
func pipeline(c *client, tx int, told bool) func(redis.Pipeliner) {
	if c == nil {
		return nil
	}
	if told {
		return c.exits().pipelines[tx][1]
	}
	return c.exits().pipelines[tx][0]
}
