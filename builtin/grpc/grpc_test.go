package grpc_test

import (
	"testing"

	library "google.golang.org/grpc"

	"github.com/goweaver/weaver/builtin/grpc"
	"github.com/goweaver/weaver/builtin/grpc/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, grpc.Aspect, "testdata/*.txtar") }

func TestValid(t *testing.T) {
	if err := instrument.Validate(grpc.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks bind to their targets in this version of gRPC; those that are not exported show
// when they are woven.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf(library.NewServer).Around(hooks.Server),
		instrument.BodyOf(library.NewClient).Around(hooks.Client),
		instrument.BodyOf(library.ServerTransportStreamFromContext).Before(hooks.OwnServer), // takes a context
		instrument.BodyOf(library.ServerTransportStreamFromContext).Before(hooks.OwnClient),
	}}); err != nil {
		t.Error(err)
	}
}
