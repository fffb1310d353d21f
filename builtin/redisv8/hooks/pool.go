package hooks

import (
	"reflect"
	"runtime"
	"sync/atomic"
	"unsafe"
	"weak"

	"github.com/go-redis/redis/v8"

	"github.com/goweaver/weaver/builtin/internal/redisspan"
)

// observe begins to observe the pool of a client, of which c is known. It is not kept alive
// by that.
func (c *client) observe(of *redis.Client) {
	pooled := weak.Make(of)
	runtime.AddCleanup(of, library.Forget, c.Client)
	library.Observe(c.Client, func() (redisspan.Stats, bool) {
		if of := pooled.Value(); of != nil && !closed(of) {
			return stats(of), true
		}
		return redisspan.Stats{}, false
	})
}

// stats returns how the pool of c is.
func stats(c *redis.Client) redisspan.Stats {
	s, o := c.PoolStats(), c.Options()
	return redisspan.Stats{
		Idle: int64(s.IdleConns),
		Used: max(0, int64(s.TotalConns)-int64(s.IdleConns)), // the two are counted one after the other
		Max:  int64(o.PoolSize), IdleMin: int64(o.MinIdleConns),
		Pending: -1, Timeouts: int64(s.Timeouts),
	}
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
