// Package genai makes the spans and metrics of clients of generative models, by OpenTelemetry's
// conventions for generative AI. The hooks of the libraries say what is asked and answered;
// this package knows none of them.
//
// One call is one span, named for the operation and the model: "chat gpt-5". An answer that
// comes in pieces is part of it until its last piece, or until the program closes it or loses
// it. What is asked and answered is never told, only how: the model, the settings, the numbers of
// tokens.
package genai

import (
	"context"
	"net/url"
	"strconv"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// A Library is a library whose clients are told of.
type Library struct {
	// On is the built-in's switch.
	On bool

	// Untraced is set where the library makes spans itself.
	Untraced bool

	// Failure returns what kind of error err is, the library's or the model's, and what is told
	// of it; "" if that is for this package to say.
	Failure func(err error) (kind, message string)

	provider attribute.KeyValue
	tracer   *telemetry.Tracer
	meters   *telemetry.Instruments[instruments]
}

// NewLibrary returns the library of that provider, for the built-in of that name.
func NewLibrary(name, scope, provider string) *Library {
	return &Library{
		On:       telemetry.On(name),
		provider: ProviderNameKey.String(provider),
		tracer:   telemetry.NewTracer(scope, trace.WithSchemaURL(semconv.SchemaURL)),
		meters:   telemetry.NewInstruments(scope, newInstruments, metric.WithSchemaURL(semconv.SchemaURL)),
	}
}

// Live reports whether the program wants to know anything.
func (l *Library) Live() bool {
	if !l.On {
		return false
	}
	if _, traced := telemetry.TracerProvider(); traced && !l.Untraced {
		return true
	}
	_, measured := telemetry.MeterProvider()
	return measured
}

// A Request is what a call asks for.
type Request struct {
	Operation string // Chat, Embeddings or TextCompletion
	Model     string
	Stream    bool
	Told      []attribute.KeyValue // its settings
}

// An Operation is a call under way.
type Operation struct {
	library     *Library
	ctx         context.Context
	request     Request
	span        trace.Span   // nil if none is recorded
	instruments *instruments // nil if it is not measured
	began       time.Time

	mu              sync.Mutex // of what follows: a stream may be closed by another goroutine
	server          []attribute.KeyValue
	answer          Answer
	first           time.Time // when the first piece of a stream has come
	last            time.Time // and the last one so far
	reading, closed bool
	ended           bool
}

// operationKey is the key of the *Operation that a context belongs to.
type operationKey struct{}

// Start starts a call and returns the context to go on with. The operation is nil if nobody
// wants to know of it.
func (l *Library) Start(ctx context.Context, r Request) (context.Context, *Operation) {
	if ctx == nil || telemetry.IsUntraced(ctx) {
		return ctx, nil
	}
	op := &Operation{library: l, request: r, instruments: l.meters.Current(), began: time.Now()}
	op.request.Model = telemetry.Text(r.Model)
	op.ctx = ctx
	if _, traced := telemetry.TracerProvider(); traced && !l.Untraced {
		attrs := append(op.common(), r.Told...)
		if r.Stream {
			attrs = append(attrs, RequestStreamKey.Bool(true))
		}
		name := r.Operation
		if op.request.Model != "" {
			name += " " + op.request.Model
		}
		var span trace.Span
		op.ctx, span = l.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient),
			trace.WithTimestamp(op.began), trace.WithAttributes(telemetry.Attributes(attrs)...))
		if span.IsRecording() {
			op.span = span
		}
	}
	if op.span == nil && op.instruments == nil {
		return op.ctx, nil
	}
	return context.WithValue(op.ctx, operationKey{}, op), op
}

// Of returns the operation that ctx belongs to, or nil.
func Of(ctx context.Context) *Operation {
	if ctx == nil {
		return nil
	}
	op, _ := ctx.Value(operationKey{}).(*Operation)
	return op
}

// common returns what spans and metrics start with.
func (op *Operation) common() []attribute.KeyValue {
	attrs := append(make([]attribute.KeyValue, 0, 16), OperationNameKey.String(op.request.Operation), op.library.provider)
	if op.request.Model != "" {
		attrs = append(attrs, RequestModelKey.String(op.request.Model))
	}
	return attrs
}

// Asks notes the URL that is asked.
func (op *Operation) Asks(u *url.URL) {
	if u == nil || u.Host == "" {
		return
	}
	port := 443
	if u.Scheme == "http" {
		port = 80
	}
	if p := u.Port(); p != "" {
		port, _ = strconv.Atoi(p) // one that is none is found out by the transport
	}
	op.mu.Lock()
	defer op.mu.Unlock()
	op.server = []attribute.KeyValue{semconv.ServerAddress(telemetry.Text(u.Hostname())), semconv.ServerPort(port)}
}

// Answered notes what is known of the answer.
func (op *Operation) Answered(a Answer) {
	op.mu.Lock()
	defer op.mu.Unlock()
	op.answer = a
}

// Piece notes that a piece of the answer has come, which note adds to what is known of it.
func (op *Operation) Piece(note func(a *Answer)) {
	op.mu.Lock()
	defer op.mu.Unlock()
	op.last = time.Now()
	if op.first.IsZero() {
		op.first = op.last
	}
	note(&op.answer)
}

// End ends the call, which has that error and has ended that way. A second end is none.
func (op *Operation) End(err error, how hook.Exit) { op.end(time.Now(), err, how) }

// Lost ends a call whose answer the program has lost before its last piece: when the last one
// came that it has read.
func (op *Operation) Lost() {
	op.mu.Lock()
	at := op.last
	op.mu.Unlock()
	if at.IsZero() {
		at = op.began
	}
	op.end(at, nil, hook.Returned)
}

func (op *Operation) end(at time.Time, err error, how hook.Exit) {
	op.mu.Lock()
	defer op.mu.Unlock()
	if op.ended {
		return
	}
	op.ended = true
	kind, message := op.library.failed(err, how)
	if failed := op.answer.Failed; failed != "" && kind == "" {
		kind, message = "_OTHER", "the model has failed"
		if word(failed) {
			kind, message = failed, failed
		}
	}
	var failed []attribute.KeyValue
	if kind != "" {
		failed = []attribute.KeyValue{semconv.ErrorTypeKey.String(kind)}
	}
	if s := op.span; s != nil {
		attrs := append(op.answer.attributes(), op.server...)
		if !op.first.IsZero() {
			attrs = append(attrs, ResponseTimeToFirstChunkKey.Float64(op.first.Sub(op.began).Seconds()))
		}
		s.SetAttributes(telemetry.Attributes(append(attrs, failed...))...)
		if kind != "" {
			s.SetStatus(codes.Error, message)
		}
		s.End(trace.WithTimestamp(at))
	}
	if op.instruments != nil {
		op.measure(at.Sub(op.began).Seconds(), failed)
	}
}
