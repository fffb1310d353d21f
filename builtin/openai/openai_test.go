package openai_test

import (
	"testing"

	lib "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/packages/ssestream"
	"github.com/openai/openai-go/v3/responses"

	"github.com/goweaver/weaver/builtin/openai"
	"github.com/goweaver/weaver/builtin/openai/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, openai.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(openai.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks that the aspect names bind to their targets. The rules are declared once more,
// by value, so that this is found out here; those about streams of any type and about what is
// not exported show when they are woven.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*lib.ChatCompletionService).New).Around(hooks.Chat),
		instrument.BodyOf((*lib.ChatCompletionService).NewStreaming).Around(hooks.ChatStream),
		instrument.BodyOf((*responses.ResponseService).New).Around(hooks.Response),
		instrument.BodyOf((*responses.ResponseService).NewStreaming).Around(hooks.ResponseStream),
		instrument.BodyOf((*lib.CompletionService).New).Around(hooks.Completion),
		instrument.BodyOf((*lib.CompletionService).NewStreaming).Around(hooks.CompletionStream),
		instrument.BodyOf((*lib.EmbeddingService).New).Around(hooks.Embeddings),
		instrument.BodyOf((*ssestream.Stream[lib.ChatCompletionChunk]).Next).Around(hooks.Next),
		instrument.BodyOf((*ssestream.Stream[lib.ChatCompletionChunk]).Close).Before(hooks.Close),
	}}); err != nil {
		t.Error(err)
	}
}
