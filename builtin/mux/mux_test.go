package mux_test

import (
	"testing"

	library "github.com/gorilla/mux"

	"github.com/goweaver/weaver/builtin/mux"
	"github.com/goweaver/weaver/builtin/mux/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(mux.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks bind to their targets. The rules are declared once more, by value, so that this
// is found out here; otelmux shows when it is woven.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*library.Router).Match).Around(hooks.Match),
		instrument.BodyOf(library.CORSMethodMiddleware).Around(hooks.Middleware), // returns a middleware
	}}); err != nil {
		t.Error(err)
	}
}

func TestAspect(t *testing.T) { instrumenttest.Run(t, mux.Aspect, "testdata/*.txtar") }
