package hooks

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/responses"
	"github.com/openai/openai-go/v3/shared"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/genai"
	"github.com/goweaver/weaver/instrument/hook"
)

const jsonType, eventType = "application/json", "text/event-stream"

func question() openai.ChatCompletionNewParams {
	return openai.ChatCompletionNewParams{
		Model: "gpt-x", Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("s3cret")},
		MaxCompletionTokens: openai.Int(50), Temperature: openai.Float(0.5), TopP: openai.Float(1), N: openai.Int(2), Seed: openai.Int(7),
		ServiceTier: "flex", FrequencyPenalty: openai.Float(0.1), PresencePenalty: openai.Float(0.2), User: openai.String("s3cret"),
		ResponseFormat: openai.ChatCompletionNewParamsResponseFormatUnion{OfJSONObject: &shared.ResponseFormatJSONObjectParam{}},
	}
}

// A chat has a span with how it was asked and answered, and never with what.
func TestChat(t *testing.T) {
	spans := record(t)
	c := newClient(t, 200, jsonType, `{"id":"c1","model":"gpt-x-1","service_tier":"flex","system_fingerprint":"fp","choices":[
		{"index":0,"finish_reason":"stop","message":{"content":"s3cret"}},{"index":1,"finish_reason":"length","message":{"content":"s3cret"}}],
		"usage":{"prompt_tokens":10,"completion_tokens":20,"total_tokens":30,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":5}}}`)
	res, err := call(t.Context(), Chat, c.Chat.Completions.New, question())
	if err != nil || res.Choices[0].Message.Content != "s3cret" {
		t.Fatal(res, err)
	}
	s, has := one(t, spans)
	want := map[string]string{
		"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "openai.api.type": "chat_completions", "gen_ai.request.model": "gpt-x",
		"gen_ai.request.max_tokens": "50", "gen_ai.request.temperature": "0.5", "gen_ai.request.top_p": "1", "gen_ai.request.choice.count": "2",
		"gen_ai.request.seed": "7", "gen_ai.request.frequency_penalty": "0.1", "gen_ai.request.presence_penalty": "0.2", "gen_ai.output.type": "json",
		"openai.request.service_tier": "flex", "openai.response.service_tier": "flex", "openai.response.system_fingerprint": "fp",
		"gen_ai.response.id": "c1", "gen_ai.response.model": "gpt-x-1", "gen_ai.response.finish_reasons": `["stop","length"]`,
		"gen_ai.usage.input_tokens": "10", "gen_ai.usage.output_tokens": "20", "gen_ai.usage.cache_read.input_tokens": "4", "gen_ai.usage.reasoning.output_tokens": "5",
	}
	if s.Name() != "chat gpt-x" || s.SpanKind() != trace.SpanKindClient || s.Status().Code != codes.Unset || !maps.Equal(has, want) {
		t.Errorf("%s %v %v, want %v", s.Name(), s.Status(), has, want)
	}
}

// A streamed answer is told of until its end, with what its pieces say together; or until the
// program closes it.
func TestChatStream(t *testing.T) {
	const body = `data: {"id":"c1","model":"gpt-x-1","choices":[{"index":0,"delta":{"content":"s3cret"}},{"index":1,"delta":{}}]}

data: {"id":"c1","model":"gpt-x-1","choices":[{"index":1,"finish_reason":"length","delta":{}}]}

data: {"id":"c1","model":"gpt-x-1","choices":[{"index":0,"finish_reason":"stop","delta":{}}]}

data: {"id":"c1","model":"gpt-x-1","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":20,"total_tokens":30}}

data: [DONE]

`
	for _, c := range []struct {
		name   string
		pieces int
		want   map[string]string
	}{
		{"to its end", -1, map[string]string{
			"gen_ai.response.finish_reasons": `["stop","length"]`, "gen_ai.usage.input_tokens": "10", "gen_ai.usage.output_tokens": "20",
		}},
		{"closed", 1, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			spans, client := record(t), newClient(t, 200, eventType, body)
			s := streaming(t.Context(), ChatStream, client.Chat.Completions.NewStreaming, openai.ChatCompletionNewParams{Model: "gpt-x"})
			read := 0
			for read != c.pieces && s.Next() {
				read++
				if len(spans.Ended()) != 0 {
					t.Fatal("it has ended before")
				}
			}
			if err := s.Close(); err != nil && c.pieces > 0 || s.Err() != nil {
				t.Fatal(err, s.Err())
			}
			want := map[string]string{
				"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "openai.api.type": "chat_completions", "gen_ai.request.model": "gpt-x",
				"gen_ai.request.stream": "true", "gen_ai.response.id": "c1", "gen_ai.response.model": "gpt-x-1",
			}
			maps.Copy(want, c.want)
			if span, has := one(t, spans); !maps.Equal(has, want) || span.Status().Code != codes.Unset {
				t.Errorf("%v, want %v", has, want)
			}
		})
	}
}

