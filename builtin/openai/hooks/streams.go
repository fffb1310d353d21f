package hooks

// Answers that come in pieces.

import (
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/packages/ssestream"
	"github.com/openai/openai-go/v3/responses"

	"github.com/goweaver/weaver/builtin/internal/genai"
	"github.com/goweaver/weaver/instrument/hook"
)

// The streams under way. They outlast the calls of the hooks.
var (
	chats       genai.Streams[ssestream.Stream[openai.ChatCompletionChunk]]
	completions genai.Streams[ssestream.Stream[openai.Completion]]
	events      genai.Streams[ssestream.Stream[responses.ResponseStreamEventUnion]]
)

// streams says that s, which nobody has yet, is the answer of the operation, or ends it where
// there is none.
func streams[T any](all *genai.Streams[ssestream.Stream[T]], s *ssestream.Stream[T], op *genai.Operation, how hook.Exit) {
	switch {
	case s == nil:
		op.End(nil, how)
	case s.Err() != nil:
		op.End(s.Err(), how)
	default:
		all.Add(s, op)
	}
}

// Next is for (*ssestream.Stream[T]).Next, which reads a piece: of the streams that calls
// which are told of have returned.
func Next(stream any) func(more bool, how hook.Exit) {
	if !library.Live() {
		return nil
	}
	switch s := stream.(type) {
	case *ssestream.Stream[openai.ChatCompletionChunk]:
		return next(&chats, s, chunk)
	case *ssestream.Stream[openai.Completion]:
		return next(&completions, s, text)
	case *ssestream.Stream[responses.ResponseStreamEventUnion]:
		return next(&events, s, event)
	}
	return nil
}

func next[T any](all *genai.Streams[ssestream.Stream[T]], s *ssestream.Stream[T], note func(*genai.Answer, *T)) func(bool, hook.Exit) {
	return all.Next(s, func(a *genai.Answer) {
		piece := s.Current()
		note(a, &piece)
	}, s.Err)
}

// Close is for (*ssestream.Stream[T]).Close: the program wants no more of the answer.
func Close(stream any) {
	if !library.Live() {
		return
	}
	switch s := stream.(type) {
	case *ssestream.Stream[openai.ChatCompletionChunk]:
		chats.Close(s)
	case *ssestream.Stream[openai.Completion]:
		completions.Close(s)
	case *ssestream.Stream[responses.ResponseStreamEventUnion]:
		events.Close(s)
	}
}
