package hooks

// The hooks on functions that are called while Serve's span is open.

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/httpspan"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// Route notes, when a ServeMux is done with r, which pattern it chose: it is set on the
// request that the mux got, of which middleware before it may have made a copy. Of several
// muxes that a request passes through the outermost counts: it alone has seen the
// whole path. A handler that is still running when the response ends, as behind
// http.TimeoutHandler, has no route yet.
func Route(r *http.Request) func() {
	if !wanted() {
		return nil
	}
	x := httpspan.Of(r.Context())
	if x == nil {
		return nil
	}
	return func() {
		if pattern := r.Pattern; pattern != "" {
			x.SetMux(pattern)
		}
	}
}

// wanted reports whether there is a provider of any kind.
func wanted() bool { return on && telemetry.Wanted() }

// Middleware is for programs that use otelhttp's handler or middleware themselves:
// what they configured there makes the span and the metrics, and Serve's, which was
// there first, are given up. A span that is never ended is never exported. A request
// that the program's otelhttp filters out is told of by nobody.
//
// It returns what replaces the result of otelhttp.NewMiddleware.
func Middleware() func(func(http.Handler) http.Handler) func(http.Handler) http.Handler {
	return yielding
}

func yielding(middleware func(http.Handler) http.Handler) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		h := middleware(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, Yield(r)) })
	}
}

// Yield gives up span and metrics of r's exchange and returns r as it would be without
// the span: the program's own instrumentation of a server or a router is about to make
// them. Where the current span is another one, Serve's span has children already,
// which would lose their parent: there both spans stay. The number of active requests
// stays too, since otelhttp does not have it.
func Yield(r *http.Request) *http.Request {
	x := httpspan.Of(r.Context())
	if x == nil {
		return r
	}
	ctx, yielded := x.Yield(r.Context())
	if !yielded {
		return r
	}
	return r.WithContext(ctx)
}

// HTTP2 is for connections that golang.org/x/net/http2 serves for the program, not for
// an http.Server: those of package h2c, and all that go to (*http2.Server).ServeConn. It
// returns what replaces the connection's handler.
func HTTP2() func(http.Handler) http.Handler { return asServed }

func asServed(h http.Handler) http.Handler {
	// This is the method by which net/http hands its own handler over, the one that comes
	// to Serve in any case.
	if _, ok := h.(interface{ BaseContext() context.Context }); ok || !on {
		return h
	}
	return served{h}
}

// served is a handler as an http.Server calls it in woven code.
type served struct{ http.Handler }

// ServeHTTP implements [http.Handler].
func (s served) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// A connection that a handler took over and serves: its requests count, not the one
	// that it began with.
	if x := httpspan.Of(r.Context()); x != nil {
		x.Abandon()
		*r = *r.WithContext(trace.ContextWithSpan(r.Context(), x.Parent))
	}
	end := Serve(w, r)
	if end == nil {
		s.Handler.ServeHTTP(w, r)
	} else if !s.run(w, r, end) {
		panic(nil) // which a recover does not tell from a return under GODEBUG=panicnil=1
	}
}

func (s served) run(w http.ResponseWriter, r *http.Request, end func(hook.Exit, hook.Panic)) (returned bool) {
	defer func() {
		if returned {
			end(hook.Returned, hook.Panic{})
			return
		}
		value := recover()
		if value == nil {
			end(hook.Goexit, hook.Panic{})
			return
		}
		end(hook.Panicked, hook.Panic{Value: value})
		panic(value)
	}()
	s.Handler.ServeHTTP(w, r)
	return true
}