// So are responses, of which some say that they have failed.
func TestResponses(t *testing.T) {
	const failed = `{"id":"r1","model":"gpt-x-1","status":"failed","error":{"code":"server_error","message":"s3cret"}}`
	const whole = `{"id":"r1","model":"gpt-x-1","status":"completed","usage":{"input_tokens":10,"output_tokens":20,"total_tokens":30,"input_tokens_details":{"cached_tokens":4},"output_tokens_details":{"reasoning_tokens":5}}}`
	ok := map[string]string{
		"gen_ai.response.finish_reasons": `["stop"]`, "gen_ai.usage.input_tokens": "10", "gen_ai.usage.output_tokens": "20",
		"gen_ai.usage.cache_read.input_tokens": "4", "gen_ai.usage.reasoning.output_tokens": "5",
	}
	for _, c := range []struct {
		name, body string
		stream     bool
		want       map[string]string
	}{
		{"whole", whole, false, ok},
		{"failed", failed, false, map[string]string{"error.type": "server_error"}},
		{"cut", `{"id":"r1","model":"gpt-x-1","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}}`, false, map[string]string{"gen_ai.response.finish_reasons": `["max_output_tokens"]`}},
		{"streamed", "data: {\"type\":\"response.created\",\"response\":{\"id\":\"r1\",\"model\":\"gpt-x-1\"}}\n\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"s3cret\"}\n\ndata: {\"type\":\"response.completed\",\"response\":" + whole + "}\n\n", true, ok},
		{"failed stream", "data: {\"type\":\"response.failed\",\"response\":" + failed + "}\n\n", true, map[string]string{"error.type": "server_error"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			spans := record(t)
			body := responses.ResponseNewParams{
				Model: "gpt-x", Instructions: openai.String("s3cret"), MaxOutputTokens: openai.Int(5),
				Conversation: responses.ResponseNewParamsConversationUnion{OfString: openai.String("conv_1")},
			}
			want := map[string]string{
				"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "openai.api.type": "responses", "gen_ai.request.model": "gpt-x",
				"gen_ai.request.max_tokens": "5", "gen_ai.conversation.id": "conv_1", "gen_ai.response.id": "r1", "gen_ai.response.model": "gpt-x-1",
			}
			maps.Copy(want, c.want)
			if c.stream {
				want["gen_ai.request.stream"] = "true"
				client := newClient(t, 200, eventType, c.body)
				s := streaming(t.Context(), ResponseStream, client.Responses.NewStreaming, body)
				for s.Next() {
				}
				if s.Err() != nil {
					t.Fatal(s.Err())
				}
			} else {
				client := newClient(t, 200, jsonType, c.body)
				if _, err := call(t.Context(), Response, client.Responses.New, body); err != nil {
					t.Fatal(err)
				}
			}
			if s, has := one(t, spans); !maps.Equal(has, want) || s.Status().Description != want["error.type"] {
				t.Errorf("%v %v, want %v", s.Status(), has, want)
			}
		})
	}
}

// Completions and embeddings are told of as well.
func TestOthers(t *testing.T) {
	spans := record(t)
	c := newClient(t, 200, jsonType, `{"model":"e-1","data":[],"usage":{"prompt_tokens":3,"total_tokens":3}}`)
	if _, err := call(t.Context(), Embeddings, c.Embeddings.New, openai.EmbeddingNewParams{Model: "e", Dimensions: openai.Int(64), EncodingFormat: "float"}); err != nil {
		t.Fatal(err)
	}
	if s, has := one(t, spans); s.Name() != "embeddings e" || !maps.Equal(has, map[string]string{
		"gen_ai.operation.name": "embeddings", "gen_ai.provider.name": "openai", "gen_ai.request.model": "e", "gen_ai.response.model": "e-1",
		"gen_ai.embeddings.dimension.count": "64", "gen_ai.request.encoding_formats": `["float"]`, "gen_ai.usage.input_tokens": "3",
	}) {
		t.Errorf("%s %v", s.Name(), has)
	}

	spans = record(t)
	c = newClient(t, 200, jsonType, `{"id":"t1","model":"t-1","choices":[{"finish_reason":"stop","text":"s3cret"}],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}`)
	if _, err := call(t.Context(), Completion, c.Completions.New, openai.CompletionNewParams{Model: "t", MaxTokens: openai.Int(5)}); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"gen_ai.operation.name": "text_completion", "gen_ai.provider.name": "openai", "gen_ai.request.model": "t", "gen_ai.request.max_tokens": "5", "gen_ai.response.model": "t-1",
		"gen_ai.response.id": "t1", "gen_ai.response.finish_reasons": `["stop"]`, "gen_ai.usage.input_tokens": "3", "gen_ai.usage.output_tokens": "4",
	}
	if s, has := one(t, spans); s.Name() != "text_completion t" || !maps.Equal(has, want) {
		t.Errorf("%s %v", s.Name(), has)
	}

	spans = record(t)
	c = newClient(t, 200, eventType, "data: {\"id\":\"t1\",\"model\":\"t-1\",\"choices\":[{\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7}}\n\ndata: [DONE]\n\n")
	stream := streaming(t.Context(), CompletionStream, c.Completions.NewStreaming, openai.CompletionNewParams{Model: "t", MaxTokens: openai.Int(5)})
	for stream.Next() {
	}
	want["gen_ai.request.stream"] = "true"
	if _, has := one(t, spans); !maps.Equal(has, want) {
		t.Errorf("%v, want %v", has, want)
	}
}

