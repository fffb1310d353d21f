package echov5_test

import (
	"testing"

	library "github.com/labstack/echo/v5"

	"github.com/goweaver/weaver/builtin/echov5"
	"github.com/goweaver/weaver/builtin/echov5/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(echov5.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks bind to their targets. The rules are declared once more, by value, so that this
// is found out here; the middlewares of others show when they are woven.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*library.Context).InitializeRoute).Before(hooks.Route),
		instrument.BodyOf((*library.DefaultRouter).Route).Around(hooks.Handler),
		instrument.BodyOf(library.WrapMiddleware).Around(hooks.Middleware), // returns a middleware
	}}); err != nil {
		t.Error(err)
	}
}

func TestAspect(t *testing.T) { instrumenttest.Run(t, echov5.Aspect, "testdata/*.txtar") }
