package nats_test

import (
	"testing"

	natsgo "github.com/nats-io/nats.go"

	"github.com/goweaver/weaver/builtin/nats"
	"github.com/goweaver/weaver/builtin/nats/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, nats.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(nats.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks that the aspect names bind to their targets. The rules are declared once more,
// by value, so that this is found out here; those that are not exported, which are most, show
// when they are woven.
func TestHooksBind(t *testing.T) {
	ctx := instrument.Param(0)
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*natsgo.Subscription).NextMsg).Around(hooks.NextMsg),
		instrument.BodyOf((*natsgo.Subscription).NextMsgWithContext).Around(hooks.NextMsgWithContext).Take(ctx, instrument.Recv, instrument.Result(0), instrument.Result(1)),
		instrument.BodyOf((*natsgo.Subscription).Fetch).Around(hooks.Fetch),
	}}); err != nil {
		t.Error(err)
	}
}
