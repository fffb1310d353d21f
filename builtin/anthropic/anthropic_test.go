package anthropic_test

import (
	"testing"

	lib "github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/packages/ssestream"

	"github.com/goweaver/weaver/builtin/anthropic"
	"github.com/goweaver/weaver/builtin/anthropic/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, anthropic.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(anthropic.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks that the aspect names bind to their targets. The rules are declared once more,
// by value, so that this is found out here; those about streams of any type and about what is
// not exported show when they are woven.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*lib.MessageService).New).Around(hooks.Message),
		instrument.BodyOf((*lib.MessageService).NewStreaming).Around(hooks.MessageStream),
		instrument.BodyOf((*lib.BetaMessageService).New).Around(hooks.BetaMessage),
		instrument.BodyOf((*lib.BetaMessageService).NewStreaming).Around(hooks.BetaMessageStream),
		instrument.BodyOf((*lib.CompletionService).New).Around(hooks.Completion),
		instrument.BodyOf((*lib.CompletionService).NewStreaming).Around(hooks.CompletionStream),
		instrument.BodyOf((*ssestream.Stream[lib.Completion]).Next).Around(hooks.Next),
		instrument.BodyOf((*ssestream.Stream[lib.Completion]).Close).Before(hooks.Close),
	}}); err != nil {
		t.Error(err)
	}
}
