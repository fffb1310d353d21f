// Package hooks holds the functions that make spans and metrics of what a program does with
// memcached by github.com/bradfitz/gomemcache, called from the bodies of the library's own
// methods.
//
// One call is one span, GetMulti's too, which may ask several servers at once. It has no parent,
// see the aspect. Which server a key lies on only the library's selector knows, which may be the
// program's and is not asked twice: so a server is told where there is just one.
package hooks

import (
	"context"
	"net"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/bradfitz/gomemcache/memcache"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/dbconv"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/aside"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

const scope = "github.com/goweaver/weaver/builtin/memcache"

// What the hooks work with. It outlasts their calls, which have no receiver to keep it in.
var (
	on      = telemetry.On("memcache")
	tracer  = telemetry.NewTracer(scope, trace.WithSchemaURL(semconv.SchemaURL))
	meters  = telemetry.NewInstruments(scope, newInstruments, metric.WithSchemaURL(semconv.SchemaURL))
	clients aside.Table[memcache.Client, client] // for as long as the program has each
)

// live reports whether the program wants to know anything.
func live() bool { return on && telemetry.Wanted() }

// instruments are what is measured with.
type instruments struct{ duration metric.Float64Histogram }

func newInstruments(m metric.Meter) instruments {
	// What can not be made is replaced by what does nothing.
	duration, _ := dbconv.NewClientOperationDuration(m,
		metric.WithExplicitBucketBoundaries(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10))
	return instruments{duration.Inst()}
}

// A client is what the hooks know of one of the library's.
type client struct {
	place  []attribute.KeyValue // where its one server is
	traced atomic.Bool          // the program has an instrumentation of its own for it
}

// anywhere is a client of which nothing is known.
var anywhere = &client{}

// New is for memcache.New.
func New(servers []string) func(*memcache.Client) {
	if !on {
		return nil
	}
	known := &client{place: place(servers)} // the slice is the program's
	return func(c *memcache.Client) {
		if c != nil {
			clients.Add(c, known)
		}
	}
}

// place returns where the servers are, if that is one place.
func place(servers []string) []attribute.KeyValue {
	if len(servers) != 1 {
		return nil
	}
	host, service, err := net.SplitHostPort(servers[0])
	if err != nil { // the path of a socket
		return []attribute.KeyValue{semconv.ServerAddress(telemetry.Text(servers[0]))}
	}
	if host == "" {
		host = "localhost" // as net.Dial has it
	}
	attrs := []attribute.KeyValue{semconv.ServerAddress(telemetry.Text(host))}
	if port, err := strconv.Atoi(service); err == nil && port > 0 && port < 1<<16 {
		attrs = append(attrs, semconv.ServerPort(port))
	}
	return attrs
}

// An operation is a call under way.
type operation struct {
	span        trace.Span   // nil if none is recorded
	instruments *instruments // nil if it is not measured
	attrs       []attribute.KeyValue
	began       time.Time
}

// Call is for the methods of a client; the rule says which command it comes to.
func Call(c *memcache.Client, f *hook.Func) func(error, hook.Exit) {
	if !live() {
		return nil
	}
	known := clients.Load(c)
	if known == nil {
		known = anywhere
	}
	command := f.Text("command")
	op := &operation{instruments: meters.Current(), began: time.Now()}
	op.attrs = append(op.attrs, semconv.DBSystemNameMemcached, semconv.DBOperationName(command))
	op.attrs = append(op.attrs, known.place...)
	if _, ok := telemetry.TracerProvider(); ok && !known.traced.Load() {
		_, span := tracer.Start(context.Background(), command,
			trace.WithNewRoot(), trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(op.attrs...))
		if span.IsRecording() {
			op.span = span
		}
	}
	if op.span == nil && op.instruments == nil {
		return nil
	}
	return op.end
}

// end ends the call, which has that error and has ended that way.
func (op *operation) end(err error, how hook.Exit) {
	took := time.Since(op.began)
	f := failed(err, how)
	attrs := f.attributes()
	if op.span != nil {
		if f != nil {
			op.span.SetAttributes(attrs...)
			op.span.SetStatus(codes.Error, f.message)
		}
		op.span.End()
	}
	if op.instruments != nil {
		op.instruments.duration.Record(context.Background(), took.Seconds(), metric.WithAttributes(append(attrs, op.attrs...)...))
	}
}

// Otel is for otelmemcache's NewClientWithTracing, which makes spans of what the program does
// with the client by what it returns. It measures nothing.
func Otel(c *memcache.Client) {
	if on && c != nil {
		clients.Add(c, &client{}).traced.Store(true)
	}
}
