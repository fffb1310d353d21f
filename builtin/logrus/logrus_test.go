package logrus_test

import (
	"testing"

	library "github.com/sirupsen/logrus"

	"github.com/goweaver/weaver/builtin/logrus"
	"github.com/goweaver/weaver/builtin/logrus/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(logrus.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks bind to their targets. The rules are declared once more, by value, so that this
// is found out here; the one that is not exported shows when it is woven, and otellogrus's when
// a program uses it.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*library.Entry).String).Before(hooks.Write), // has the receiver of write
		instrument.BodyOf(library.New).Before(hooks.Bridge),            // takes nothing from its target
	}}); err != nil {
		t.Error(err)
	}
}

func TestAspect(t *testing.T) { instrumenttest.Run(t, logrus.Aspect, "testdata/*.txtar") }
