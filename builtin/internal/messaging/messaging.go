// Package messaging makes the spans and metrics of clients of message brokers, by
// OpenTelemetry's conventions for messaging. The hooks of the libraries say what is sent,
// received, processed and settled, and when; this package knows none of them.
//
// A message carries the context of the span that sent it, its creation context, in its
// headers. One that has such a context already, because the program has put it there or
// passes on what it has received, keeps it. Every span on the other side has a link to the
// creation context of each of its messages: that is the one thing which holds for any broker,
// for batches, and where messages are handled in the scope of something else. The span of a
// callback that handles a single message is besides a child of it where nothing else is going
// on, so that sending and handling are one trace; the conventions leave that open, and what
// the field has for these libraries does it. So is the span that sends a single message which has
// its context already.
//
// What is told of a receive is known when it has come to an end: see [Library.Record].
//
// Neither a message's key nor its body nor a header is told, nor how large it is. Metrics have
// no partitions, of which there are more than anybody wants to pay for.
package messaging

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/messagingconv"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// A Library is a client library for a broker whose messages are told of.
type Library struct {
	// On is the built-in's switch.
	On bool
	// ErrorType returns the name of err, or "" for an error that is none of the library's.
	ErrorType func(err error) string

	system attribute.KeyValue
	tracer *telemetry.Tracer
	meters *telemetry.Instruments[instruments]
}

// instruments are what is measured with.
type instruments struct {
	sent, consumed      metric.Int64Counter
	operations, process metric.Float64Histogram
}

