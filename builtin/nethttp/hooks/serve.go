// Package hooks holds the functions that woven net/http code calls. They are linked
// into the program, and change nothing that it can see beside the spans: where
// otelhttp alone would, the hook that puts it right says what.
package hooks

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/embedded"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// Serve encloses the call of a server's handler, body, in a server span.
//
// The handler gets rw itself and a copy of req with the span in its context. The
// span's name and route follow the semantic conventions: "GET /users/{id}" where a
// ServeMux chose the handler, else the method. A handler that panics passes through
// here without being recovered; its span has the status Error.
func Serve(rw http.ResponseWriter, req *http.Request, body func(http.ResponseWriter, *http.Request)) {
	if _, ok := telemetry.TracerProvider(); !ok || telemetry.IsOwnServer(req.Context().Value(http.ServerContextKey)) {
		body(rw, req)
		return
	}
	x := &exchange{body: body, rw: rw, sent: sentBy(rw), parent: trace.SpanFromContext(req.Context())}
	if x.sent != nil {
		rw = nowhere{}
	}
	server().ServeHTTP(rw, req.WithContext(context.WithValue(req.Context(), exchangeKey{}, x)))
	if x.req != nil {
		// The server removes the temporary files of a form that it finds here.
		req.MultipartForm = x.req.MultipartForm
	}
}

// An exchange is one request that is being served. It stands in for its span where
// otelhttp ends it, so that it can be given up (see Middleware); the program's own
// context holds the span itself.
type exchange struct {
	trace.Span
	body    func(http.ResponseWriter, *http.Request)
	rw      http.ResponseWriter    // the server's own
	sent    *layout                // of rw; nil if that is not known
	parent  trace.Span             // the current span before this one
	req     *http.Request          // the copy that body was given; nil until then
	route   atomic.Pointer[string] // the pattern of the outermost ServeMux
	yielded atomic.Bool
}

type exchangeKey struct{}

// exchangeOf returns the exchange that ctx belongs to, or nil.
func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// server is otelhttp's handler around the body of the request's exchange. It is
// made for the first request that is traced: a hook is a function without a
// receiver, so a package-level value is all that can outlast its calls.
var server = sync.OnceValue(func() http.Handler {
	return otelhttp.NewHandler(http.HandlerFunc(serve), "", append(options(), otelhttp.WithTracerProvider(serverTracers{}))...)
})

// options returns what otelhttp's handler and transport are made with alike.
// Metrics are left out: a program that records otelhttp's metrics by itself would
// have each request counted twice.
func options() []otelhttp.Option {
	return []otelhttp.Option{
		otelhttp.WithPropagators(propagator{}),
		otelhttp.WithMeterProvider(noop.NewMeterProvider()),
	}
}

func serve(w http.ResponseWriter, r *http.Request) {
	x := exchangeOf(r.Context())
	x.req = r
	returned := false
	defer func() { x.finish(returned) }()
	if x.sent == nil {
		x.body(w, r)
	} else {
		x.body(x.rw, r)
		status, size := x.sent.read(x.rw)
		if status != 0 { // else the server sends 200, which is what otelhttp assumes
			w.WriteHeader(status)
		}
		if size > 0 {
			x.SetAttributes(semconv.HTTPResponseBodySize(size))
		}
	}
	returned = true
}

// finish sets what otelhttp leaves out: the route, where the request that it sees
// has none, and for a handler that panicked the name and the error.
func (x *exchange) finish(returned bool) {
	pattern := x.req.Pattern
	if p := x.route.Load(); pattern == "" && p != nil {
		pattern = *p
	}
	if i := strings.IndexByte(pattern, '/'); i >= 0 { // before it stand method and host
		x.SetName(method(x.req.Method) + " " + pattern[i:])
		x.SetAttributes(semconv.HTTPRoute(pattern[i:]))
	}
	if !returned {
		x.SetStatus(codes.Error, "the handler did not return: it panicked")
		x.SetAttributes(semconv.ErrorTypeKey.String("panic"))
	}
}

// End implements [trace.Span].
func (x *exchange) End(opts ...trace.SpanEndOption) {
	if !x.yielded.Load() {
		x.Span.End(opts...)
	}
}

// method returns the request's method as it stands in the name of a span: a known
// one, or HTTP, so that clients can not make up names.
func method(m string) string {
	switch m = strings.ToUpper(m); m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodConnect, http.MethodOptions, http.MethodTrace:
		return m
	}
	return "HTTP"
}

// serverTracers provides the tracer that starts an exchange's span.
type serverTracers struct{ telemetry.Tracers }

// Tracer implements [trace.TracerProvider].
func (p serverTracers) Tracer(name string, opts ...trace.TracerOption) trace.Tracer {
	return &serverTracer{tracer: p.Tracers.Tracer(name, opts...)}
}

type serverTracer struct {
	embedded.Tracer
	tracer trace.Tracer
}

// Start implements [trace.Tracer].
func (t *serverTracer) Start(ctx context.Context, name string, opts ...trace.SpanStartOption) (context.Context, trace.Span) {
	x := exchangeOf(ctx)
	ctx, x.Span = t.tracer.Start(ctx, name, opts...)
	return ctx, x
}

// propagator stands for the program's propagator of the moment; otelhttp by itself
// keeps the one it finds first.
type propagator struct{}

// Inject implements [propagation.TextMapPropagator].
func (propagator) Inject(ctx context.Context, carrier propagation.TextMapCarrier) {
	otel.GetTextMapPropagator().Inject(ctx, carrier)
}

// Extract implements [propagation.TextMapPropagator].
func (propagator) Extract(ctx context.Context, carrier propagation.TextMapCarrier) context.Context {
	return otel.GetTextMapPropagator().Extract(ctx, carrier)
}

// Fields implements [propagation.TextMapPropagator].
func (propagator) Fields() []string { return otel.GetTextMapPropagator().Fields() }
