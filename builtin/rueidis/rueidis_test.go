package rueidis_test

import (
	"context"
	"testing"
	"time"

	goredis "github.com/redis/rueidis"

	"github.com/goweaver/weaver/builtin/rueidis"
	"github.com/goweaver/weaver/builtin/rueidis/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, rueidis.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(rueidis.Aspect); err != nil {
		t.Error(err)
	}
}

// A client has the signatures of the library's, whose types are not exported: that these are
// the interface's own is what assigning one shows.
type client struct{ goredis.Client }

var _ goredis.Client = (*client)(nil)

func (c *client) Do(context.Context, goredis.Completed) (r goredis.RedisResult)             { return r }
func (c *client) DoMulti(context.Context, ...goredis.Completed) (r []goredis.RedisResult)   { return r }
func (c *client) DoStream(context.Context, goredis.Completed) (s goredis.RedisResultStream) { return s }
func (c *client) Dedicated(func(goredis.DedicatedClient) error) error                       { return nil }
func (c *client) Dedicate() (d goredis.DedicatedClient, cancel func())                      { return d, cancel }
func (c *client) Nodes() map[string]goredis.Client                                          { return nil }

func (c *client) DoCache(context.Context, goredis.Cacheable, time.Duration) (r goredis.RedisResult) {
	return r
}

func (c *client) DoMultiCache(context.Context, ...goredis.CacheableTTL) (r []goredis.RedisResult) {
	return r
}

func (c *client) DoMultiStream(context.Context, ...goredis.Completed) (s goredis.MultiRedisResultStream) {
	return s
}

// The hooks that the aspect names bind to their targets. The rules are declared once more,
// by value, so that this is found out here.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf(goredis.NewClient).Around(hooks.New).Take(instrument.Param(0), instrument.Result(0)),
		instrument.BodyOf((*client).Do).Around(hooks.Do).Capture("c"),
		instrument.BodyOf((*client).DoMulti).Around(hooks.DoMulti).Capture("c"),
		instrument.BodyOf((*client).DoCache).Around(hooks.DoCache).Capture("c"),
		instrument.BodyOf((*client).DoMultiCache).Around(hooks.DoMultiCache).Capture("c"),
		instrument.BodyOf((*client).DoStream).Around(hooks.DoStream).Capture("c"),
		instrument.BodyOf((*client).DoMultiStream).Around(hooks.DoMultiStream).Capture("c"),
		instrument.BodyOf((*client).Dedicated).Before(hooks.Dedicated).Capture("c"),
		instrument.BodyOf((*client).Dedicate).Around(hooks.Dedicate).Capture("c"),
		instrument.BodyOf((*client).Nodes).Around(hooks.Nodes).Capture("c"),
		instrument.BodyOf(newClient).Around(hooks.OtelClient),
		instrument.BodyOf(withClient).Before(hooks.Otel),
	}}); err != nil {
		t.Error(err)
	}
}

// The signatures of rueidisotel's functions, but for the type of their options.
func newClient(goredis.ClientOption, ...any) (goredis.Client, error) { return nil, nil }
func withClient(c goredis.Client, _ ...any) goredis.Client           { return c }
