package hooks

// The Responses API, which is a chat as well.

import (
	"context"

	"github.com/openai/openai-go/v3/packages/ssestream"
	"github.com/openai/openai-go/v3/responses"

	"github.com/goweaver/weaver/builtin/internal/genai"
	"github.com/goweaver/weaver/instrument/hook"
)

func asked(body *responses.ResponseNewParams, stream bool) genai.Request {
	s := settings{apiTypeKey.String(responsesAPI)}
	s.integer(genai.RequestMaxTokensKey, body.MaxOutputTokens)
	s.number(genai.RequestTemperatureKey, body.Temperature)
	s.number(genai.RequestTopPKey, body.TopP)
	s.tier(string(body.ServiceTier))
	if c := body.Conversation.OfString; c.Valid() {
		s = append(s, genai.ConversationIDKey.String(c.Value))
	} else if c := body.Conversation.OfConversationObject; c != nil {
		s = append(s, genai.ConversationIDKey.String(c.ID))
	}
	f := &body.Text.Format
	s.output(f.OfJSONSchema != nil || f.OfJSONObject != nil, f.OfText != nil)
	return genai.Request{Operation: genai.Chat, Model: body.Model, Stream: stream, Told: s}
}

// answer returns what is told of an answer, be it whole or not yet.
func answer(res *responses.Response) genai.Answer {
	a := genai.Answer{ID: res.ID, Model: res.Model, Told: own(string(res.ServiceTier), "")}
	switch status := string(res.Status); {
	case status == responseHasFailed:
		a.Failed = string(res.Error.Code)
		if a.Failed == "" {
			a.Failed = status
		}
	case res.IncompleteDetails.Reason != "":
		a.Finish = []string{res.IncompleteDetails.Reason}
	case status == responseIsComplete:
		a.Finish = []string{"stop"} // as the conventions call it
	}
	u := &res.Usage
	a.Input, a.Output = u.InputTokens, u.OutputTokens
	a.CacheRead, a.Reasoning = u.InputTokensDetails.CachedTokens, u.OutputTokensDetails.ReasoningTokens
	return a
}

// Response is for (*responses.ResponseService).New.
func Response(ctx context.Context, body responses.ResponseNewParams) (context.Context, func(*responses.Response, error, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	ctx, op := library.Start(ctx, asked(&body, false))
	if op == nil {
		return ctx, nil
	}
	return ctx, func(res *responses.Response, err error, how hook.Exit) {
		if res != nil {
			op.Answered(answer(res))
		}
		op.End(err, how)
	}
}

// ResponseStream is for (*responses.ResponseService).NewStreaming.
func ResponseStream(ctx context.Context, body responses.ResponseNewParams) (context.Context, func(*ssestream.Stream[responses.ResponseStreamEventUnion], hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	ctx, op := library.Start(ctx, asked(&body, true))
	if op == nil {
		return ctx, nil
	}
	return ctx, func(s *ssestream.Stream[responses.ResponseStreamEventUnion], how hook.Exit) {
		streams(&events, s, op, how)
	}
}

// event adds an event to what is known of the answer: some have all of it so far, and the last
// one has everything.
func event(a *genai.Answer, e *responses.ResponseStreamEventUnion) {
	if e.Response.ID != "" {
		*a = answer(&e.Response)
	}
	if e.Type == "error" {
		if a.Failed = e.Code; a.Failed == "" {
			a.Failed = responseHasFailed
		}
	}
}
