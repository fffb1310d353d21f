package hooks

import (
	"context"
	"errors"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/goweaver/weaver/instrument/hook"
)

var (
	process = &hook.Func{Package: "example.com/shop/orders", Name: "Process", File: "/src/orders/orders.go", Line: 12}
	get     = &hook.Func{Package: "example.com/shop/store/v2", Name: "(*Store).Get", File: "/src/store/store.go", Line: 34}
)

// record gives the process a provider until the test ends.
func record(t *testing.T) *tracetest.SpanRecorder {
	before, r := otel.GetTracerProvider(), tracetest.NewSpanRecorder()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r)))
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	return r
}

// A span is named for its function, says where that stands, is the parent of what
// runs with its context, and has the error that the function returned.
func TestSpan(t *testing.T) {
	recorder := record(t)
	ctx, end := SpanErr(t.Context(), process)
	_, endInner := Span(ctx, get)
	endInner()
	end(errors.New("out of stock"))
	_, end = SpanErr(t.Context(), process)
	end(nil)

	spans := recorder.Ended()
	if len(spans) != 3 {
		t.Fatalf("%d spans", len(spans))
	}
	inner, failed, fine := spans[0], spans[1], spans[2]
	if inner.Name() != "store.(*Store).Get" || failed.Name() != "orders.Process" ||
		inner.Parent().SpanID() != failed.SpanContext().SpanID() {
		t.Errorf("%q of %v is in %q of %v", inner.Name(), inner.Parent(), failed.Name(), failed.SpanContext())
	}
	want := map[string]string{
		"code.function.name": "example.com/shop/store/v2.(*Store).Get",
		"code.file.path":     "/src/store/store.go",
		"code.line.number":   "34",
	}
	for _, a := range inner.Attributes() {
		if want[string(a.Key)] != a.Value.String() {
			t.Errorf("%s is %s", a.Key, a.Value.String())
		}
		delete(want, string(a.Key))
	}
	if len(want) > 0 {
		t.Errorf("attributes are missing: %v", want)
	}
	if s := failed.Status(); s.Code != codes.Error || s.Description != "out of stock" || len(failed.Events()) != 1 {
		t.Errorf("the status is %v with %d events", s, len(failed.Events()))
	}
	if fine.Status().Code != codes.Unset || len(fine.Events()) != 0 || inner.Status().Code != codes.Unset {
		t.Error("a span has an error where there was none")
	}
}

// Without a provider the context comes back, there is nothing to call at the end, and
// nothing is allocated. A nil context comes back in any case.
func TestNothingToTrace(t *testing.T) {
	check := func(ctx context.Context) {
		gotE, endE := SpanErr(ctx, process)
		got, end := Span(ctx, process)
		if gotE != ctx || got != ctx || endE != nil || end != nil {
			t.Errorf("with %v the hooks return %v and %v", ctx, gotE, got)
		}
	}
	ctx := t.Context()
	if n := testing.AllocsPerRun(100, func() { check(ctx) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	recorder := record(t)
	check(nil)
	if _, end := Span(ctx, process); end == nil {
		t.Error("a provider that was set later is not used")
	} else {
		end()
	}
	if n := len(recorder.Ended()); n != 1 {
		t.Errorf("%d spans", n)
	}
}

func TestPackageName(t *testing.T) {
	for path, want := range map[string]string{
		"main":                       "main",
		"v2":                         "v2",
		"fmt":                        "fmt",
		"example.com/shop/orders":    "orders",
		"example.com/shop/orders/v2": "orders",
		"example.com/shop/v":         "v",
		"example.com/shop/v2x":       "v2x",
		"gopkg.in/yaml.v3":           "yaml.v3",
	} {
		if got := packageName(path); got != want {
			t.Errorf("%s is %s, not %s", path, got, want)
		}
	}
}
