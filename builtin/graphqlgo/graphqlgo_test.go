package graphqlgo_test

import (
	"testing"

	graphql "github.com/graph-gophers/graphql-go"

	"github.com/goweaver/weaver/builtin/graphqlgo"
	"github.com/goweaver/weaver/builtin/graphqlgo/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, graphqlgo.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(graphqlgo.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks that the aspect names bind to their targets. The rules are declared once more,
// by value, so that this is found out here; those about what is not exported show when they
// are woven.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*graphql.Schema).Exec).Around(hooks.Exec).Capture("s"),
		instrument.BodyOf((*graphql.Schema).Subscribe).Around(hooks.Subscribe).Capture("s"),
	}}); err != nil {
		t.Error(err)
	}
}
