package mongov1_test

import (
	"context"
	"testing"

	"go.mongodb.org/mongo-driver/x/mongo/driver"

	"github.com/goweaver/weaver/builtin/mongov1"
	"github.com/goweaver/weaver/builtin/mongov1/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, mongov1.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(mongov1.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks that the aspect names bind to their targets. The rules are declared once more,
// by value, so that this is found out here; those that are not exported show when they are
// woven.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf(driver.Operation.Execute).Around(hooks.Execute).Capture("op.Database", "op.Deployment"),
		instrument.BodyOf(write).Around(hooks.Message).Take(instrument.Param(0), instrument.Result(0)),
		instrument.BodyOf(publish).Around(hooks.Published).Capture("info", "op"),
		instrument.BodyOf(publish).Before(hooks.Own),
	}}); err != nil {
		t.Error(err)
	}
}

// write and publish have the signatures of what the hooks need of methods that are not exported.
func write(context.Context, []byte) ([]byte, error) { return nil, nil }

func publish(_ context.Context, info string, op driver.Operation) {}
