// Package redisspan makes the spans and metrics of Redis clients, by OpenTelemetry's
// conventions for databases and for Redis. The hooks of the libraries say what is called
// and when; this package knows none of them.
//
// One call is one span, named like its command. What a client does for it besides, such as
// to dial, to try again, or to follow a cluster to another node, is within it.
package redisspan

import (
	"context"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/dbconv"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// A Library is a Redis library whose clients are told of.
type Library struct {
	// On is the built-in's switch.
	On bool

	// Nil reports whether err is how the library says that there is nothing, which is an
	// answer and not a failure.
	Nil func(err error) bool
	// HidesNodes is set if the library does not say which of its clients are nodes of others.
	HidesNodes bool
	// ErrorType returns the name of err, or "" for an error that is none of the library's.
	ErrorType func(err error) string

	tracer *telemetry.Tracer
	meters *telemetry.Instruments[instruments]
	pools  pools
}

// instruments are what is measured with, beside the pools.
type instruments struct{ duration metric.Float64Histogram }

// NewLibrary returns the library that is instrumented by the built-in of that name, with
// that scope.
func NewLibrary(name, scope string) *Library {
	l := &Library{
		On:        telemetry.On(name),
		Nil:       func(error) bool { return false },
		ErrorType: func(error) string { return "" },
		tracer:    telemetry.NewTracer(scope, trace.WithSchemaURL(semconv.SchemaURL)),
	}
	l.pools.named = map[string]*Client{}
	l.meters = telemetry.NewInstruments(scope, func(m metric.Meter) instruments {
		// What can not be made is replaced by what does nothing.
		duration, _ := dbconv.NewClientOperationDuration(m,
			metric.WithExplicitBucketBoundaries(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10))
		l.pools.report(m)
		return instruments{duration.Inst()}
	}, metric.WithSchemaURL(semconv.SchemaURL))
	return l
}

// Live reports whether the program wants to know anything.
func (l *Library) Live() bool {
	if !l.On {
		return false
	}
	if _, traced := telemetry.TracerProvider(); traced {
		return true
	}
	_, measured := telemetry.MeterProvider()
	return measured
}

// An Operation is a call of a client that is under way.
type Operation struct {
	library     *Library
	client      *Client
	command     Command
	target      *target
	served      atomic.Pointer[target] // the node that the call was handed to last
	ctx         context.Context
	span        trace.Span   // nil if none is recorded
	instruments *instruments // nil if it is not measured
	began       time.Time
}

// fanKey is the key of the operation, in the context that a client of many nodes hands on
// to them.
type fanKey struct{}

// Start starts a call of the command on c and returns the context to go on with. The
// operation is nil if nobody wants to know of it: because the context is that of
// telemetry's own work, because the program has another instrumentation for the client, or
// because c is a node that serves a call of its cluster, which is the one that is told of, or
// that the cluster asks how it is.
// A context that is nil stays so, for the library to say what it has to say about it.
func (l *Library) Start(ctx context.Context, c *Client, command Command) (context.Context, *Operation) {
	if ctx == nil || c == nil || telemetry.IsUntraced(ctx) {
		return ctx, nil
	}
	if !c.fans && l.serves(ctx, c, command) {
		return ctx, nil
	}
	traced, measured := c.foreign()
	traced = traced || command.traced
	op := &Operation{library: l, client: c, command: command, target: c.target}
	if !measured {
		op.instruments = l.meters.Current()
	}
	op.began = time.Now()
	if _, ok := telemetry.TracerProvider(); ok && !traced {
		var span trace.Span
		call := c.target.call(command.key())
		ctx, span = l.tracer.Start(ctx, call.name, append(call.start[:len(call.start):len(call.start)], command.options()...)...)
		if span.IsRecording() {
			op.span = span
		}
	}
	op.ctx = ctx
	if c.fans {
		// Also if nobody wants to know: a node is not to tell instead.
		ctx = context.WithValue(ctx, fanKey{}, op)
	}
	if op.span == nil && op.instruments == nil {
		return ctx, nil
	}
	return ctx, op
}

// serves reports whether c is a node that does the command for the client that it is of: as
// part of a call that is told of already, or to say in the background how it is. Where the
// library hides its nodes the command shows it.
func (l *Library) serves(ctx context.Context, c *Client, command Command) bool {
	owner := c.owner.Load()
	outer, _ := ctx.Value(fanKey{}).(*Operation)
	if outer == nil {
		return (owner != nil || l.HidesNodes) && command.upkeep(owner != nil) && !trace.SpanContextFromContext(ctx).IsValid()
	}
	if owner == nil && l.HidesNodes && command.same(outer.command) {
		c.owner.CompareAndSwap(nil, outer.client)
		owner = c.owner.Load()
	}
	if owner == outer.client {
		outer.served.Store(c.target)
		return true
	}
	return owner == nil && l.HidesNodes && command.upkeep(false)
}

// End ends the operation, which has that error and has ended that way.
func (op *Operation) End(err error, how hook.Exit) {
	took := time.Since(op.began)
	if t := op.served.Load(); t != nil {
		op.target = t
	}
	f := op.library.failed(err, how)
	if s := op.span; s != nil {
		if op.target != op.client.target {
			s.SetAttributes(op.target.place...)
		}
		if f != nil {
			s.SetAttributes(f.attributes()...)
			s.SetStatus(codes.Error, f.message)
		}
		s.End()
	}
	if op.instruments == nil {
		return
	}
	call := op.target.call(op.command.key())
	options := call.record
	if f != nil {
		options = []metric.RecordOption{metric.WithAttributes(append(f.attributes(), call.measured...)...)}
	}
	op.instruments.duration.Record(op.ctx, took.Seconds(), options...)
}
