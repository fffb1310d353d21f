package hooks

import (
	"reflect"
	"runtime"
	"sync/atomic"
	"unsafe"
	"weak"

	"github.com/redis/go-redis/v9"

	"github.com/goweaver/weaver/builtin/internal/known"
	"github.com/goweaver/weaver/builtin/internal/redisspan"
)

// A pool is that of a client and of the copies that the library makes of the client. None of
// them is kept alive by it.
type pool struct {
	of     *redisspan.Client
	first  weak.Pointer[redis.Client]
	latest atomic.Pointer[weak.Pointer[redis.Client]] // of the copies
}

// observe begins to observe the pool of c, of which known is known.
func (c *client) observe(of *redis.Client) {
	c.pooled = &pool{of: c.Client, first: weak.Make(of)}
	runtime.AddCleanup(of, (*pool).gone, c.pooled)
	library.Observe(c.Client, c.pooled.stats)
}

// hold says that the pool is also that of a copy: it lives on in that.
func (p *pool) hold(copied *redis.Client) {
	w := weak.Make(copied)
	p.latest.Store(&w)
	runtime.AddCleanup(copied, (*pool).gone, p)
}

// gone ends the observation if there is no client any more.
func (p *pool) gone() {
	if p.client() == nil {
		library.Forget(p.of)
	}
}

// client returns a client that has the pool, or nil.
func (p *pool) client() *redis.Client {
	if c := p.first.Value(); c != nil {
		return c
	}
	if w := p.latest.Load(); w != nil {
		return w.Value()
	}
	return nil
}

// pendingRequests is how many calls wait for a connection: older versions do not count them.
var pendingRequests = known.MemberOf[redis.PoolStats, uint32]("PendingRequests")

// stats returns how the pool is, and whether it is open.
func (p *pool) stats() (s redisspan.Stats, open bool) {
	c := p.client()
	if c == nil || closed(c) {
		return s, false
	}
	stats, o := c.PoolStats(), c.Options()
	s = redisspan.Stats{
		Idle: int64(stats.IdleConns), Used: int64(stats.TotalConns) - int64(stats.IdleConns),
		Max: int64(o.PoolSize), IdleMax: int64(o.MaxIdleConns), IdleMin: int64(o.MinIdleConns),
		Pending: -1, Timeouts: int64(stats.Timeouts),
	}
	s.Used = max(s.Used, 0) // the two are counted one after the other
	if n := pendingRequests.Of(stats); n != nil {
		s.Pending = int64(*n)
	}
	return s, true
}

// closed reports whether the client is closed. The library has no method to ask, and no
// method of the client's own that closes it; what says so has been a number of 32 bits that
// is read and written atomically in all versions. Where there is none, a client is observed
// until it is gone.
func closed(c *redis.Client) bool {
	v := reflect.ValueOf(c).Elem().FieldByName("connPool")
	for v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return false
	}
	f := v.FieldByName("_closed")
	if !f.IsValid() || !f.CanAddr() || f.Type().Size() != unsafe.Sizeof(uint32(0)) {
		return false
	}
	return atomic.LoadUint32((*uint32)(f.Addr().UnsafePointer())) != 0
}
