package hooks

// The hooks on functions that a handler calls while Serve's span is open.

import (
	"net/http"

	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// Route notes, when a ServeMux is done with r, which pattern it chose. Of several
// muxes that a request passes through the outermost counts: it alone has seen the
// whole path. A handler that is still running when the response ends, as behind
// http.TimeoutHandler, has no route yet.
func Route(r *http.Request) func() {
	if _, ok := telemetry.TracerProvider(); !ok {
		return nil
	}
	x := exchangeOf(r.Context())
	if x == nil {
		return nil
	}
	return func() {
		if pattern := r.Pattern; pattern != "" {
			x.route.Store(&pattern)
		}
	}
}

// Middleware is for programs that use otelhttp's handler or middleware themselves:
// what they configured there makes the span, and Serve's, which was there first, is
// given up. A span that is never ended is never exported.
//
// It returns what replaces the result of otelhttp.NewMiddleware.
func Middleware() func(func(http.Handler) http.Handler) func(http.Handler) http.Handler {
	return yielding
}

func yielding(middleware func(http.Handler) http.Handler) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		h := middleware(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, yield(r)) })
	}
}

// yield gives up the span of r's exchange and returns r as it would be without it.
// A request that is not in a handler yet is on its way through Serve's own use of
// otelhttp. One whose current span is another has children of Serve's span already,
// which would lose their parent: there both spans stay.
func yield(r *http.Request) *http.Request {
	ctx := r.Context()
	x := exchangeOf(ctx)
	if x == nil || x.req == nil || x.yielded.Load() ||
		!trace.SpanContextFromContext(ctx).Equal(x.SpanContext()) {
		return r
	}
	x.yielded.Store(true)
	return r.WithContext(trace.ContextWithSpan(ctx, x.parent))
}
