package zap_test

import (
	"testing"

	library "go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/goweaver/weaver/builtin/zap"
	"github.com/goweaver/weaver/builtin/zap/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(zap.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks bind to their targets. The rules are declared once more, by value, so that this
// is found out here; targets that are not exported show when they are woven, and otelzap's
// when a program uses it.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*library.Logger).Check).Around(hooks.Check), // has the signature of check
		instrument.BodyOf((*library.Logger).With).Around(hooks.With),
		instrument.BodyOf((*library.Logger).WithLazy).Around(hooks.WithLazy),
		instrument.BodyOf((*library.Logger).Named).Around(hooks.Clone), // takes a logger and returns one
		instrument.BodyOf(library.Fields).Around(hooks.Fields),
		instrument.BodyOf(zapcore.NewLazyWith).Before(hooks.Lines), // takes fields
		instrument.BodyOf(library.NewNop).Before(hooks.Bridge),     // takes nothing from its target
	}}); err != nil {
		t.Error(err)
	}
}

func TestAspect(t *testing.T) { instrumenttest.Run(t, zap.Aspect, "testdata/*.txtar") }
