package kafkago_test

import (
	"testing"

	"github.com/segmentio/kafka-go"

	"github.com/goweaver/weaver/builtin/kafkago"
	"github.com/goweaver/weaver/builtin/kafkago/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, kafkago.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(kafkago.Aspect); err != nil {
		t.Error(err)
	}
}

// like has the method of the library's type that is not exported.
type like struct{}

func (*like) ReadRecord() (*kafka.Record, error) { return nil, nil }

// The hooks that the aspect names bind to their targets. The rules are declared once more,
// by value, so that this is found out here; the one that is not exported shows when it is
// woven.
func TestHooksBind(t *testing.T) {
	receiver, ctx, messages := instrument.Recv, instrument.Param(0), instrument.Param(1)
	result, err := instrument.Result(0), instrument.Result(-1)
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*kafka.Writer).WriteMessages).Around(hooks.Write).Take(ctx, receiver, messages, err),
		instrument.BodyOf((*like).ReadRecord).Around(hooks.ReadRecord),
		instrument.BodyOf((*kafka.Reader).FetchMessage).Around(hooks.Fetch).Take(ctx, receiver, result, err),
		instrument.BodyOf((*kafka.Reader).CommitMessages).Around(hooks.Commit).Take(ctx, receiver, messages, err),
	}}); err != nil {
		t.Error(err)
	}
}