// NewLibrary returns the library for that system, one of semconv's, which is instrumented by
// the built-in of that name, with that scope.
func NewLibrary(name, scope string, system attribute.KeyValue) *Library {
	l := &Library{
		On:        telemetry.On(name),
		ErrorType: func(error) string { return "" },
		system:    system,
		tracer:    telemetry.NewTracer(scope, trace.WithSchemaURL(semconv.SchemaURL)),
	}
	bounds := metric.WithExplicitBucketBoundaries(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
	l.meters = telemetry.NewInstruments(scope, func(m metric.Meter) instruments {
		// What can not be made is replaced by what does nothing.
		sent, _ := messagingconv.NewClientSentMessages(m)
		consumed, _ := messagingconv.NewClientConsumedMessages(m)
		operations, _ := messagingconv.NewClientOperationDuration(m, bounds)
		process, _ := messagingconv.NewProcessDuration(m, bounds)
		return instruments{sent.Inst(), consumed.Inst(), operations.Inst(), process.Inst()}
	}, metric.WithSchemaURL(semconv.SchemaURL))
	return l
}

// Live reports whether the program wants to know anything.
func (l *Library) Live() bool { return l.On && telemetry.Wanted() }

// A Type is what kind of thing an operation does.
type Type int

// The types that the conventions have.
const (
	Send Type = iota
	Receive
	Process
	Settle
)

// An Operation is what a library does with messages.
type Operation struct {
	Type   Type
	Name   string  // the system's own: "send", "poll", "ack"
	Client *Client // who does it

	// Destination is where all the messages are sent to or come from. If it is empty the
	// messages say it.
	Destination string
	// Unnamed is set if the destination is temporary or anonymous: it is told, but nothing
	// is named or counted by it.
	Unnamed bool

	// Messages are those that it is about, nil if nothing is known of them.
	Messages Messages
	// Batch is set if it is an operation on any number of messages, though it may be one.
	Batch bool
	// Untimed is set if how long the operation takes means nothing, so that it is not measured.
	Untimed bool
	// Received is set on a Process whose messages a Receive has told of already.
	Received bool

	// Attributes are further ones of the span.
	Attributes []attribute.KeyValue
}

// Messages are the messages of an operation. They are asked only if somebody wants to know.
type Messages interface {
	Len() int
	// Destination returns where the message with index i is sent to or comes from.
	Destination(i int) string
	// Headers returns the headers of the message, or nil if it can have none. Those of a Send
	// are written to, so they are a copy of what the program has.
	Headers(i int) propagation.TextMapCarrier
	// Attributes returns what is told of the message alone: on the span of an operation on
	// one message, and on the link to it of that on a batch.
	Attributes(i int) []attribute.KeyValue
}

// A Span is an operation that is under way.
type Span struct {
	library     *Library
	op          Operation
	key         key
	ctx         context.Context
	span        trace.Span   // nil if there is none
	instruments *instruments // nil if it is not measured
	began       time.Time
	delivered   func(i int) bool // which messages have not failed, if some have
}

// Start starts an operation and returns the context to go on with. The context of a Send is
// written to the headers of its messages. The span is nil if nobody wants to know of it:
// because the context is that of telemetry's own work, or because the program has another
// instrumentation for the client. A context that is nil stays so, for the library to say what
// it has to say about it.
func (l *Library) Start(ctx context.Context, op Operation) (context.Context, *Span) {
	return l.start(ctx, op, time.Now())
}

// Record tells of an operation that has begun then and ended by now. It is for receives:
// what they get is known at the end, and samplers are to see the links. A receive that has
// got nothing without having failed has not been an operation on messages, and nothing is
// told of it: a client may ask ten times a second.
func (l *Library) Record(ctx context.Context, began time.Time, op Operation, err error, how hook.Exit) {
	if op.Type == Receive && op.count() == 0 && err == nil && how == hook.Returned {
		return
	}
	if _, s := l.start(ctx, op, began); s != nil {
		s.End(err, how)
	}
}

func (l *Library) start(ctx context.Context, op Operation, began time.Time) (context.Context, *Span) {
	if ctx == nil || op.Client == nil || telemetry.IsUntraced(ctx) {
		return ctx, nil
	}
	s := &Span{library: l, op: op, key: op.key(), began: began}
	if !op.Client.OwnMetrics.Load() {
		s.instruments = l.meters.Current()
	}
	if _, ok := telemetry.TracerProvider(); ok && !op.Client.OwnSpans.Load() {
		p, c := newPlan(ctx, op, s.key), op.Client.call(l.system, s.key)
		ctx, s.span = l.tracer.Start(p.ctx, c.name, append(c.start[:len(c.start):len(c.start)],
			trace.WithSpanKind(p.kind), trace.WithTimestamp(began), trace.WithLinks(p.links...), trace.WithAttributes(p.attributes...))...)
		p.inject(ctx)
	}
	s.ctx = ctx
	if s.span == nil && s.instruments == nil {
		return ctx, nil
	}
	return ctx, s
}

// EndParts is End for a batch of which some messages may be delivered though it has failed.
func (s *Span) EndParts(err error, how hook.Exit, delivered func(i int) bool, attrs ...attribute.KeyValue) {
	s.delivered = delivered
	s.End(err, how, attrs...)
}

// End ends the operation, which has that error and has ended that way. The attributes are
// what is known of it by now.
func (s *Span) End(err error, how hook.Exit, attrs ...attribute.KeyValue) {
	took := time.Since(s.began)
	f := s.library.failed(err, how)
	if s.span != nil {
		if s.span.IsRecording() {
			s.span.SetAttributes(telemetry.Attributes(attrs)...)
			if f != nil {
				s.span.SetAttributes(f.kind)
				s.span.SetStatus(codes.Error, f.message)
			}
		}
		s.span.End()
	}
	if s.instruments == nil {
		return
	}
	c := s.op.Client.call(s.library.system, s.key)
	switch s.op.Type {
	case Process:
		s.instruments.process.Record(s.ctx, took.Seconds(), c.measured(f))
		if !s.op.Received {
			s.count(s.instruments.consumed, f)
		}
		return
	case Send:
		s.count(s.instruments.sent, f)
	case Receive:
		s.count(s.instruments.consumed, f)
	}
	if !s.op.Untimed {
		s.instruments.operations.Record(s.ctx, took.Seconds(), c.timed(f))
	}
}

// count adds the messages, by their destinations and by whether they have failed: in a batch
// both are mostly in order.
func (s *Span) count(counter metric.Int64Counter, f *failure) {
	n, k := s.op.count(), s.key
	one := k.destination != "" || s.op.Unnamed
	for i := 0; i < n; {
		next, failed := n, f
		if !one {
			k.destination = s.op.Messages.Destination(i)
		}
		if f != nil && s.delivered != nil && s.delivered(i) {
			failed = nil
		}
		if !one || f != nil && s.delivered != nil {
			for next = i + 1; next < n && s.alike(i, next, one, f); next++ {
			}
		}
		counter.Add(s.ctx, int64(next-i), s.op.Client.call(s.library.system, k).measured(failed))
		i = next
	}
}

// alike reports whether the messages i and j are counted together.
func (s *Span) alike(i, j int, one bool, f *failure) bool {
	return (one || s.op.Messages.Destination(i) == s.op.Messages.Destination(j)) &&
		(f == nil || s.delivered == nil || s.delivered(i) == s.delivered(j))
}
