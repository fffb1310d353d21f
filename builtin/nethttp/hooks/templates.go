package hooks

// What the hooks of libraries on top of an http.Client tell of the requests that they make.
// They are in modules of their own, and need not know whether the aspect is there.

import (
	"context"
	"net/http"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// A template is what the path of a request was made from.
type template struct{ path, text string }

type templateKey struct{}

// templated is whether there has ever been a template: as long as there is none, no context
// is searched for one.
var templated atomic.Bool

// WithTemplate returns a context in which the path of a request that goes out was made from
// the template, a path with placeholders in which nothing is left that may be any text. It
// is the url.template of the client's span and metrics, and is in the span's name. Requests
// for other paths below the same context, such as one for a token, have none.
func WithTemplate(ctx context.Context, path, text string) context.Context {
	if !templated.Load() {
		templated.Store(true)
	}
	return context.WithValue(ctx, templateKey{}, template{path, telemetry.Text(text)})
}

// templateOf returns the attribute url.template for req, invalid if it has none.
func templateOf(req *http.Request) attribute.KeyValue {
	if !templated.Load() {
		return attribute.KeyValue{}
	}
	t, ok := req.Context().Value(templateKey{}).(template)
	if !ok || t.path != req.URL.Path {
		return attribute.KeyValue{}
	}
	return semconv.URLTemplate(t.text)
}
