package genai

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// record gives the process providers until the test ends.
func record(t *testing.T) (*tracetest.SpanRecorder, sdkmetric.Reader) {
	spans, reader := tracetest.NewSpanRecorder(), sdkmetric.NewManualReader()
	tp, mp := otel.GetTracerProvider(), otel.GetMeterProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)))
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)))
	t.Cleanup(func() {
		otel.SetTracerProvider(tp)
		otel.SetMeterProvider(mp)
	})
	return spans, reader
}

func asText(attrs []attribute.KeyValue) map[string]string {
	all := map[string]string{}
	for _, a := range attrs {
		all[string(a.Key)] = a.Value.String()
	}
	return all
}

// points returns the attributes of what was recorded, by the name of the metric.
func points(t *testing.T, r sdkmetric.Reader) map[string][]map[string]string {
	t.Helper()
	var metrics metricdata.ResourceMetrics
	if err := r.Collect(t.Context(), &metrics); err != nil {
		t.Fatal(err)
	}
	all := map[string][]map[string]string{}
	for _, s := range metrics.ScopeMetrics {
		for _, m := range s.Metrics {
			switch data := m.Data.(type) {
			case metricdata.Histogram[float64]:
				for _, p := range data.DataPoints {
					all[m.Name] = append(all[m.Name], asText(p.Attributes.ToSlice()))
				}
			case metricdata.Histogram[int64]:
				for _, p := range data.DataPoints {
					all[m.Name] = append(all[m.Name], asText(p.Attributes.ToSlice()))
				}
			}
		}
	}
	return all
}

func library() *Library {
	l := NewLibrary("genai", "scope", "somebody")
	l.Failure = func(error) (string, string) { return "", "" }
	return l
}

// A call is told of until its last piece, with what was asked and answered, in spans and
// metrics.
func TestStream(t *testing.T) {
	spans, reader := record(t)
	ctx, op := library().Start(t.Context(), Request{Operation: Chat, Model: "m\xff", Stream: true, Told: []attribute.KeyValue{RequestSeedKey.Int(7)}})
	if Of(ctx) != op || Of(t.Context()) != nil {
		t.Error("the context has another operation")
	}
	u, _ := url.Parse("http://model.example/v1")
	op.Asks(u)
	for i := range 3 {
		op.Piece(func(a *Answer) {
			a.ID, a.Model = "id", "m-1"
			a.Output = int64(i)
		})
	}
	op.Piece(func(a *Answer) { a.Finish, a.Input, a.CacheRead = []string{"stop"}, 10, 4 })
	op.End(nil, hook.Returned)
	op.End(errors.New("late"), hook.Returned)
	op.Lost()
	s := spans.Ended()[0]
	has := asText(s.Attributes())
	if has["gen_ai.response.time_to_first_chunk"] == "" {
		t.Error("when the first piece came is not told")
	}
	delete(has, "gen_ai.response.time_to_first_chunk")
	measured := map[string]string{
		"gen_ai.operation.name": "chat", "gen_ai.provider.name": "somebody", "gen_ai.request.model": "m\uFFFD", "gen_ai.response.model": "m-1",
		"server.address": "model.example", "server.port": "80",
	}
	want := maps.Clone(measured)
	maps.Copy(want, map[string]string{
		"gen_ai.request.seed": "7", "gen_ai.request.stream": "true", "gen_ai.response.id": "id", "gen_ai.response.finish_reasons": `["stop"]`,
		"gen_ai.usage.input_tokens": "10", "gen_ai.usage.output_tokens": "2", "gen_ai.usage.cache_read.input_tokens": "4",
	})
	if s.Name() != "chat m\uFFFD" || !maps.Equal(has, want) || len(spans.Ended()) != 1 || s.Status().Code != codes.Unset {
		t.Errorf("%s %v %v, want %v", s.Name(), s.Status(), has, want)
	}
	all := points(t, reader)
	for _, name := range []string{"gen_ai.client.operation.duration", "gen_ai.client.operation.time_to_first_chunk"} {
		if p := all[name]; len(p) != 1 || !maps.Equal(p[0], measured) {
			t.Errorf("%s: %v, want %v", name, p, measured)
		}
	}
	types := map[string]bool{}
	for _, p := range all["gen_ai.client.token.usage"] {
		types[p["gen_ai.token.type"]] = true
	}
	if len(types) != 2 || !types["input"] || !types["output"] {
		t.Errorf("tokens: %v", all["gen_ai.client.token.usage"])
	}
}

