package hooks

// What is woven is tested by the script, with a server; here, what the hooks make of what
// they are given.

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"go.mongodb.org/mongo-driver/event"
	"go.mongodb.org/mongo-driver/x/mongo/driver"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/goweaver/weaver/instrument/hook"
)

// record gives the process a tracer provider until the test ends.
func record(t testing.TB) *tracetest.SpanRecorder {
	r := tracetest.NewSpanRecorder()
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r)))
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	return r
}

func captured(keysAndValues ...any) hook.Captured {
	return hook.Captured{Values: hook.MakeValues(keysAndValues...)}
}

// run is an operation that ends with that error, as the driver executes it.
func run(ctx context.Context, deployment driver.Deployment, monitor *event.CommandMonitor, err error) {
	ctx, end := Execute(ctx, captured("op.Database", "shop", "op.Deployment", deployment))
	if told := Message(ctx); told != nil {
		told(nil)
	}
	if exit := Published(ctx, captured("info.connID", "127.0.0.1:27017[-3]", "op.CommandMonitor", monitor)); exit != nil {
		exit()
	}
	if end != nil {
		end(err, hook.Returned)
	}
}

// A failure has the server's code, or the name of its kind, and says nothing of what was sent.
func TestFailures(t *testing.T) {
	for _, c := range []struct {
		err           error
		kind, message string
	}{
		{driver.Error{Code: 59, Message: "no such command: 's3cret'", Name: "CommandNotFound"}, "59", "no such command"},
		{driver.WriteCommandError{WriteErrors: driver.WriteErrors{{Code: 11000, Message: `E11000 duplicate key error collection: shop.orders index: _id_ dup key: { _id: "s3cret" }`}}},
			"11000", "E11000 duplicate key error collection: shop.orders index: _id_ dup key"},
		{driver.WriteCommandError{WriteConcernError: &driver.WriteConcernError{Code: 64, Message: "timed out"}}, "64", "timed out"},
		{fmt.Errorf("wrapped: %w", context.DeadlineExceeded), "context.DeadlineExceeded", "wrapped: context deadline exceeded"},
		{errors.New("s"), "*errors.errorString", "s"},
	} {
		spans := record(t)
		run(t.Context(), nil, nil, c.err)
		s := spans.Ended()[0]
		told := map[string]string{}
		for _, a := range s.Attributes() {
			told[string(a.Key)] = a.Value.String()
		}
		if told["error.type"] != c.kind || s.Status().Code != codes.Error || s.Status().Description != c.message || told["server.port"] != "27017" {
			t.Errorf("%v: %v %+v", c.err, told, s.Status())
		}
	}
}

// A monitor of the program's changes nothing; what a connection does alone is not told of.
func TestWho(t *testing.T) {
	spans := record(t)
	run(t.Context(), nil, &event.CommandMonitor{Started: func(context.Context, *event.CommandStartedEvent) {}}, nil)
	run(t.Context(), driver.SingleConnectionDeployment{}, nil, nil)
	if n := len(spans.Ended()); n != 1 {
		t.Errorf("%d spans", n)
	}
	ctx, end := Execute(t.Context(), captured("op.Database", "shop", "op.Deployment", nil))
	Own(ctx)
	end(nil, hook.Returned)
	if n := len(spans.Ended()); n != 1 {
		t.Errorf("%d spans", n)
	}
}

// Without a provider, and where the built-in is switched off, nothing happens; nor does it
// cost an allocation.
func TestNobody(t *testing.T) {
	ctx := t.Context()
	operation, published := captured("op.Database", "shop", "op.Deployment", nil), captured("info.connID", "a:1[-1]", "op.CommandMonitor", nil)
	call := func() bool {
		got, end := Execute(ctx, operation)
		return got == ctx && end == nil && Message(ctx) == nil && Published(ctx, published) == nil
	}
	if n := testing.AllocsPerRun(100, func() { call() }); n != 0 || !call() {
		t.Errorf("%v allocations", n)
	}
	library.On = false // the switch is read once, when the package is initialised
	t.Cleanup(func() { library.On = true })
	record(t)
	if !call() {
		t.Error("a hook does something")
	}
}