// What a model refuses is told by the model's name for it, without its text; the error is the
// library's own.
func TestFailures(t *testing.T) {
	const refused = `{"error":{"code":"rate_limit_exceeded","type":"requests","message":"s3cret"}}`
	for _, c := range []struct {
		name, body    string
		status        int
		kind, message string
	}{
		{"by code", refused, 429, "rate_limit_exceeded", "429 rate_limit_exceeded"},
		{"by type", `{"error":{"code":null,"type":"invalid_request_error","message":"s3cret"}}`, 400, "invalid_request_error", "400 invalid_request_error"},
		{"by status", `s3cret`, 500, "500", "500"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, stream := range []bool{false, true} {
				spans, client := record(t), newClient(t, c.status, jsonType, c.body)
				var err error
				if stream {
					s := streaming(t.Context(), ChatStream, client.Chat.Completions.NewStreaming, question())
					if err = s.Err(); len(spans.Ended()) != 1 || s.Next() {
						t.Fatal("the stream has not ended")
					}
				} else {
					_, err = call(t.Context(), Chat, client.Chat.Completions.New, question())
				}
				var answer *openai.Error
				if !errors.As(err, &answer) {
					t.Fatal(err)
				}
				s, has := one(t, spans)
				if has["error.type"] != c.kind || s.Status().Code != codes.Error || s.Status().Description != c.message {
					t.Errorf("%v %v", s.Status(), has)
				}
				for k, v := range has {
					if strings.Contains(v, "s3cret") {
						t.Errorf("%s tells it", k)
					}
				}
			}
		})
	}
	t.Run("in a stream", func(t *testing.T) {
		spans, client := record(t), newClient(t, 200, eventType, "data: {\"error\":{\"message\":\"s3cret\"}}\n\n")
		s := streaming(t.Context(), ChatStream, client.Chat.Completions.NewStreaming, question())
		if s.Next() || s.Err() == nil {
			t.Fatal("no error")
		}
		if s, has := one(t, spans); has["error.type"] == "" || s.Status().Description != "received error while streaming" {
			t.Errorf("%v %v", s.Status(), has)
		}
	})
	t.Run("decoded elsewhere", func(t *testing.T) {
		spans, client := record(t), newClient(t, 200, jsonType, "{}")
		var into []byte
		if res, err := call(t.Context(), Chat, client.Chat.Completions.New, question(), option.WithResponseBodyInto(&into)); err != nil || res != nil {
			t.Fatal(res, err)
		}
		if s, _ := one(t, spans); s.Status().Code != codes.Unset {
			t.Error(s.Status())
		}
	})
}

// Where a request goes is what its configuration says in the end.
func TestExecute(t *testing.T) {
	spans := record(t)
	ctx, end := Chat(t.Context(), question())
	executed(ctx, "http://127.0.0.1:99/v1")
	executed(context.Background(), "http://other:98")
	if Execute(hook.Captured{Values: hook.MakeValues("cfg", "none")}) != nil || Execute(hook.Captured{Values: hook.MakeValues("cfg", &config{})}) != nil {
		t.Error("there is no request")
	}
	end(nil, nil, hook.Returned)
	if has := asText(t, spans.Ended()[0].Attributes()); has["server.port"] != "99" {
		t.Error(has)
	}
}

// Without a provider nothing happens, and nothing is allocated.
func TestNothing(t *testing.T) {
	ctx, body, asked := t.Context(), question(), responses.ResponseNewParams{Model: "gpt-x"}
	s := &struct{}{}
	config := hook.Captured{Values: hook.MakeValues("cfg", &config{})}
	if n := testing.AllocsPerRun(100, func() {
		got, end := Chat(ctx, body)
		_, streamed := ChatStream(ctx, body)
		_, answered := Response(ctx, asked)
		if got != ctx || end != nil || streamed != nil || answered != nil || Next(s) != nil || Execute(config) != nil {
			t.Error("something is told")
		}
		Close(s)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if genai.Of(ctx) != nil {
		t.Error("there is an operation")
	}
}
