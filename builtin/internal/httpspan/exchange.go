package httpspan

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// An Exchange is one request that is being served, known to its context. Whoever makes one
// sets the fields, and calls Enter.
type Exchange struct {
	Start   time.Time
	Span    trace.Span         // no-op without a tracer provider
	Parent  trace.Span         // the current span before this one
	Metrics *ServerInstruments // nil without a meter provider
	Method  string             // as it stands in the span's name
	Size    int64              // of the request's body, in bytes; -1 if its client did not say
	// Common is what span and metrics both have of the request: method, scheme and protocol.
	Common [3]attribute.KeyValue
	Path   string // as it came, before any handler cut it

	ctx     context.Context                 // the handler's
	given   atomic.Pointer[context.Context] // the handler's from where the span was given up
	counted [1]metric.AddOption             // what of Common active requests are counted with
	mux     atomic.Pointer[string]          // the pattern of the outermost ServeMux
	router  atomic.Pointer[choice]          // what another router chose

	active     atomic.Bool // counted among the active requests
	unspanned  atomic.Bool // the span is given up
	unmeasured atomic.Bool // the metrics are given up
}

type exchangeKey struct{}

// Of returns the exchange that ctx belongs to, or nil.
func Of(ctx context.Context) *Exchange {
	x, _ := ctx.Value(exchangeKey{}).(*Exchange)
	return x
}

// Enter counts the request among the active ones and returns the handler's context: ctx, in
// which the span is, with the exchange.
func (x *Exchange) Enter(ctx context.Context) context.Context {
	x.ctx = context.WithValue(ctx, exchangeKey{}, x)
	if x.Metrics != nil {
		x.active.Store(true)
		x.counted[0] = metric.WithAttributeSet(attribute.NewSet(x.Common[0], x.Common[1]))
		x.Metrics.active.Add(x.ctx, 1, x.counted[:]...)
	}
	return x.ctx
}

// Context returns the context that Enter has returned, or where the span was given up the one
// without it.
func (x *Exchange) Context() context.Context {
	if given := x.given.Load(); given != nil {
		return *given
	}
	return x.ctx
}

// A Sent is what a server sent for one request.
type Sent struct {
	Status int   // 0 if none was sent, or it is not known
	Size   int64 // of the body, in bytes; -1 if it is not known
}

// Told reports whether anybody wants to know how the exchange ends.
func (x *Exchange) Told() bool { return x.Recording() || x.Metrics != nil && !x.unmeasured.Load() }

// Recording reports whether the span records what is told of it, and is not given up.
func (x *Exchange) Recording() bool { return x.Span.IsRecording() && !x.unspanned.Load() }

// End ends the span and records the metrics, with the same duration. It is called once, when
// Release has been.
func (x *Exchange) End(end time.Time, sent Sent, route string, how hook.Exit, p hook.Panic) {
	attrs := make([]attribute.KeyValue, 0, 8)
	if route != "" {
		attrs = append(attrs, semconv.HTTPRoute(route))
	}
	if sent.Status != 0 {
		attrs = append(attrs, semconv.HTTPResponseStatusCode(sent.Status))
	}
	failed := errorType(sent.Status, how, p)
	if failed.Valid() {
		attrs = append(attrs, failed)
	}
	if x.Metrics != nil && !x.unmeasured.Load() {
		x.Metrics.Record(x.ctx, slices.Concat(attrs, x.Common[:]), end.Sub(x.Start), x.Size, sent.Size)
	}
	if !x.Recording() {
		return
	}
	if sent.Size > 0 {
		attrs = append(attrs, semconv.HTTPResponseBodySize(int(sent.Size)))
	}
	x.Span.SetAttributes(attrs...)
	if route != "" {
		x.Span.SetName(x.Method + " " + route)
	}
	switch {
	case p.Value != nil:
		telemetry.RecordPanic(x.Span, p.Value)
	case how != hook.Returned:
		x.Span.SetStatus(codes.Error, "the handler did not return: "+how.String())
	case failed.Valid():
		x.Span.SetStatus(codes.Error, "")
	}
	x.Span.End(trace.WithTimestamp(end))
}

// Release counts the request among the active ones no longer.
func (x *Exchange) Release() {
	if x.active.CompareAndSwap(true, false) {
		x.Metrics.active.Add(x.ctx, -1, x.counted[:]...)
	}
}

// errorType returns the attribute error.type, or one without a key where there is no error.
func errorType(status int, how hook.Exit, p hook.Panic) attribute.KeyValue {
	err, isError := p.Value.(error)
	switch {
	case how == hook.Returned && status >= 500:
		return semconv.ErrorTypeKey.String(strconv.Itoa(status))
	case how == hook.Returned:
		return attribute.KeyValue{}
	case isError && err == http.ErrAbortHandler: //nolint:errorlint // so does the server
		return semconv.ErrorTypeKey.String("net/http.ErrAbortHandler")
	case isError:
		return telemetry.ErrorType(err)
	case how == hook.Panicked:
		return semconv.ErrorTypeKey.String("panic")
	}
	return semconv.ErrorTypeKey.String(how.String())
}

// Yield gives the exchange up for the program's own instrumentation, which is about to make
// span and metrics, and returns ctx as it would be without the span, and true. Where the
// current span is another one, the exchange's has children already, which would lose their
// parent: there both spans stay. The number of active requests stays too, since contrib's
// instrumentation for net/http does not have it.
func (x *Exchange) Yield(ctx context.Context) (context.Context, bool) {
	x.unmeasured.Store(true)
	if !trace.SpanContextFromContext(ctx).Equal(x.Span.SpanContext()) || !x.unspanned.CompareAndSwap(false, true) {
		return ctx, false
	}
	return trace.ContextWithSpan(ctx, x.Parent), true
}

// Leave is for servers whose handlers find their context with the exchange: from now on that
// is the one without the span, which Yield has given up.
func (x *Exchange) Leave() {
	ctx := trace.ContextWithSpan(x.ctx, x.Parent)
	x.given.Store(&ctx)
}

// Yielded reports whether the span is given up.
func (x *Exchange) Yielded() bool { return x.unspanned.Load() }

// Abandon gives up all of the exchange: others serve what it began with.
func (x *Exchange) Abandon() {
	x.unspanned.Store(true)
	x.unmeasured.Store(true)
	x.Release()
}
