package chi_test

import (
	"testing"

	"github.com/go-chi/chi/v5/middleware"

	"github.com/goweaver/weaver/builtin/chi"
	nethttp "github.com/goweaver/weaver/builtin/nethttp/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(chi.Aspect); err != nil {
		t.Error(err)
	}
}

// The hook binds to what makes a middleware, as otelchi does. FindRoute, which is not
// exported, and otelchi itself show when they are woven.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf(middleware.New).Around(nethttp.Middleware),
	}}); err != nil {
		t.Error(err)
	}
}

func TestAspect(t *testing.T) { instrumenttest.Run(t, chi.Aspect, "testdata/*.txtar") }
