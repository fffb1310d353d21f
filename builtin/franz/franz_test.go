package franz_test

import (
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/goweaver/weaver/builtin/franz"
	"github.com/goweaver/weaver/builtin/franz/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, franz.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(franz.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks that the aspect names bind to their targets. The rules are declared once more,
// by value, so that this is found out here.
func TestHooksBind(t *testing.T) {
	receiver, first, second, third := instrument.Recv, instrument.Param(0), instrument.Param(1), instrument.Param(2)
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*kgo.Client).Produce).Before(hooks.Produce).Take(first, receiver, second, third),
		instrument.BodyOf((*kgo.Client).TryProduce).Before(hooks.Produce).Take(first, receiver, second, third),
		instrument.BodyOf((*kgo.Client).PollRecords).Around(hooks.Poll).Take(first, receiver, instrument.Result(0)),
		instrument.BodyOf((*kgo.Client).CommitOffsetsSync).Around(hooks.Commit).Take(first, receiver, second, third),
	}}); err != nil {
		t.Error(err)
	}
}
