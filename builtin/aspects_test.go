// Package builtin_test holds the aspects of this folder against what they weave.
package builtin_test

import (
	stdslog "log/slog"
	"net/http"
	"os"
	"os/signal"
	"testing"

	"go.opentelemetry.io/contrib/bridges/otelslog"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/contrib/instrumentation/runtime"
	"go.opentelemetry.io/otel"
	"golang.org/x/net/http2"

	"github.com/goweaver/weaver/builtin/log"
	"github.com/goweaver/weaver/builtin/nethttp"
	nethttphooks "github.com/goweaver/weaver/builtin/nethttp/hooks"
	"github.com/goweaver/weaver/builtin/netrpc"
	"github.com/goweaver/weaver/builtin/otelsdk"
	otelsdkhooks "github.com/goweaver/weaver/builtin/otelsdk/hooks"
	"github.com/goweaver/weaver/builtin/runtimemetrics"
	runtimehooks "github.com/goweaver/weaver/builtin/runtimemetrics/hooks"
	"github.com/goweaver/weaver/builtin/slog"
	sloghooks "github.com/goweaver/weaver/builtin/slog/hooks"
	"github.com/goweaver/weaver/builtin/spans"
	spanshooks "github.com/goweaver/weaver/builtin/spans/hooks"
	"github.com/goweaver/weaver/instrument"
)

// The aspects are declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(otelsdk.Aspect, nethttp.Aspect, spans.Aspect); err != nil {
		t.Error(err)
	}
	if err := instrument.Validate(slog.Aspect, log.Aspect, netrpc.Aspect, runtimemetrics.Aspect); err != nil {
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
		instrument.BodyOf((*stdslog.JSONHandler).Handle).Before(sloghooks.JSON),
		instrument.BodyOf((*stdslog.JSONHandler).WithAttrs).Around(sloghooks.JSONWithAttrs),
		instrument.BodyOf((*stdslog.JSONHandler).WithGroup).Around(sloghooks.JSONWithGroup),
		instrument.BodyOf((*stdslog.TextHandler).Handle).Before(sloghooks.Text),
		instrument.BodyOf((*stdslog.TextHandler).WithAttrs).Around(sloghooks.TextWithAttrs),
		instrument.BodyOf((*stdslog.TextHandler).WithGroup).Around(sloghooks.TextWithGroup),
		instrument.BodyOf((*stdslog.Logger).Log).Before(sloghooks.Log), // has the signature of log
		instrument.BodyOf((*stdslog.Logger).With).Around(sloghooks.With),
		instrument.BodyOf((*stdslog.Logger).WithGroup).Around(sloghooks.WithGroup),
		instrument.BodyOf(otelslog.NewHandler).Before(sloghooks.Bridge),
		instrument.BodyOf(otel.SetMeterProvider).Around(runtimehooks.Set),
		instrument.BodyOf(runtime.Start).Around(runtimehooks.Start),
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
