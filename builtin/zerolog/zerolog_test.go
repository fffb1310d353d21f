package zerolog_test

import (
	"testing"

	library "github.com/rs/zerolog"

	"github.com/goweaver/weaver/builtin/zerolog"
	"github.com/goweaver/weaver/builtin/zerolog/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(zerolog.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks bind to their targets. The rules are declared once more, by value, so that this
// is found out here; the one that is not exported shows when it is woven.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*library.Event).Send).Before(hooks.Write), // has the receiver of write
		instrument.BodyOf(library.Logger.WithContext).Before(hooks.WithContext),
	}}); err != nil {
		t.Error(err)
	}
}

func TestAspect(t *testing.T) { instrumenttest.Run(t, zerolog.Aspect, "testdata/*.txtar") }
