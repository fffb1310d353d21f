package httprouter_test

import (
	"testing"

	library "github.com/julienschmidt/httprouter"

	"github.com/goweaver/weaver/builtin/httprouter"
	"github.com/goweaver/weaver/builtin/httprouter/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(httprouter.Aspect); err != nil {
		t.Error(err)
	}
}

// The hook binds to its target. The rule is declared once more, by value, so that this is
// found out here.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*library.Router).Handle).Before(hooks.Handle),
	}}); err != nil {
		t.Error(err)
	}
}

func TestAspect(t *testing.T) { instrumenttest.Run(t, httprouter.Aspect, "testdata/*.txtar") }
