// Package cache is a JSON cache in redis.
package cache

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// A Cache keeps values for a while.
type Cache struct{ r *redis.Client }

// New returns the cache in the redis at addr.
func New(addr string) *Cache { return &Cache{r: redis.NewClient(&redis.Options{Addr: addr})} }

// Get sets v to the value of key, and reports whether there is one.
func (c *Cache) Get(ctx context.Context, key string, v any) (bool, error) {
	b, err := c.r.Get(ctx, key).Bytes()
	if errors.Is(err, redis.Nil) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, json.Unmarshal(b, v)
}

// Set keeps v for the time ttl.
func (c *Cache) Set(ctx context.Context, key string, v any, ttl time.Duration) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return c.r.Set(ctx, key, b, ttl).Err()
}

// Drop forgets the keys.
func (c *Cache) Drop(ctx context.Context, keys ...string) error { return c.r.Del(ctx, keys...).Err() }

// Incr adds one to the number of key and returns it.
func (c *Cache) Incr(ctx context.Context, key string) (int64, error) {
	return c.r.Incr(ctx, key).Result()
}

// Pipeline returns the values of the keys in one round trip; "" for those without.
func (c *Cache) Pipeline(ctx context.Context, keys []string) ([]string, error) {
	p := c.r.Pipeline()
	cmds := make([]*redis.StringCmd, len(keys))
	for i, k := range keys {
		cmds[i] = p.Get(ctx, k)
	}
	if _, err := p.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, err
	}
	out := make([]string, len(keys))
	for i, c := range cmds {
		out[i] = c.Val()
	}
	return out, nil
}
