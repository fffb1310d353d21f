package weavertest

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// kept is what many programs have: a tracer that was asked for before there was a provider.
var kept = otel.Tracer("kept")

// A fakeT is a test that may fail.
type fakeT struct {
	testing.TB
	said string
}

func (f *fakeT) Helper()                           {}
func (f *fakeT) Errorf(format string, args ...any) { f.said += fmt.Sprintf(format, args...) }
func (f *fakeT) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	runtime.Goexit()
}

// failure returns what a test says that does f with the spans of r.
func failure(r *Recorder, f func(*Recorder)) string {
	fake := &fakeT{TB: r.t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(&Recorder{t: fake, spans: r.spans})
	}()
	<-done
	return fake.said
}

func TestNotWoven(t *testing.T) {
	said := failure(&Recorder{t: t}, func(r *Recorder) { Spans(r.t) })
	if want := "run its tests by: go tool weaver go test"; !strings.HasSuffix(said, want) {
		t.Errorf("a test that is not woven says %q, want an end of %q", said, want)
	}
}

func TestTree(t *testing.T) {
	r := record(t)
	ctx, root := kept.Start(t.Context(), "GET", trace.WithSpanKind(trace.SpanKindClient))
	_, first := otel.Tracer("later").Start(ctx, "first")
	_, second := kept.Start(ctx, "second")
	second.SetStatus(codes.Error, "no money")
	first.End()
	root.End()
	second.End()
	_, other := kept.Start(context.Background(), "other")
	other.SetStatus(codes.Error, "")
	other.End()
	r.Want(`
		client GET
			internal first

		  internal second: error no money
		internal other: error
	`)
	if got := r.One("second").Status().Description; got != "no money" {
		t.Errorf("the status of second is %q", got)
	}
}

func TestFailures(t *testing.T) {
	r := record(t)
	for range 2 {
		_, span := kept.Start(t.Context(), "twice")
		span.End()
	}
	tests := map[string]struct {
		do   func(*Recorder)
		want string
	}{
		"none":    {func(r *Recorder) { r.One("once") }, "0 spans named \"once\" have ended, want one, among\ninternal twice\ninternal twice\n"},
		"several": {func(r *Recorder) { r.One("twice") }, "2 spans named \"twice\" have ended, want one, among\n"},
		"others":  {func(r *Recorder) { r.Want("internal twice\n") }, "\n internal twice\n+internal twice\n"},
		"right":   {func(r *Recorder) { r.Want("  internal twice\n  internal twice") }, ""},
	}
	for name, test := range tests {
		if said := failure(r, test.do); !strings.Contains(said, test.want) || (said == "") != (test.want == "") {
			t.Errorf("%s: the test says %q, want %q in it", name, said, test.want)
		}
	}
}

func TestWaits(t *testing.T) {
	r := record(t)
	_, late := kept.Start(t.Context(), "late")
	go func() {
		time.Sleep(20 * time.Millisecond)
		late.End()
	}()
	if n := len(r.Ended()); n != 1 {
		t.Errorf("%d spans have ended, want the one that is late", n)
	}
	_, open := kept.Start(t.Context(), "open")
	if want := "internal late\ninternal open (has not ended)\n"; r.Tree() != want {
		t.Errorf("the tree is\n%swant\n%s", r.Tree(), want)
	}
	open.End()
}

// What a test has changed it gives back, and a test below it sees what it makes itself.
func TestNested(t *testing.T) {
	traces, propagator := otel.GetTracerProvider(), otel.GetTextMapPropagator()
	t.Run("outer", func(t *testing.T) {
		outer := record(t)
		_, span := kept.Start(t.Context(), "outside")
		carrier := propagation.MapCarrier{}
		otel.GetTextMapPropagator().Inject(trace.ContextWithSpan(t.Context(), span), carrier)
		if carrier["traceparent"] == "" {
			t.Error("nothing is propagated")
		}
		span.End()
		t.Run("inner", func(t *testing.T) {
			inner := record(t)
			_, span := kept.Start(t.Context(), "inside")
			span.End()
			inner.Want("internal inside")
		})
		outer.Want("internal outside\ninternal inside")
	})
	if otel.GetTracerProvider() != traces || otel.GetTextMapPropagator() != propagator {
		t.Error("the tracer provider or the propagator is not what it was")
	}
}

func TestParallel(t *testing.T) {
	record(t)
	defer func() {
		if recover() == nil {
			t.Error("a test that records has become parallel")
		}
	}()
	t.Parallel()
}
