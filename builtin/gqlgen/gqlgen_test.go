package gqlgen_test

import (
	"testing"

	"github.com/99designs/gqlgen/graphql/executor"

	"github.com/goweaver/weaver/builtin/gqlgen"
	"github.com/goweaver/weaver/builtin/gqlgen/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, gqlgen.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(gqlgen.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks that the aspect names bind to their targets. The rules are declared once more,
// by value, so that this is found out here.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*executor.Executor).CreateOperationContext).Around(hooks.Read).Capture("e"),
		instrument.BodyOf((*executor.Executor).DispatchOperation).Around(hooks.Dispatch).Capture("e"),
	}}); err != nil {
		t.Error(err)
	}
}
