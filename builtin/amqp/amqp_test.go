package amqp_test

import (
	"testing"

	"github.com/rabbitmq/amqp091-go"

	"github.com/goweaver/weaver/builtin/amqp"
	"github.com/goweaver/weaver/builtin/amqp/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, amqp.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(amqp.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks that the aspect names bind to their targets. The rules are declared once more,
// by value, so that this is found out here; those that are not exported show when they are
// woven.
func TestHooksBind(t *testing.T) {
	withContext := []instrument.Item{
		instrument.Param(0), instrument.Recv, instrument.Param(1), instrument.Param(2), instrument.Param(5), instrument.Result(-1),
	}
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf(amqp091.DialConfig).Around(hooks.Dial),
		instrument.BodyOf((*amqp091.Channel).PublishWithContext).Around(hooks.PublishWithContext).Take(withContext...),
		instrument.BodyOf((*amqp091.Channel).PublishWithDeferredConfirmWithContext).Around(hooks.PublishWithContext).Take(withContext...),
		instrument.BodyOf((*amqp091.Channel).Publish).Around(hooks.Publish),                    //nolint:staticcheck // which programs use
		instrument.BodyOf((*amqp091.Channel).PublishWithDeferredConfirm).Around(hooks.Publish), //nolint:staticcheck // which programs use
		instrument.BodyOf((*amqp091.Channel).Get).Around(hooks.Get),
		instrument.BodyOf((*amqp091.Channel).Ack).Around(hooks.Ack),
		instrument.BodyOf((*amqp091.Channel).Nack).Around(hooks.Nack).Take(instrument.Recv, instrument.Param(0), instrument.Param(1), instrument.Result(0)),
		instrument.BodyOf((*amqp091.Channel).Reject).Around(hooks.Reject),
	}}); err != nil {
		t.Error(err)
	}
}
