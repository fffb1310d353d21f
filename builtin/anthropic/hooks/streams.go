package hooks

// Answers that come in pieces, and completions, which the API had before it had messages.

import (
	"context"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/packages/ssestream"

	"github.com/goweaver/weaver/builtin/internal/genai"
	"github.com/goweaver/weaver/instrument/hook"
)

// The streams under way. They outlast the calls of the hooks.
var (
	messages     genai.Streams[ssestream.Stream[anthropic.MessageStreamEventUnion]]
	betaMessages genai.Streams[ssestream.Stream[anthropic.BetaRawMessageStreamEventUnion]]
	completions  genai.Streams[ssestream.Stream[anthropic.Completion]]
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
	case *ssestream.Stream[anthropic.MessageStreamEventUnion]:
		return next(&messages, s, event)
	case *ssestream.Stream[anthropic.BetaRawMessageStreamEventUnion]:
		return next(&betaMessages, s, betaEvent)
	case *ssestream.Stream[anthropic.Completion]:
		return next(&completions, s, text)
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
	case *ssestream.Stream[anthropic.MessageStreamEventUnion]:
		messages.Close(s)
	case *ssestream.Stream[anthropic.BetaRawMessageStreamEventUnion]:
		betaMessages.Close(s)
	case *ssestream.Stream[anthropic.Completion]:
		completions.Close(s)
	}
}

// Completion is for (*anthropic.CompletionService).New.
func Completion(ctx context.Context, body anthropic.CompletionNewParams) (context.Context, func(*anthropic.Completion, error, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	ctx, op := library.Start(ctx, completion(&body, false))
	if op == nil {
		return ctx, nil
	}
	return ctx, func(res *anthropic.Completion, err error, how hook.Exit) {
		if res != nil {
			var a genai.Answer
			text(&a, res)
			op.Answered(a)
		}
		op.End(err, how)
	}
}

// CompletionStream is for (*anthropic.CompletionService).NewStreaming.
func CompletionStream(ctx context.Context, body anthropic.CompletionNewParams) (context.Context, func(*ssestream.Stream[anthropic.Completion], hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	ctx, op := library.Start(ctx, completion(&body, true))
	if op == nil {
		return ctx, nil
	}
	return ctx, func(s *ssestream.Stream[anthropic.Completion], how hook.Exit) { streams(&completions, s, op, how) }
}

func completion(body *anthropic.CompletionNewParams, stream bool) genai.Request {
	return genai.Request{
		Operation: genai.TextCompletion, Model: body.Model, Stream: stream,
		Told: settings(body.MaxTokensToSample, body.Temperature, body.TopP, body.TopK),
	}
}

// text adds a piece of a completion to what is known of it.
func text(a *genai.Answer, c *anthropic.Completion) {
	a.ID, a.Model = c.ID, c.Model
	finished(a, c.StopReason)
}
