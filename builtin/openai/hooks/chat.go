package hooks

// Chats and completions.

import (
	"context"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/packages/param"
	"github.com/openai/openai-go/v3/packages/ssestream"
	"go.opentelemetry.io/otel/attribute"

	"github.com/goweaver/weaver/builtin/internal/genai"
	"github.com/goweaver/weaver/instrument/hook"
)

// settings adds what was set of what chats and completions can be told.
type settings []attribute.KeyValue

func (s *settings) number(key attribute.Key, o param.Opt[float64]) {
	if o.Valid() {
		*s = append(*s, key.Float64(o.Value))
	}
}

func (s *settings) integer(key attribute.Key, o param.Opt[int64]) {
	if o.Valid() {
		*s = append(*s, key.Int64(o.Value))
	}
}

func (s *settings) choices(n param.Opt[int64]) {
	if n.Valid() && n.Value != 1 {
		*s = append(*s, genai.RequestChoiceCountKey.Int64(n.Value))
	}
}

func (s *settings) tier(tier string) {
	if tier != "" && tier != anyTier {
		*s = append(*s, requestTierKey.String(tier))
	}
}

func (s *settings) output(isJSON, isText bool) {
	switch {
	case isJSON:
		*s = append(*s, genai.OutputTypeKey.String(outputJSON))
	case isText:
		*s = append(*s, genai.OutputTypeKey.String(outputText))
	}
}

// chat returns what is told of a chat's parameters, which are not kept.
func chat(body *openai.ChatCompletionNewParams, stream bool) genai.Request {
	s := settings{apiTypeKey.String(chatAPI)}
	s.integer(genai.RequestMaxTokensKey, body.MaxTokens)
	if body.MaxCompletionTokens.Valid() && !body.MaxTokens.Valid() {
		s.integer(genai.RequestMaxTokensKey, body.MaxCompletionTokens)
	}
	s.number(genai.RequestTemperatureKey, body.Temperature)
	s.number(genai.RequestTopPKey, body.TopP)
	s.number(genai.RequestFrequencyPenaltyKey, body.FrequencyPenalty)
	s.number(genai.RequestPresencePenaltyKey, body.PresencePenalty)
	s.integer(genai.RequestSeedKey, body.Seed)
	s.choices(body.N)
	s.tier(string(body.ServiceTier))
	f := &body.ResponseFormat
	s.output(f.OfJSONSchema != nil || f.OfJSONObject != nil, f.OfText != nil)
	return genai.Request{Operation: genai.Chat, Model: body.Model, Stream: stream, Told: s}
}

// completion is chat for a completion.
func completion(body *openai.CompletionNewParams, stream bool) genai.Request {
	var s settings
	s.integer(genai.RequestMaxTokensKey, body.MaxTokens)
	s.number(genai.RequestTemperatureKey, body.Temperature)
	s.number(genai.RequestTopPKey, body.TopP)
	s.number(genai.RequestFrequencyPenaltyKey, body.FrequencyPenalty)
	s.number(genai.RequestPresencePenaltyKey, body.PresencePenalty)
	s.integer(genai.RequestSeedKey, body.Seed)
	s.choices(body.N)
	return genai.Request{Operation: genai.TextCompletion, Model: string(body.Model), Stream: stream, Told: s}
}

// used adds the tokens that were counted, if they were.
func used(a *genai.Answer, u *openai.CompletionUsage) {
	if u.TotalTokens == 0 {
		return
	}
	a.Input, a.Output = u.PromptTokens, u.CompletionTokens
	a.CacheRead, a.Reasoning = u.PromptTokensDetails.CachedTokens, u.CompletionTokensDetails.ReasoningTokens
}

// own returns what this provider alone tells of an answer.
func own(tier, fingerprint string) (told []attribute.KeyValue) {
	if tier != "" {
		told = append(told, responseTierKey.String(tier))
	}
	if fingerprint != "" {
		told = append(told, fingerprintKey.String(fingerprint))
	}
	return told
}

