package hooks

// The hooks are tested here as far as they go without being woven: a connection that calls them
// as woven code does stands on a real one, to a real server.

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/goweaver/weaver/instrument/hook"
)

// A woven connection calls the hooks as the library's own does where it is woven.
type woven struct{ redis.Conn }

func (w woven) captured() hook.Captured {
	return hook.Captured{Values: hook.MakeValues("c", w.Conn)}
}

func (w woven) Do(name string, args ...any) (any, error) {
	return w.DoWithTimeout(0, name, args...)
}

func (w woven) DoWithTimeout(timeout time.Duration, name string, args ...any) (any, error) {
	end := Do(w.captured(), name, args)
	reply, err := redis.DoWithTimeout(w.Conn, timeout, name, args...)
	if end != nil {
		end(reply, err, hook.Returned)
	}
	return reply, err
}

func (w woven) DoContext(ctx context.Context, name string, args ...any) (any, error) {
	end := DoContext(ctx, w.captured(), name, args)
	if ctx.Err() == nil {
		if end := Do(w.captured(), name, args); end != nil && library.Live() {
			panic("a call of DoContext is told of twice")
		}
	}
	reply, err := redis.DoContext(w.Conn, ctx, name, args...)
	if end != nil {
		end(reply, err, hook.Returned)
	}
	return reply, err
}

func (w woven) Send(name string, args ...any) error {
	Send(w.captured(), name, args)
	return w.Conn.Send(name, args...)
}

func (w woven) Flush() error {
	end := Flush(w.captured())
	err := w.Conn.Flush()
	if end != nil {
		end(err, hook.Returned)
	}
	return err
}

func (w woven) Receive() (any, error) { return w.ReceiveWithTimeout(0) }

func (w woven) ReceiveWithTimeout(timeout time.Duration) (any, error) {
	end := Receive(w.captured())
	reply, err := redis.ReceiveWithTimeout(w.Conn, timeout)
	if end != nil {
		end(reply, err, hook.Returned)
	}
	return reply, err
}

func (w woven) ReceiveContext(ctx context.Context) (any, error) {
	end := Receive(w.captured())
	reply, err := redis.ReceiveContext(w.Conn, ctx)
	if end != nil {
		end(reply, err, hook.Returned)
	}
	return reply, err
}

func (w woven) Close() error {
	Close(w.captured())
	return w.Conn.Close()
}

// dial makes a connection, as woven code does, which the test closes.
func dial(t testing.TB, addr string, options ...redis.DialOption) woven {
	t.Helper()
	made := Dial("tcp", addr)
	c, err := redis.Dial("tcp", addr, options...)
	if err != nil {
		t.Fatal(err)
	}
	if made != nil {
		made(c)
	}
	t.Cleanup(func() { _ = c.Close() })
	return woven{c}
}

// get gets a connection, as woven code does.
func get(ctx context.Context, p *redis.Pool) (redis.Conn, error) {
	end := GetContext(ctx, p)
	c, err := p.GetContext(ctx)
	if end != nil {
		end(c, err)
	}
	return c, err
}

// record gives the process a tracer provider until the test ends.
func record(t testing.TB) *tracetest.SpanRecorder {
	r := tracetest.NewSpanRecorder()
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r)))
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	return r
}

// measure gives the process a meter provider until the test ends.
func measure(t testing.TB) *metric.ManualReader {
	r := metric.NewManualReader()
	before := otel.GetMeterProvider()
	otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(r)))
	t.Cleanup(func() { otel.SetMeterProvider(before) })
	return r
}

// collect returns the metric's data, or nil.
func collect(t testing.TB, r metric.Reader, name string) metricdata.Aggregation {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := r.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	for _, s := range all.ScopeMetrics {
		for _, m := range s.Metrics {
			if m.Name == name {
				return m.Data
			}
		}
	}
	return nil
}

// texts returns attributes with the type of each value behind it.
func texts(attrs []attribute.KeyValue) map[string]string {
	all := map[string]string{}
	for _, a := range attrs {
		all[string(a.Key)] = a.Value.String() + " " + a.Value.Type().String()
	}
	return all
}

// at returns what is told of each call over a connection to addr.
func at(addr string) map[string]string {
	host, port, _ := net.SplitHostPort(addr)
	return map[string]string{
		"db.system.name": "redis STRING", "db.namespace": "0 STRING", "server.address": host + " STRING", "server.port": port + " INT64",
	}
}

// names returns those of the spans that have ended.
func names(r *tracetest.SpanRecorder) (all []string) {
	for _, s := range r.Ended() {
		all = append(all, s.Name())
	}
	return all
}
