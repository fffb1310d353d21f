package genai

import "go.opentelemetry.io/otel/attribute"

// The operations.
const (
	Chat           = "chat"
	Embeddings     = "embeddings"
	TextCompletion = "text_completion"
)

// The attributes. They are no longer in OpenTelemetry's package of conventions, since those for
// generative AI have moved to a repository of their own; these are as of version 1.41, the last
// that had them.
const (
	OperationNameKey            = attribute.Key("gen_ai.operation.name")
	ProviderNameKey             = attribute.Key("gen_ai.provider.name")
	OutputTypeKey               = attribute.Key("gen_ai.output.type")
	ConversationIDKey           = attribute.Key("gen_ai.conversation.id")
	EmbeddingsDimensionCountKey = attribute.Key("gen_ai.embeddings.dimension.count")
	RequestModelKey             = attribute.Key("gen_ai.request.model")
	RequestStreamKey            = attribute.Key("gen_ai.request.stream")
	RequestChoiceCountKey       = attribute.Key("gen_ai.request.choice.count")
	RequestSeedKey              = attribute.Key("gen_ai.request.seed")
	RequestMaxTokensKey         = attribute.Key("gen_ai.request.max_tokens")
	RequestTemperatureKey       = attribute.Key("gen_ai.request.temperature")
	RequestTopPKey              = attribute.Key("gen_ai.request.top_p")
	RequestTopKKey              = attribute.Key("gen_ai.request.top_k")
	RequestFrequencyPenaltyKey  = attribute.Key("gen_ai.request.frequency_penalty")
	RequestPresencePenaltyKey   = attribute.Key("gen_ai.request.presence_penalty")
	RequestEncodingFormatsKey   = attribute.Key("gen_ai.request.encoding_formats")
	ResponseIDKey               = attribute.Key("gen_ai.response.id")
	ResponseModelKey            = attribute.Key("gen_ai.response.model")
	ResponseFinishReasonsKey    = attribute.Key("gen_ai.response.finish_reasons")
	ResponseTimeToFirstChunkKey = attribute.Key("gen_ai.response.time_to_first_chunk")
	UsageInputTokensKey         = attribute.Key("gen_ai.usage.input_tokens")
	UsageOutputTokensKey        = attribute.Key("gen_ai.usage.output_tokens")
	UsageCacheCreationKey       = attribute.Key("gen_ai.usage.cache_creation.input_tokens")
	UsageCacheReadKey           = attribute.Key("gen_ai.usage.cache_read.input_tokens")
	UsageReasoningKey           = attribute.Key("gen_ai.usage.reasoning.output_tokens")
	TokenTypeKey                = attribute.Key("gen_ai.token.type")
)

// An Answer is what is known of an answer. What is zero is not known.
type Answer struct {
	ID, Model string
	Finish    []string // why each of its choices has ended
	Failed    string   // how the model failed, where it says so by an answer

	// The numbers of tokens: all that were put in and come out, and the parts of them that were
	// written to a cache, read from one, and thought.
	Input, Output                      int64
	CacheWritten, CacheRead, Reasoning int64

	Told []attribute.KeyValue // what the provider alone has
}

func (a *Answer) attributes() []attribute.KeyValue {
	attrs := make([]attribute.KeyValue, 0, 16)
	text := func(key attribute.Key, s string) {
		if s != "" {
			attrs = append(attrs, key.String(s))
		}
	}
	number := func(key attribute.Key, n int64) {
		if n > 0 {
			attrs = append(attrs, key.Int64(n))
		}
	}
	text(ResponseIDKey, a.ID)
	text(ResponseModelKey, a.Model)
	if len(a.Finish) > 0 {
		attrs = append(attrs, ResponseFinishReasonsKey.StringSlice(a.Finish))
	}
	number(UsageInputTokensKey, a.Input)
	number(UsageOutputTokensKey, a.Output)
	number(UsageCacheCreationKey, a.CacheWritten)
	number(UsageCacheReadKey, a.CacheRead)
	number(UsageReasoningKey, a.Reasoning)
	return append(attrs, a.Told...)
}
