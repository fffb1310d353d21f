package hooks

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/genai"
	"github.com/goweaver/weaver/instrument/hook"
)

const jsonType, eventType = "application/json", "text/event-stream"

func question() anthropic.MessageNewParams {
	return anthropic.MessageNewParams{
		Model: "claude-x", MaxTokens: 50, Messages: []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock("s3cret"))},
		Temperature: anthropic.Float(0.5), TopP: anthropic.Float(1), TopK: anthropic.Int(5),
		System: []anthropic.TextBlockParam{{Text: "s3cret"}}, StopSequences: []string{"s3cret"},
	}
}

func betaQuestion() anthropic.BetaMessageNewParams {
	return anthropic.BetaMessageNewParams{
		Model: "claude-x", MaxTokens: 50, Messages: []anthropic.BetaMessageParam{{Role: "user"}},
		Temperature: anthropic.Float(0.5), TopP: anthropic.Float(1), TopK: anthropic.Int(5),
	}
}

const whole = `{"id":"m1","type":"message","role":"assistant","model":"claude-x-1","stop_reason":"end_turn","content":[{"type":"text","text":"s3cret"}],
	"usage":{"input_tokens":10,"output_tokens":20,"cache_creation_input_tokens":3,"cache_read_input_tokens":4}}`

const pieces = `event: message_start
data: {"type":"message_start","message":{"id":"m1","model":"claude-x-1","content":[],"usage":{"input_tokens":10,"output_tokens":1,"cache_creation_input_tokens":3,"cache_read_input_tokens":4}}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"s3cret"}}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":20}}

event: message_stop
data: {"type":"message_stop"}

`

// A message has a span with how it was asked and answered, and never with what, also where
// the answer comes in pieces.
func TestMessages(t *testing.T) {
	ctx := t.Context()
	for _, c := range []struct {
		name   string
		stream bool
		do     func(*anthropic.Client) error
	}{
		{"message", false, func(c *anthropic.Client) error {
			_, err := call(ctx, Message, c.Messages.New, question())
			return err
		}},
		{"beta message", false, func(c *anthropic.Client) error {
			_, err := call(ctx, BetaMessage, c.Beta.Messages.New, betaQuestion())
			return err
		}},
		{"stream", true, func(c *anthropic.Client) error {
			return drain(streaming(ctx, MessageStream, c.Messages.NewStreaming, question()))
		}},
		{"beta stream", true, func(c *anthropic.Client) error {
			return drain(streaming(ctx, BetaMessageStream, c.Beta.Messages.NewStreaming, betaQuestion()))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			kind, body := jsonType, whole
			if c.stream {
				kind, body = eventType, pieces
			}
			spans, client := record(t), newClient(t, 200, kind, body)
			if err := c.do(&client); err != nil {
				t.Fatal(err)
			}
			s, has := one(t, spans)
			want := map[string]string{
				"gen_ai.operation.name": "chat", "gen_ai.provider.name": "anthropic", "gen_ai.request.model": "claude-x",
				"gen_ai.request.max_tokens": "50", "gen_ai.request.temperature": "0.5", "gen_ai.request.top_p": "1", "gen_ai.request.top_k": "5",
				"gen_ai.response.id": "m1", "gen_ai.response.model": "claude-x-1", "gen_ai.response.finish_reasons": `["end_turn"]`,
				"gen_ai.usage.input_tokens": "17", "gen_ai.usage.output_tokens": "20",
				"gen_ai.usage.cache_creation.input_tokens": "3", "gen_ai.usage.cache_read.input_tokens": "4",
			}
			if c.stream {
				want["gen_ai.request.stream"] = "true"
			}
			if s.Name() != "chat claude-x" || s.SpanKind() != trace.SpanKindClient || s.Status().Code != codes.Unset || !maps.Equal(has, want) {
				t.Errorf("%s %v %v, want %v", s.Name(), s.Status(), has, want)
			}
		})
	}
}

// drain reads a stream to its end.
func drain[T any](s *wovenStream[T]) error {
	for s.Next() {
	}
	return s.Err()
}

