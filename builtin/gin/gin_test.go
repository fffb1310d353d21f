package gin_test

import (
	"testing"

	library "github.com/gin-gonic/gin"

	"github.com/goweaver/weaver/builtin/gin"
	"github.com/goweaver/weaver/builtin/gin/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, gin.Aspect, "testdata/*.txtar") }

func TestValid(t *testing.T) {
	if err := instrument.Validate(gin.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks bind to their targets in this version of gin; those that are not exported show
// when they are woven.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*library.Context).Value).Around(hooks.Value),
		instrument.BodyOf((*library.Engine).HandleContext).Around(hooks.Serve), // has the signature of handleHTTPRequest
	}}); err != nil {
		t.Error(err)
	}
}
