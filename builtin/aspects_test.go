// Package builtin_test holds the aspects of this folder against what they weave.
package builtin_test

import (
	"net/http"
	"os"
	"os/signal"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"golang.org/x/net/http2"

	"github.com/goweaver/weaver/builtin/nethttp"
	nethttphooks "github.com/goweaver/weaver/builtin/nethttp/hooks"
	"github.com/goweaver/weaver/builtin/otelsdk"
	otelsdkhooks "github.com/goweaver/weaver/builtin/otelsdk/hooks"
	"github.com/goweaver/weaver/builtin/spans"
	spanshooks "github.com/goweaver/weaver/builtin/spans/hooks"
	"github.com/goweaver/weaver/instrument"
)

// The aspects are declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(otelsdk.Aspect, nethttp.Aspect, spans.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks that the aspects name bind to their targets in this version of Go and of
// otelhttp. The rules are declared once more, by value, so that this is found out
// here; targets that are not exported show when they are woven.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*http.ServeMux).ServeHTTP).Around(nethttphooks.Route),
		instrument.BodyOf(otelhttp.NewMiddleware).Around(nethttphooks.Middleware),
		instrument.BodyOf((*otelhttp.Transport).RoundTrip).Around(nethttphooks.OwnTransport),
		instrument.BodyOf((*http.Transport).RoundTrip).Around(nethttphooks.RoundTrip),
		instrument.BodyOf((*http2.Transport).RoundTrip).Around(nethttphooks.RoundTrip),
		instrument.BodyOf(http.HandlerFunc.ServeHTTP).Around(nethttphooks.Serve), // has serverHandler's signature
		instrument.BodyOf((*http.Client).Do).Before(nethttphooks.Cancelable),     // takes a request
		instrument.BodyOf(http.NotFoundHandler).Around(nethttphooks.HTTP2),       // returns a handler
		instrument.BodyOf(os.Exit).Before(otelsdkhooks.Exit),
		instrument.BodyOf(signal.Notify).Before(otelsdkhooks.Notify),
		instrument.BodyOf(http.ListenAndServe).Around(otelsdkhooks.Main), // takes nothing from its target
		instrument.BodyOf(http.NewRequestWithContext).Around(spanshooks.SpanErr),
		instrument.BodyOf(signal.NotifyContext).Around(spanshooks.Span),
	}}); err != nil {
		t.Error(err)
	}
}
