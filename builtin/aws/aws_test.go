package aws_test

import (
	"testing"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/goweaver/weaver/builtin/aws"
	"github.com/goweaver/weaver/builtin/aws/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, aws.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(aws.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks that the aspect names bind to their targets. The rules are declared once more,
// by value, so that this is found out here.
func TestHooksBind(t *testing.T) {
	ctx, value, result := instrument.Param(0), instrument.Param(1), instrument.Result(0)
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*middleware.Stack).HandleMiddleware).Around(hooks.Operation).
			Take(ctx, instrument.Recv, value, result, instrument.Result(-1)),
		instrument.BodyOf(smithyhttp.ClientHandler.Handle).Around(hooks.Attempt).Take(ctx, value, result),
	}}); err != nil {
		t.Error(err)
	}
}
