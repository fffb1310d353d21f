package connect_test

import (
	"testing"

	library "connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/goweaver/weaver/builtin/connect"
	"github.com/goweaver/weaver/builtin/connect/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(connect.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks bind to their targets, of which each is declared once more, by value, where it is
// exported, else a function or method with the same items. The others show when they are
// woven.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf(library.NewUnaryHandler[emptypb.Empty, emptypb.Empty]).Around(hooks.Handler),
		instrument.BodyOf(library.NewBidiStreamHandler[emptypb.Empty, emptypb.Empty]).Around(hooks.Handler),
		instrument.BodyOf((*library.Client[emptypb.Empty, emptypb.Empty]).CallUnary).Around(hooks.Call).Capture("c"),
		instrument.BodyOf(library.UnaryInterceptorFunc.WrapUnary).Around(hooks.OwnUnary),
		instrument.BodyOf(library.UnaryInterceptorFunc.WrapStreamingClient).Around(hooks.OwnClient),
		instrument.BodyOf(library.UnaryInterceptorFunc.WrapStreamingHandler).Around(hooks.OwnHandler),
	}}); err != nil {
		t.Error(err)
	}
}

func TestAspect(t *testing.T) { instrumenttest.Run(t, connect.Aspect, "testdata/*.txtar") }
