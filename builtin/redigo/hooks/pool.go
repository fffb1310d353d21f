package hooks

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"weak"

	"github.com/gomodule/redigo/redis"

	"github.com/goweaver/weaver/builtin/internal/aside"
	"github.com/goweaver/weaver/builtin/internal/redisspan"
	"github.com/goweaver/weaver/instrument/hook"
)

// clients has a client for each place that connections go to: what is told of their calls is
// worked out once for all of them. It outlasts the calls of the hooks.
var clients = cache{known: map[redisspan.Description]*redisspan.Client{}}

// A cache has what is known of a place.
type cache struct {
	mu    sync.Mutex
	known map[redisspan.Description]*redisspan.Client
}

// places is how many places are remembered: for a program that dials ever new ones.
const places = 256

func (s *cache) of(d redisspan.Description) *redisspan.Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.known[d]; c != nil {
		return c
	}
	if len(s.known) >= places {
		clear(s.known)
	}
	c := redisspan.NewClient(d)
	s.known[d] = c
	return c
}

// pools are what is known of pools. Programs make their pools as struct literals, and a field
// of a struct of theirs could not be written without a lock when the first connections are got.
var pools aside.Table[redis.Pool, pool]

// A pool is measured from when the first connection was got from it, which says where it
// goes, until it is closed or gone.
type pool struct {
	client        *redisspan.Client
	of            weak.Pointer[redis.Pool]
	size, maxIdle int
	timeouts      atomic.Int64
	closed        atomic.Bool
}

// GetContext is for (*redis.Pool).GetContext, which Get comes down to: what is done with the
// connection is done for the context.
func GetContext(ctx context.Context, p *redis.Pool) func(redis.Conn, error) {
	if !library.Live() || p == nil {
		return nil
	}
	return func(c redis.Conn, err error) {
		if err != nil || c == nil {
			if known := pools.Load(p); known != nil && errors.Is(err, context.DeadlineExceeded) {
				known.timeouts.Add(1)
			}
			return
		}
		known := connections.Load(below(c))
		if known == nil {
			return
		}
		known.mu.Lock()
		known.ctx, known.idle = ctx, false
		place := known.place
		known.mu.Unlock()
		observe(p, place)
	}
}

// observe begins to observe the pool, if it is not observed.
func observe(p *redis.Pool, place redisspan.Description) {
	if pools.Load(p) != nil {
		return
	}
	known := &pool{client: redisspan.NewClient(place), of: weak.Make(p), size: p.MaxActive, maxIdle: p.MaxIdle}
	if pools.Add(p, known) != known {
		return
	}
	runtime.AddCleanup(p, func(known *pool) { library.Forget(known.client) }, known)
	library.Observe(known.client, known.stats)
}

// stats returns how the pool is, and whether it is open.
func (p *pool) stats() (s redisspan.Stats, open bool) {
	of := p.of.Value()
	if of == nil || p.closed.Load() {
		return s, false
	}
	stats := of.Stats()
	return redisspan.Stats{
		Idle: int64(stats.IdleCount), Used: int64(stats.ActiveCount - stats.IdleCount),
		Max: int64(p.size), IdleMax: int64(p.maxIdle),
		Pending: -1, Timeouts: p.timeouts.Load(),
	}, true
}

// Put is for (*redis.Pool).put, by which a connection is given back.
func Put(c hook.Captured) {
	if !library.Live() || c.Len() == 0 {
		return
	}
	conn, _ := c.At(0).Any().(redis.Conn)
	if known := connections.Load(below(conn)); known != nil {
		known.mu.Lock()
		known.ctx, known.idle = nil, true
		known.mu.Unlock()
	}
}

// ClosePool is for (*redis.Pool).Close.
func ClosePool(p *redis.Pool) {
	if known := pools.Load(p); known != nil {
		known.closed.Store(true)
	}
}
