package gocql_test

import (
	"testing"

	library "github.com/gocql/gocql"

	"github.com/goweaver/weaver/builtin/gocql"
	"github.com/goweaver/weaver/builtin/gocql/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, gocql.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(gocql.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks that the aspect names bind to what has the signatures of their targets, which are
// not exported: that they have them shows when they are woven.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*library.Query).Iter).Around(hooks.Query),
		instrument.BodyOf(batch).Around(hooks.Batch),
	}}); err != nil {
		t.Error(err)
	}
}

func batch(*library.Session, *library.Batch) *library.Iter { return nil }
