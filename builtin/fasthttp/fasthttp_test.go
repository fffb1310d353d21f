package fasthttp_test

import (
	"testing"

	library "github.com/valyala/fasthttp"

	"github.com/goweaver/weaver/builtin/fasthttp"
	"github.com/goweaver/weaver/builtin/fasthttp/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, fasthttp.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(fasthttp.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks bind to their targets in this version of the library. The rules are declared once
// more, by value, so that this is found out here; those that are not exported show when they
// are woven.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*library.Server).Serve).Before(hooks.Serve),
		instrument.BodyOf((*library.Server).ServeConn).Before(hooks.Serve),
		instrument.BodyOf((*library.RequestCtx).Value).Around(hooks.Value),
		instrument.BodyOf((*library.HostClient).Do).Around(hooks.Do),
		instrument.BodyOf((*library.PipelineClient).Do).Around(hooks.Pipeline),
		instrument.BodyOf((*library.PipelineClient).DoDeadline).Around(hooks.PipelineCopy),
		instrument.BodyOf((*library.Request).CopyTo).Around(hooks.CopyTo),
		instrument.BodyOf((*library.Request).Reset).Before(hooks.Reset),
	}}); err != nil {
		t.Error(err)
	}
}
