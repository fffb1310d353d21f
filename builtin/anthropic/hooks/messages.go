package hooks

import (
	"context"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/packages/ssestream"

	"github.com/goweaver/weaver/builtin/internal/genai"
	"github.com/goweaver/weaver/instrument/hook"
)

// Message is for (*anthropic.MessageService).New.
func Message(ctx context.Context, body anthropic.MessageNewParams) (context.Context, func(*anthropic.Message, error, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	ctx, op := library.Start(ctx, message(&body, false))
	if op == nil {
		return ctx, nil
	}
	return ctx, func(res *anthropic.Message, err error, how hook.Exit) {
		if res != nil {
			op.Answered(answer(res))
		}
		op.End(err, how)
	}
}

// MessageStream is for (*anthropic.MessageService).NewStreaming.
func MessageStream(ctx context.Context, body anthropic.MessageNewParams) (context.Context, func(*ssestream.Stream[anthropic.MessageStreamEventUnion], hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	ctx, op := library.Start(ctx, message(&body, true))
	if op == nil {
		return ctx, nil
	}
	return ctx, func(s *ssestream.Stream[anthropic.MessageStreamEventUnion], how hook.Exit) {
		streams(&messages, s, op, how)
	}
}

func message(body *anthropic.MessageNewParams, stream bool) genai.Request {
	return genai.Request{
		Operation: genai.Chat, Model: body.Model, Stream: stream,
		Told: settings(body.MaxTokens, body.Temperature, body.TopP, body.TopK),
	}
}

func answer(res *anthropic.Message) genai.Answer {
	a := genai.Answer{ID: res.ID, Model: res.Model}
	finished(&a, string(res.StopReason))
	u := &res.Usage
	used(&a, u.InputTokens, u.OutputTokens, u.CacheCreationInputTokens, u.CacheReadInputTokens)
	return a
}

// event adds an event to what is known of the answer: the first says what it is, and the last
// but one how it has ended, with the tokens of all of it.
func event(a *genai.Answer, e *anthropic.MessageStreamEventUnion) {
	switch e.Type {
	case "message_start":
		*a = answer(&e.Message)
	case "message_delta":
		finished(a, string(e.Delta.StopReason))
		u := &e.Usage
		if u.InputTokens > 0 {
			used(a, u.InputTokens, u.OutputTokens, u.CacheCreationInputTokens, u.CacheReadInputTokens)
		}
		a.Output = u.OutputTokens
	}
}

// BetaMessage is for (*anthropic.BetaMessageService).New.
func BetaMessage(ctx context.Context, body anthropic.BetaMessageNewParams) (context.Context, func(*anthropic.BetaMessage, error, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	ctx, op := library.Start(ctx, betaMessage(&body, false))
	if op == nil {
		return ctx, nil
	}
	return ctx, func(res *anthropic.BetaMessage, err error, how hook.Exit) {
		if res != nil {
			op.Answered(betaAnswer(res))
		}
		op.End(err, how)
	}
}

// BetaMessageStream is for (*anthropic.BetaMessageService).NewStreaming.
func BetaMessageStream(ctx context.Context, body anthropic.BetaMessageNewParams) (context.Context, func(*ssestream.Stream[anthropic.BetaRawMessageStreamEventUnion], hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	ctx, op := library.Start(ctx, betaMessage(&body, true))
	if op == nil {
		return ctx, nil
	}
	return ctx, func(s *ssestream.Stream[anthropic.BetaRawMessageStreamEventUnion], how hook.Exit) {
		streams(&betaMessages, s, op, how)
	}
}

func betaMessage(body *anthropic.BetaMessageNewParams, stream bool) genai.Request {
	return genai.Request{
		Operation: genai.Chat, Model: body.Model, Stream: stream,
		Told: settings(body.MaxTokens, body.Temperature, body.TopP, body.TopK),
	}
}

func betaAnswer(res *anthropic.BetaMessage) genai.Answer {
	a := genai.Answer{ID: res.ID, Model: res.Model}
	finished(&a, string(res.StopReason))
	u := &res.Usage
	used(&a, u.InputTokens, u.OutputTokens, u.CacheCreationInputTokens, u.CacheReadInputTokens)
	return a
}

// betaEvent is event for messages of the beta API.
func betaEvent(a *genai.Answer, e *anthropic.BetaRawMessageStreamEventUnion) {
	switch e.Type {
	case "message_start":
		*a = betaAnswer(&e.Message)
	case "message_delta":
		finished(a, string(e.Delta.StopReason))
		u := &e.Usage
		if u.InputTokens > 0 {
			used(a, u.InputTokens, u.OutputTokens, u.CacheCreationInputTokens, u.CacheReadInputTokens)
		}
		a.Output = u.OutputTokens
	}
}
