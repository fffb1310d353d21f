package memcache_test

import (
	"testing"

	gomemcache "github.com/bradfitz/gomemcache/memcache"

	"github.com/goweaver/weaver/builtin/memcache"
	"github.com/goweaver/weaver/builtin/memcache/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, memcache.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(memcache.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks that the aspect names bind to their targets. The rules are declared once more,
// by value, so that this is found out here.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf(gomemcache.New).Around(hooks.New),
		instrument.BodyOf((*gomemcache.Client).Get).Around(hooks.Call),
		instrument.BodyOf((*gomemcache.Client).GetMulti).Around(hooks.Call),
		instrument.BodyOf((*gomemcache.Client).GetAndTouch).Around(hooks.Call),
		instrument.BodyOf((*gomemcache.Client).Touch).Around(hooks.Call),
		instrument.BodyOf((*gomemcache.Client).Set).Around(hooks.Call),
		instrument.BodyOf((*gomemcache.Client).CompareAndSwap).Around(hooks.Call),
		instrument.BodyOf((*gomemcache.Client).Delete).Around(hooks.Call),
		instrument.BodyOf((*gomemcache.Client).FlushAll).Around(hooks.Call),
		instrument.BodyOf((*gomemcache.Client).Increment).Around(hooks.Call),
		instrument.BodyOf(withTracing).Before(hooks.Otel),
	}}); err != nil {
		t.Error(err)
	}
}

// withTracing has the signature of otelmemcache's NewClientWithTracing, but for the types of its
// options and its result.
func withTracing(*gomemcache.Client, ...any) any { return nil }
