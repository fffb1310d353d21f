package hooks

import (
	"sync"

	"github.com/go-redis/redis/v8"

	"github.com/goweaver/weaver/builtin/internal/known"
)

// What the hooks know of a value of the library's, by its type.
var (
	clientField   = known.NewOnce[redis.Client, client]()
	clusterField  = known.NewOnce[redis.ClusterClient, client]()
	ringField     = known.NewOnce[redis.Ring, client]()
	sentinelField = known.NewOnce[redis.SentinelClient, client]()
	txField       = known.NewOnce[redis.Tx, client]()
	pipelineField = known.NewOnce[redis.Pipeline, batch]()
	connField     = known.NewOnce[redis.Conn, client]()
)

// The commands that a pipeline has not sent yet, and what guards them.
var (
	queue      = known.MemberOf[redis.Pipeline, []redis.Cmder]("cmds")
	queueMutex = known.MemberOf[redis.Pipeline, sync.Mutex]("mu")
)
