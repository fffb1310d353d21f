package pubsub_test

import (
	"testing"

	gcp "cloud.google.com/go/pubsub/v2"

	"github.com/goweaver/weaver/builtin/pubsub"
	"github.com/goweaver/weaver/builtin/pubsub/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, pubsub.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(pubsub.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks that the aspect names bind to their targets. The rules are declared once more,
// by value, so that this is found out here; that of an internal package is there by a function
// with its signature.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*gcp.Publisher).Publish).Around(hooks.Publish).
			Take(instrument.Param(0), instrument.Recv, instrument.Param(1), instrument.Result(0)).Capture("t.enableTracing"),
		instrument.BodyOf(setPublishResult).Around(hooks.Published),
		instrument.BodyOf((*gcp.Subscriber).Receive).Before(hooks.Receive).Capture("s.enableTracing"),
	}}); err != nil {
		t.Error(err)
	}
}

func setPublishResult(*gcp.PublishResult, string, error) {}