// A failure is told by what the library calls it, or by its type, and never with what the
// stream had.
func TestFailures(t *testing.T) {
	for _, c := range []struct {
		err           error
		how           hook.Exit
		kind, message string
	}{
		{context.Canceled, hook.Returned, "context.Canceled", "context canceled"},
		{errors.New(`received error while streaming: {"s3cret"}`), hook.Returned, "*errors.errorString", "received error while streaming"},
		{errors.New("password=s3cret"), hook.Returned, "*errors.errorString", "password=xxxxx"},
		{nil, hook.Panicked, "panic", "panic"},
	} {
		spans, reader := record(t)
		_, op := library().Start(t.Context(), Request{Operation: Embeddings})
		op.End(c.err, c.how)
		s := spans.Ended()[0]
		if kind := asText(s.Attributes())["error.type"]; kind != c.kind || s.Status().Code != codes.Error || s.Status().Description != c.message {
			t.Errorf("%v: %q %v", c.err, kind, s.Status())
		}
		if p := points(t, reader)["gen_ai.client.operation.duration"]; len(p) != 1 || p[0]["error.type"] != c.kind {
			t.Errorf("%v: measured %v", c.err, p)
		}
	}
	for _, c := range []struct {
		names []string
		want  string
	}{
		{[]string{"rate_limit"}, "rate_limit"},
		{[]string{"", "not a word", strings.Repeat("x", 100), "fine"}, "fine"},
		{[]string{"say: s3cret"}, "429"},
		{nil, "429"},
	} {
		if kind, _ := Status(429, c.names...); kind != c.want {
			t.Errorf("%q: %q", c.names, kind)
		}
	}
}

// Where the library makes spans itself, calls are only measured; telemetry's own are not even
// that.
func TestUntraced(t *testing.T) {
	spans, reader := record(t)
	l := library()
	l.Untraced = true
	ctx, op := l.Start(t.Context(), Request{Operation: Chat, Model: "m"})
	op.End(nil, hook.Returned)
	if len(spans.Started()) != 0 || len(points(t, reader)["gen_ai.client.operation.duration"]) != 1 || Of(ctx) != op {
		t.Error("there is a span, or nothing was measured")
	}
	if _, op := l.Start(telemetry.Untraced(t.Context()), Request{}); op != nil {
		t.Error("telemetry's own work is told of")
	}
	if _, op := l.Start(nil, Request{}); op != nil { //nolint:staticcheck // the library says what it has to say about it
		t.Error("there is no context")
	}
}

type stream []string

// A stream that the program loses has ended with the last piece that was read.
func TestLost(t *testing.T) {
	spans, _ := record(t)
	var all Streams[stream]
	_, op := library().Start(t.Context(), Request{Operation: Chat})
	s := &stream{}
	all.Add(s, op)
	if all.Of(s) != op || all.Of(&stream{}) != nil || all.Of(nil) != nil {
		t.Error("another stream's operation")
	}
	op.Piece(func(*Answer) {})
	last := op.last
	runtime.KeepAlive(s)
	for range 100 {
		if len(spans.Ended()) > 0 {
			break
		}
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
	}
	if ended := spans.Ended(); len(ended) != 1 || !ended[0].EndTime().Equal(last) {
		t.Fatalf("%v", ended)
	}
	left := 0
	all.all.Range(func(any, any) bool { left++; return true })
	if left != 0 {
		t.Error("the stream is still known")
	}
}

// A stream that is closed while a piece is read ends when that has been.
func TestClosed(t *testing.T) {
	for _, c := range []struct {
		more bool
		err  error
		kind string
	}{{true, nil, ""}, {false, errors.New("closed"), "*errors.errorString"}, {false, nil, ""}} {
		spans, _ := record(t)
		var all Streams[stream]
		_, op := library().Start(t.Context(), Request{Operation: Chat})
		s := &stream{}
		all.Add(s, op)
		end := all.Next(s, func(a *Answer) { a.Output++ }, func() error { return c.err })
		all.Close(s)
		if len(spans.Ended()) != 0 {
			t.Fatal("it has ended before")
		}
		end(c.more, hook.Returned)
		all.Close(s)
		ended := spans.Ended()
		if len(ended) != 1 || asText(ended[0].Attributes())["error.type"] != c.kind || all.Of(s) != nil {
			t.Errorf("%+v: %v", c, ended)
		}
		if all.Next(s, nil, nil) != nil {
			t.Error("it is still known")
		}
	}
}
