package twirp_test

import (
	"testing"

	library "github.com/twitchtv/twirp"

	"github.com/goweaver/weaver/builtin/twirp"
	"github.com/goweaver/weaver/builtin/twirp/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(twirp.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks bind to their targets. The rules are declared once more, by value, so that this
// is found out here.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*library.ServerOptions).ReadOpt).Around(hooks.Server),
		instrument.BodyOf((*library.ClientOptions).ReadOpt).Before(hooks.Client),
	}}); err != nil {
		t.Error(err)
	}
}

func TestAspect(t *testing.T) { instrumenttest.Run(t, twirp.Aspect, "testdata/*.txtar") }
