// Package hooks holds the functions that make spans and metrics of what a program asks models
// for by github.com/anthropics/anthropic-sdk-go, called from the bodies of the library's own
// methods. Where the library makes spans itself, they make metrics only.
//
// The library's extension point, option.WithMiddleware, is left to the program: a middleware
// sees HTTP requests, of which a call may make several, and would have to read bodies that
// are read once more by the library. What was asked and answered is read from the library's
// own values, after it has.
package hooks

import (
	"encoding/json"
	"errors"
	"reflect"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"
	"github.com/anthropics/anthropic-sdk-go/packages/param"
	"go.opentelemetry.io/otel/attribute"

	"github.com/goweaver/weaver/builtin/internal/genai"
	"github.com/goweaver/weaver/instrument/hook"
)

// library has the switch, the tracer and the instruments of the built-in. It outlasts the calls
// of the hooks, which have no receiver to keep it in.
var library = newLibrary()

func newLibrary() *genai.Library {
	l := genai.NewLibrary("anthropic", "github.com/goweaver/weaver/builtin/anthropic", "anthropic")
	l.Failure, l.Untraced = failure, traces(reflect.TypeFor[option.RequestOption]())
	return l
}

// traces reports whether the library makes spans: the configuration of a request, which its
// options apply to and which is not exported, says how then.
func traces(option reflect.Type) bool {
	apply, ok := option.MethodByName("Apply")
	if !ok || apply.Type.NumIn() != 1 || apply.Type.In(0).Kind() != reflect.Pointer {
		return false
	}
	config := apply.Type.In(0).Elem()
	if config.Kind() != reflect.Struct {
		return false
	}
	_, ok = config.FieldByName("OpenTelemetry")
	return ok
}

// failure returns what the model has answered instead.
func failure(err error) (kind, message string) {
	var answer *anthropic.Error
	if !errors.As(err, &answer) || answer == nil {
		return "", ""
	}
	var said struct{ Error struct{ Type string } }
	_ = json.Unmarshal([]byte(answer.RawJSON()), &said) // what is no JSON says nothing
	return genai.Status(answer.StatusCode, said.Error.Type)
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

// settings returns what was set of what all calls can be told.
func settings(most int64, temperature, topP param.Opt[float64], topK param.Opt[int64]) []attribute.KeyValue {
	all := append(make([]attribute.KeyValue, 0, 4), genai.RequestMaxTokensKey.Int64(most))
	if temperature.Valid() {
		all = append(all, genai.RequestTemperatureKey.Float64(temperature.Value))
	}
	if topP.Valid() {
		all = append(all, genai.RequestTopPKey.Float64(topP.Value))
	}
	if topK.Valid() {
		all = append(all, genai.RequestTopKKey.Int64(topK.Value))
	}
	return all
}

// used notes the tokens that were counted. Those of the cache are not in the library's number
// of those that were put in, but are in that of the conventions.
func used(a *genai.Answer, in, out, written, read int64) {
	a.Input, a.Output, a.CacheWritten, a.CacheRead = in+written+read, out, written, read
}

// finished notes why the answer has ended, if it has.
func finished(a *genai.Answer, reason string) {
	if reason != "" {
		a.Finish = []string{reason}
	}
}
