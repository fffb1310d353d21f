package hooks

import (
	"github.com/redis/go-redis/v9"

	"github.com/goweaver/weaver/builtin/internal/known"
)

// What the hooks know of a value of the library's, by its type.
var (
	clientField   = known.NewOnce[redis.Client, client]()
	clusterField  = known.NewOnce[redis.ClusterClient, client]()
	ringField     = known.NewOnce[redis.Ring, client]()
	pipelineField = known.NewOnce[redis.Pipeline, batch]()
	sentinelField = known.NewOnce[redis.SentinelClient, client]()
	connField     = known.NewOnce[redis.Conn, client]()
	txField       = known.NewOnce[redis.Tx, client]()
)

// queue are the commands that a pipeline has not sent yet. Newer versions have a method for
// them.
var queue = known.MemberOf[redis.Pipeline, []redis.Cmder]("cmds")
