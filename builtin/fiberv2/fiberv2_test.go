package fiberv2_test

import (
	"testing"

	library "github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/recover"

	"github.com/goweaver/weaver/builtin/fiberv2"
	"github.com/goweaver/weaver/builtin/fiberv2/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, fiberv2.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(fiberv2.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks bind to their targets in this version of Fiber. The rules are declared once more,
// by value, so that this is found out here; the one that is not exported, and the middlewares
// of others, show when they are woven.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*library.App).ErrorHandler).Before(hooks.Failed),
		instrument.BodyOf((*library.Ctx).UserContext).Around(hooks.UserContext),
		instrument.BodyOf((*library.Ctx).Fresh).Around(hooks.Next), // returns a bool
		instrument.BodyOf(recover.New).Around(hooks.Middleware),    // returns a middleware
	}}); err != nil {
		t.Error(err)
	}
}
