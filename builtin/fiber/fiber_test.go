package fiber_test

import (
	"testing"

	library "github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/recover"

	"github.com/goweaver/weaver/builtin/fiber"
	"github.com/goweaver/weaver/builtin/fiber/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, fiber.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(fiber.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks bind to their targets in this version of Fiber. The rules are declared once more,
// by value, so that this is found out here; those that are not exported, and the middleware of
// others, show when they are woven.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*library.App).ErrorHandler).Before(hooks.Failed),
		instrument.BodyOf((*library.DefaultCtx).Context).Around(hooks.Context),
		instrument.BodyOf((*library.DefaultCtx).Value).Around(hooks.Value),
		instrument.BodyOf((*library.DefaultCtx).HasBody).Around(hooks.Next), // returns a bool
		instrument.BodyOf(recover.New).Around(hooks.Middleware),             // returns a middleware
	}}); err != nil {
		t.Error(err)
	}
}