// Chat is for (*openai.ChatCompletionService).New.
func Chat(ctx context.Context, body openai.ChatCompletionNewParams) (context.Context, func(*openai.ChatCompletion, error, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	ctx, op := library.Start(ctx, chat(&body, false))
	if op == nil {
		return ctx, nil
	}
	return ctx, func(res *openai.ChatCompletion, err error, how hook.Exit) {
		if res != nil {
			a := genai.Answer{ID: res.ID, Model: res.Model, Told: own(string(res.ServiceTier), res.SystemFingerprint)} //nolint:staticcheck // servers still say it
			for i := range res.Choices {
				a.Finish = append(a.Finish, res.Choices[i].FinishReason)
			}
			used(&a, &res.Usage)
			op.Answered(a)
		}
		op.End(err, how)
	}
}

// ChatStream is for (*openai.ChatCompletionService).NewStreaming.
func ChatStream(ctx context.Context, body openai.ChatCompletionNewParams) (context.Context, func(*ssestream.Stream[openai.ChatCompletionChunk], hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	ctx, op := library.Start(ctx, chat(&body, true))
	if op == nil {
		return ctx, nil
	}
	return ctx, func(s *ssestream.Stream[openai.ChatCompletionChunk], how hook.Exit) { streams(&chats, s, op, how) }
}

// Completion is for (*openai.CompletionService).New.
func Completion(ctx context.Context, body openai.CompletionNewParams) (context.Context, func(*openai.Completion, error, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	ctx, op := library.Start(ctx, completion(&body, false))
	if op == nil {
		return ctx, nil
	}
	return ctx, func(res *openai.Completion, err error, how hook.Exit) {
		if res != nil {
			a := genai.Answer{ID: res.ID, Model: res.Model, Told: own("", res.SystemFingerprint)}
			for i := range res.Choices {
				a.Finish = append(a.Finish, string(res.Choices[i].FinishReason))
			}
			used(&a, &res.Usage)
			op.Answered(a)
		}
		op.End(err, how)
	}
}

// CompletionStream is for (*openai.CompletionService).NewStreaming.
func CompletionStream(ctx context.Context, body openai.CompletionNewParams) (context.Context, func(*ssestream.Stream[openai.Completion], hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	ctx, op := library.Start(ctx, completion(&body, true))
	if op == nil {
		return ctx, nil
	}
	return ctx, func(s *ssestream.Stream[openai.Completion], how hook.Exit) { streams(&completions, s, op, how) }
}

// chunk adds a piece of a chat to what is known of it.
func chunk(a *genai.Answer, c *openai.ChatCompletionChunk) {
	if a.ID == "" {
		a.ID, a.Model = c.ID, c.Model
	}
	if a.Told == nil {
		a.Told = own(string(c.ServiceTier), c.SystemFingerprint) //nolint:staticcheck // servers still say it
	}
	for i := range c.Choices {
		finish(a, c.Choices[i].Index, c.Choices[i].FinishReason)
	}
	used(a, &c.Usage)
}

// text is chunk for a completion.
func text(a *genai.Answer, c *openai.Completion) {
	if a.ID == "" {
		a.ID, a.Model, a.Told = c.ID, c.Model, own("", c.SystemFingerprint)
	}
	for i := range c.Choices {
		finish(a, c.Choices[i].Index, string(c.Choices[i].FinishReason))
	}
	used(a, &c.Usage)
}

// mostChoices is how many choices of a stream are told of. A model may say any number.
const mostChoices = 128

// finish notes why a choice has ended.
func finish(a *genai.Answer, index int64, reason string) {
	if reason == "" || index < 0 || index >= mostChoices {
		return
	}
	for int64(len(a.Finish)) <= index {
		a.Finish = append(a.Finish, "")
	}
	a.Finish[index] = reason
}
