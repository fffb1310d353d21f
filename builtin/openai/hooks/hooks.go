// Package hooks holds the functions that make spans and metrics of what a program asks models
// for by github.com/openai/openai-go/v3, called from the bodies of the library's own methods.
//
// The library's extension point, option.WithMiddleware, is left to the program: a middleware
// sees HTTP requests, of which a call may make several, and would have to read bodies that
// are read once more by the library. What was asked and answered is read from the library's
// own values, after it has.
package hooks

import (
	"context"
	"errors"

	"github.com/openai/openai-go/v3"
	"go.opentelemetry.io/otel/attribute"

	"github.com/goweaver/weaver/builtin/internal/genai"
	"github.com/goweaver/weaver/instrument/hook"
)

// library has the switch, the tracer and the instruments of the built-in. It outlasts the calls
// of the hooks, which have no receiver to keep it in.
var library = newLibrary()

func newLibrary() *genai.Library {
	l := genai.NewLibrary("openai", "github.com/goweaver/weaver/builtin/openai", "openai")
	l.Failure = failure
	return l
}

// The conventions' attributes of this provider's alone. OpenTelemetry's package has them no
// longer: see package genai.
const (
	apiTypeKey         = attribute.Key("openai.api.type")
	requestTierKey     = attribute.Key("openai.request.service_tier")
	responseTierKey    = attribute.Key("openai.response.service_tier")
	fingerprintKey     = attribute.Key("openai.response.system_fingerprint")
	chatAPI            = "chat_completions"
	responsesAPI       = "responses"
	anyTier            = "auto"
	outputJSON         = "json"
	outputText         = "text"
	responseHasFailed  = "failed"
	responseIsComplete = "completed"
)

// failure returns what the model has answered instead.
func failure(err error) (kind, message string) {
	var answer *openai.Error
	if !errors.As(err, &answer) || answer == nil {
		return "", ""
	}
	return genai.Status(answer.StatusCode, answer.Code, answer.Type)
}

// requests is where a request's configuration has the request. The place never changes.
var requests genai.RequestField

// Execute is for (*requestconfig.RequestConfig).Execute, by which all calls are sent.
func Execute(config hook.Captured) func() {
	if !library.Live() {
		return nil
	}
	c := config.At(0).Any()
	req := requests.In(c)
	if req == nil {
		return nil
	}
	op := genai.Of(req.Context())
	if op == nil {
		return nil
	}
	return func() {
		if req := requests.In(c); req != nil {
			op.Asks(req.URL)
		}
	}
}

// Embeddings is for (*openai.EmbeddingService).New.
func Embeddings(ctx context.Context, body openai.EmbeddingNewParams) (context.Context, func(*openai.CreateEmbeddingResponse, error, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	r := genai.Request{Operation: genai.Embeddings, Model: body.Model}
	if body.Dimensions.Valid() {
		r.Told = append(r.Told, genai.EmbeddingsDimensionCountKey.Int64(body.Dimensions.Value))
	}
	if f := string(body.EncodingFormat); f != "" {
		r.Told = append(r.Told, genai.RequestEncodingFormatsKey.StringSlice([]string{f}))
	}
	ctx, op := library.Start(ctx, r)
	if op == nil {
		return ctx, nil
	}
	return ctx, func(res *openai.CreateEmbeddingResponse, err error, how hook.Exit) {
		if res != nil {
			op.Answered(genai.Answer{Model: res.Model, Input: res.Usage.PromptTokens})
		}
		op.End(err, how)
	}
}