// A stream that the program closes has ended then.
func TestClosed(t *testing.T) {
	spans, client := record(t), newClient(t, 200, eventType, pieces)
	s := streaming(t.Context(), MessageStream, client.Messages.NewStreaming, question())
	if !s.Next() || len(spans.Ended()) != 0 {
		t.Fatal("no piece, or the span has ended")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, has := one(t, spans); has["gen_ai.usage.output_tokens"] != "1" || s.Status().Code != codes.Unset {
		t.Errorf("%v %v", s.Status(), has)
	}
}

// Completions are told of as well.
func TestCompletions(t *testing.T) {
	spans, client := record(t), newClient(t, 200, jsonType, `{"id":"c1","type":"completion","model":"claude-x-1","completion":"s3cret","stop_reason":"stop_sequence"}`)
	body := anthropic.CompletionNewParams{Model: "claude-x", MaxTokensToSample: 5, Prompt: "s3cret"}
	if _, err := call(t.Context(), Completion, client.Completions.New, body); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"gen_ai.operation.name": "text_completion", "gen_ai.provider.name": "anthropic", "gen_ai.request.model": "claude-x", "gen_ai.request.max_tokens": "5",
		"gen_ai.response.id": "c1", "gen_ai.response.model": "claude-x-1", "gen_ai.response.finish_reasons": `["stop_sequence"]`,
	}
	if s, has := one(t, spans); s.Name() != "text_completion claude-x" || !maps.Equal(has, want) {
		t.Errorf("%s %v, want %v", s.Name(), has, want)
	}
	spans, client = record(t), newClient(t, 200, eventType, "event: completion\ndata: {\"id\":\"c1\",\"model\":\"claude-x-1\",\"stop_reason\":\"stop_sequence\"}\n\n")
	if err := drain(streaming(t.Context(), CompletionStream, client.Completions.NewStreaming, body)); err != nil {
		t.Fatal(err)
	}
	want["gen_ai.request.stream"] = "true"
	if _, has := one(t, spans); !maps.Equal(has, want) {
		t.Errorf("%v, want %v", has, want)
	}
}

// What a model refuses is told by the model's name for it, without its text; the error is the
// library's own.
func TestFailures(t *testing.T) {
	for _, c := range []struct {
		name, body    string
		status        int
		kind, message string
	}{
		{"by type", `{"type":"error","error":{"type":"overloaded_error","message":"s3cret"}}`, 529, "overloaded_error", "529 overloaded_error"},
		{"by status", `s3cret`, 500, "500", "500"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, stream := range []bool{false, true} {
				spans, client := record(t), newClient(t, c.status, jsonType, c.body)
				var err error
				if stream {
					s := streaming(t.Context(), MessageStream, client.Messages.NewStreaming, question())
					if err = s.Err(); len(spans.Ended()) != 1 || s.Next() {
						t.Fatal("the stream has not ended")
					}
				} else {
					_, err = call(t.Context(), Message, client.Messages.New, question())
				}
				var answer *anthropic.Error
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
		spans, client := record(t), newClient(t, 200, eventType, "event: error\ndata: {\"type\":\"error\",\"error\":{\"message\":\"s3cret\"}}\n\n")
		if err := drain(streaming(t.Context(), MessageStream, client.Messages.NewStreaming, question())); err == nil {
			t.Fatal("no error")
		}
		if s, has := one(t, spans); has["error.type"] == "" || strings.Contains(s.Status().Description, "s3cret") {
			t.Errorf("%v %v", s.Status(), has)
		}
	})
}

// Where a request goes is what its configuration says in the end.
func TestExecute(t *testing.T) {
	spans := record(t)
	ctx, end := Message(t.Context(), question())
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

// The version that these tests are of makes no spans itself; one whose requests are configured
// for it does.
func TestTraces(t *testing.T) {
	if traces(reflect.TypeFor[option.RequestOption]()) {
		t.Error("this version traces")
	}
	type configured struct{ OpenTelemetry struct{} }
	if !traces(reflect.TypeFor[interface{ Apply(*configured) error }]()) {
		t.Error("that one traces")
	}
	if traces(reflect.TypeFor[interface{ Apply() }]()) || traces(reflect.TypeFor[any]()) || traces(reflect.TypeFor[interface{ Apply(*int) }]()) {
		t.Error("what is no option traces")
	}
}

// Without a provider nothing happens, and nothing is allocated.
func TestNothing(t *testing.T) {
	ctx, body, beta := t.Context(), question(), betaQuestion()
	s := &struct{}{}
	config := hook.Captured{Values: hook.MakeValues("cfg", &config{})}
	if n := testing.AllocsPerRun(100, func() {
		got, end := Message(ctx, body)
		_, streamed := MessageStream(ctx, body)
		_, answered := BetaMessage(ctx, beta)
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
