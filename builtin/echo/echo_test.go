package echo_test

import (
	"testing"

	library "github.com/labstack/echo/v4"

	"github.com/goweaver/weaver/builtin/echo"
	"github.com/goweaver/weaver/builtin/echo/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(echo.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks bind to their targets. The rules are declared once more, by value, so that this
// is found out here; the middlewares of others show when they are woven.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*library.Router).Find).Around(hooks.Find),
		instrument.BodyOf(library.New).Around(hooks.New),
		instrument.BodyOf(library.WrapMiddleware).Around(hooks.Middleware), // returns a middleware
	}}); err != nil {
		t.Error(err)
	}
}

func TestAspect(t *testing.T) { instrumenttest.Run(t, echo.Aspect, "testdata/*.txtar") }
