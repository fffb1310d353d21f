package hooks

import (
	"context"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	"github.com/goweaver/weaver/builtin/internal/redisspan"
)

// A client is what the hooks know of one of the library's clients.
type client struct {
	*redisspan.Client
	made   atomic.Pointer[exits]
	pooled *pool // nil if it has none that is observed
}

// exits are the exit functions for what a client makes. They are made once, when they are
// needed for the first time.
type exits struct {
	pipeline, multi func(redis.Pipeliner)
	conn            func(*redis.Conn)
	tx              func(*redis.Tx)
	clone           func(*redis.Client)
}

// A batch is what the hooks know of a pipeline.
type batch struct {
	client *client
	mode   redisspan.Mode
}

func (c *client) exits() *exits {
	if e := c.made.Load(); e != nil {
		return e
	}
	e := &exits{
		pipeline: marks(&batch{c, redisspan.Pipeline}),
		multi:    marks(&batch{c, redisspan.Multi}),
		conn: func(conn *redis.Conn) {
			if conn != nil {
				connField.Set(conn, c)
			}
		},
		tx: func(tx *redis.Tx) {
			if tx != nil {
				txField.Set(tx, c)
			}
		},
		clone: c.clone,
	}
	c.made.Store(e)
	return e
}

// marks returns the exit function that has a pipeline know its batch.
func marks(b *batch) func(redis.Pipeliner) {
	return func(p redis.Pipeliner) {
		if p, ok := p.(*redis.Pipeline); ok && p != nil {
			pipelineField.Set(p, b)
		}
	}
}

func newClient(d redisspan.Description) *client { return &client{Client: redisspan.NewClient(d)} }

// describe returns what the options of a client say of it.
func describe(c *redis.Client) redisspan.Description {
	o := c.Options()
	d := redisspan.Description{Network: o.Network, Address: o.Addr, Database: o.DB}
	if d.Address == "FailoverClient" {
		d.Address = "" // which of several servers it is, the sentinels say
	}
	return d
}

// clientOf returns what is known of c. That of a client which was made before this package
// was initialised is found out here.
func clientOf(c *redis.Client) *client {
	known := clientField.Load(c)
	if known != nil || c == nil {
		return known
	}
	known = newClient(describe(c))
	if had := clientField.Add(c, known); had != known {
		return had
	}
	known.observe(c)
	return known
}

// clusterOf is clientOf for a cluster. Those of its nodes that it has already go on telling
// of their calls themselves.
func clusterOf(c *redis.ClusterClient) *client {
	known := clusterField.Load(c)
	if known != nil || c == nil {
		return known
	}
	known = newClient(redisspan.Description{Fans: true})
	if had := clusterField.Add(c, known); had != known {
		return had
	}
	c.OnNewNode(known.own)
	return known
}

// ringOf is clientOf for a ring.
func ringOf(c *redis.Ring) *client {
	known := ringField.Load(c)
	if known != nil || c == nil {
		return known
	}
	known = newClient(describeRing(c))
	if had := ringField.Add(c, known); had != known {
		return had
	}
	known.ownShards(c)
	return known
}

func describeRing(c *redis.Ring) redisspan.Description {
	return redisspan.Description{Database: c.Options().DB, Fans: true}
}

// own says that a node's calls come from the client.
func (c *client) own(node *redis.Client) {
	if known := clientOf(node); known != nil {
		known.SetOwner(c.Client)
	}
}

// ownShards is own for the shards that a ring has and will have.
func (c *client) ownShards(r *redis.Ring) {
	r.OnNewNode(c.own)
	_ = r.ForEachShard(context.Background(), func(_ context.Context, node *redis.Client) error {
		c.own(node)
		return nil
	})
}

// clone says what is known of a copy of the client, such as WithTimeout makes: its pool is the
// same, which lives on in it, and what the program does with one of them it does not do with
// the other.
func (c *client) clone(copied *redis.Client) {
	if copied == nil {
		return
	}
	clientField.Set(copied, &client{Client: c.Client.Clone(), pooled: c.pooled})
	if c.pooled != nil {
		c.pooled.hold(copied)
	}
}

// New is for redis.NewClient.
func New() func(*redis.Client) {
	if !library.On {
		return nil
	}
	return func(c *redis.Client) { made(c, "") }
}

// NewFailover is for redis.NewFailoverClient.
func NewFailover(o *redis.FailoverOptions) func(*redis.Client) {
	if !library.On {
		return nil
	}
	return func(c *redis.Client) { made(c, o.MasterName) }
}

// made says what is known of a new client.
func made(c *redis.Client, master string) {
	if c == nil {
		return // it has panicked
	}
	d := describe(c)
	d.Master = master
	known := newClient(d)
	clientField.Set(c, known)
	known.observe(c)
}

// NewCluster is for redis.NewClusterClient, and so for redis.NewFailoverClusterClient.
func NewCluster() func(*redis.ClusterClient) {
	if !library.On {
		return nil
	}
	return func(c *redis.ClusterClient) {
		if c == nil {
			return
		}
		known := newClient(redisspan.Description{Fans: true})
		clusterField.Set(c, known)
		c.OnNewNode(known.own)
	}
}

// NewRing is for redis.NewRing.
func NewRing() func(*redis.Ring) {
	if !library.On {
		return nil
	}
	return func(c *redis.Ring) {
		if c == nil {
			return
		}
		known := newClient(describeRing(c))
		ringField.Set(c, known)
		known.ownShards(c)
	}
}

// NewSentinel is for redis.NewSentinelClient. Its options are the only ones that say where it is.
func NewSentinel(o *redis.Options) func(*redis.SentinelClient) {
	if !library.On {
		return nil
	}
	return func(c *redis.SentinelClient) {
		if c != nil {
			sentinelField.Set(c, newClient(redisspan.Description{Network: o.Network, Address: o.Addr}))
		}
	}
}

// Conn is for (*redis.Client).Conn: the connection knows its client, also if there is nobody
// to tell yet.
func Conn(c *redis.Client) func(*redis.Conn) {
	if known := ifOn(c, clientOf); known != nil {
		return known.exits().conn
	}
	return nil
}

// Tx is for (*redis.Client).newTx, by which Watch makes its transaction. A transaction is over
// soon, and to know its client costs something, so it does not if there is nobody to tell.
func Tx(c *redis.Client) func(*redis.Tx) {
	if !library.Live() {
		return nil
	}
	if known := clientOf(c); known != nil {
		return known.exits().tx
	}
	return nil
}

// WithTimeout is for the method of that name.
func WithTimeout(c *redis.Client) func(*redis.Client) {
	if known := ifOn(c, clientOf); known != nil {
		return known.exits().clone
	}
	return nil
}

// ifOn returns what is known of v if the built-in is on.
func ifOn[T any](v *T, known func(*T) *client) *client {
	if !library.On {
		return nil
	}
	return known(v)
}
