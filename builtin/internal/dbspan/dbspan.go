// Package dbspan makes the spans and metrics of clients of databases, by OpenTelemetry's
// conventions for these. The hooks of the libraries say what is called, and when; this
// package knows none of them.
package dbspan

import (
	"context"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/dbconv"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// A Library is a client library that is told of.
type Library struct {
	// On is the built-in's switch.
	On bool
	// Failed returns how a call has failed whose error is err, or nil if that is an answer. It
	// may panic where a method of err does.
	Failed func(err error) *Failure

	tracer  *telemetry.Tracer
	meters  *telemetry.Instruments[instruments]
	targets targets
	pools   pools
}

// instruments are what is measured with, beside the pools as they are.
type instruments struct {
	duration metric.Float64Histogram
	returned metric.Int64Histogram
	wait     metric.Float64Histogram
	timeouts metric.Int64Counter
}

// NewLibrary returns the library that is instrumented by the built-in of that name, with
// that scope.
func NewLibrary(name, scope string, failed func(error) *Failure) *Library {
	l := &Library{
		On:     telemetry.On(name),
		Failed: failed,
		tracer: telemetry.NewTracer(scope, trace.WithSchemaURL(semconv.SchemaURL)),
	}
	l.pools.named = map[string]*Pool{}
	l.targets.known = map[Place]*Target{}
	l.meters = telemetry.NewInstruments(scope, func(m metric.Meter) instruments {
		// What can not be made is replaced by what does nothing.
		seconds := metric.WithExplicitBucketBoundaries(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10)
		duration, _ := dbconv.NewClientOperationDuration(m, seconds)
		returned, _ := dbconv.NewClientResponseReturnedRows(m,
			metric.WithExplicitBucketBoundaries(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000))
		wait, _ := dbconv.NewClientConnectionWaitTime(m, seconds)
		timeouts, _ := dbconv.NewClientConnectionTimeouts(m)
		l.pools.report(m)
		return instruments{duration.Inst(), returned.Inst(), wait.Inst(), timeouts.Inst()}
	}, metric.WithSchemaURL(semconv.SchemaURL))
	return l
}

// Live reports whether the program wants to know anything.
func (l *Library) Live() bool { return l.On && telemetry.Wanted() }

// An Operation is a call of a database that is under way.
type Operation struct {
	library     *Library
	call        *Call
	ctx         context.Context
	span        trace.Span   // nil if none is recorded
	instruments *instruments // nil if it is not measured
	began       time.Time
	rows        int64 // -1 if it returns none
	ended       atomic.Bool
}

// Start starts an operation and returns the context to go on with. The operation began at a
// time in the past, if began is not zero; own is what its span has and others of the same
// call have not. It is nil if nobody wants to know of it, and so may be ended all the same.
func (l *Library) Start(ctx context.Context, call *Call, began time.Time, own ...attribute.KeyValue) (context.Context, *Operation) {
	if ctx == nil || telemetry.IsUntraced(ctx) {
		return ctx, nil
	}
	op := &Operation{library: l, call: call, ctx: ctx, instruments: l.meters.Current(), began: began, rows: -1}
	options := call.start[:len(call.start):len(call.start)]
	if began.IsZero() {
		op.began = time.Now()
	} else {
		options = append(options, trace.WithTimestamp(began))
	}
	if _, traced := telemetry.TracerProvider(); traced {
		if len(own) > 0 {
			options = append(options, trace.WithAttributes(own...))
		}
		var span trace.Span
		ctx, span = l.tracer.Start(ctx, call.name, options...)
		if op.ctx = ctx; span.IsRecording() {
			op.span = span
		}
	}
	if op.span == nil && op.instruments == nil {
		return ctx, nil
	}
	return ctx, op
}

// Returned says how many rows the operation has returned. It is to be called before End.
func (op *Operation) Returned(rows int) {
	if op != nil {
		op.rows = int64(rows)
	}
}

// Set adds attributes to the operation's span: what is known only now.
func (op *Operation) Set(attrs ...attribute.KeyValue) {
	if op != nil && op.span != nil {
		op.span.SetAttributes(attrs...)
	}
}

// Served says that the operation was another call than it was taken for when it started: of
// the server, say, that has served it. Its metrics are that one's, and its span has those of
// its attributes too that say where that is.
func (op *Operation) Served(call *Call) {
	if op == nil {
		return
	}
	op.call = call
	op.Set(call.place...)
}

// End ends the operation, which has that error and has ended that way. What has ended once
// does not end again.
func (op *Operation) End(err error, how hook.Exit) {
	if op == nil || op.ended.Swap(true) {
		return
	}
	took := time.Since(op.began)
	f := op.library.failed(err, how)
	if s := op.span; s != nil {
		if f != nil {
			s.SetAttributes(f.attributes()...)
			s.SetStatus(codes.Error, f.Message)
		}
		if op.rows >= 0 {
			s.SetAttributes(semconv.DBResponseReturnedRows(int(op.rows)))
		}
		s.End()
	}
	m := op.instruments
	if m == nil {
		return
	}
	options := op.call.record
	if f != nil {
		options = []metric.RecordOption{metric.WithAttributes(append(f.attributes(), op.call.measured...)...)}
	}
	m.duration.Record(op.ctx, took.Seconds(), options...)
	if op.rows >= 0 {
		m.returned.Record(op.ctx, op.rows, options...)
	}
}
