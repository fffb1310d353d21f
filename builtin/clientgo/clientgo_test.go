package clientgo_test

import (
	"testing"

	"k8s.io/client-go/rest"

	"github.com/goweaver/weaver/builtin/clientgo"
	"github.com/goweaver/weaver/builtin/clientgo/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, clientgo.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(clientgo.Aspect); err != nil {
		t.Error(err)
	}
}

// The hook that the aspect names binds to its targets. The rules are declared once more, by
// value, so that this is found out here; the one that is not exported shows when it is woven.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*rest.Request).Watch).Before(hooks.Request).Take(instrument.Param(0), instrument.Recv),
		instrument.BodyOf((*rest.Request).Stream).Before(hooks.Request).Take(instrument.Param(0), instrument.Recv),
	}}); err != nil {
		t.Error(err)
	}
}
