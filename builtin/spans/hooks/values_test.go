package hooks

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/instrument/hook"
)

// A method of a value is the program's, and may do anything.
type broken struct{}

func (broken) String() string { panic("not to be called") }

type id [2]byte

func (i *id) String() string { return "id-" + string(i[:]) }

// A captured value is an attribute with its selector for a key, of the type that it has. What
// has a method to be read by is told as that says, and nothing else is opened.
func TestValues(t *testing.T) {
	long := strings.Repeat("x", longestText)
	for name, tt := range map[string]struct {
		in   any
		want attribute.Value // the zero value if there is no attribute
	}{
		"a bool":                         {true, attribute.BoolValue(true)},
		"an int":                         {-3, attribute.IntValue(-3)},
		"a uint":                         {uint8(3), attribute.IntValue(3)},
		"the largest integer":            {uint64(math.MaxInt64), attribute.Int64Value(math.MaxInt64)},
		"one that is too large":          {uint64(math.MaxInt64) + 1, attribute.StringValue("9223372036854775808")},
		"a float":                        {1.5, attribute.Float64Value(1.5)},
		"a string":                       {"o-1", attribute.StringValue("o-1")},
		"an empty string":                {"", attribute.StringValue("")},
		"bytes that are no text":         {"o\xff1", attribute.StringValue("o\uFFFD1")},
		"a text as long as may be":       {long, attribute.StringValue(long)},
		"a longer one":                   {long + "y", attribute.StringValue(long)},
		"a character across the end":     {long[:longestText-2] + "€", attribute.StringValue(long[:longestText-2])},
		"one of four bytes":              {long[:longestText-3] + "🂡", attribute.StringValue(long[:longestText-3])},
		"one that ends there":            {long[:longestText-3] + "€y", attribute.StringValue(long[:longestText-3] + "€")},
		"a Stringer":                     {1500 * time.Millisecond, attribute.StringValue("1.5s")},
		"a pointer with that method":     {&id{'4', '2'}, attribute.StringValue("id-42")},
		"an error":                       {errors.New("sold \xff out"), attribute.StringValue("sold \uFFFD out")},
		"a long error":                   {errors.New(long + "y"), attribute.StringValue(long)},
		"nil":                            {nil, attribute.Value{}},
		"a nil pointer":                  {(*id)(nil), attribute.Value{}},
		"a nil pointer that is an error": {(*fs.PathError)(nil), attribute.Value{}},
		"a method that panics":           {broken{}, attribute.StringValue("()")},
		"a struct":                       {struct{ secret string }{"s"}, attribute.StringValue("()")},
		"a map":                          {map[string]int{"a": 1}, attribute.StringValue("()")},
		"strings":                        {[]string{"a", "\xff", long + "y"}, attribute.StringSliceValue([]string{"a", "\uFFFD", long})},
		"ints":                           {[]int{1, 2}, attribute.IntSliceValue([]int{1, 2})},
		"int64s":                         {[]int64{1, 2}, attribute.Int64SliceValue([]int64{1, 2})},
		"floats":                         {[]float64{1.5}, attribute.Float64SliceValue([]float64{1.5})},
		"bools":                          {[]bool{true}, attribute.BoolSliceValue([]bool{true})},
		"many":                           {make([]bool, 2*mostElements), attribute.BoolSliceValue(make([]bool, mostElements))},
		"bytes":                          {[]byte("secret"), attribute.StringValue("()")},
	} {
		got := attributesOf(t, hook.MakeValues("order.ID", tt.in))
		want := map[attribute.Key]attribute.Value{}
		if tt.want.Type() != attribute.EMPTY {
			want["order.ID"] = tt.want
		}
		if len(got) != len(want) || got["order.ID"] != want["order.ID"] {
			t.Errorf("%s: the attributes are %v, want %v", name, got, want)
		}
	}
}

// attributesOf returns the attributes that a span has of the values.
func attributesOf(t *testing.T, values hook.Values) map[attribute.Key]attribute.Value {
	t.Helper()
	recorder := record(t)
	_, end := SpanOf(t.Context(), process, hook.Captured{Values: values})
	end(hook.Panic{})
	all := map[attribute.Key]attribute.Value{}
	for _, kv := range recorder.Ended()[0].Attributes() {
		if _, twice := all[kv.Key]; twice {
			t.Errorf("%s is there twice", kv.Key)
		}
		all[kv.Key] = kv.Value
	}
	for _, key := range []attribute.Key{"code.function.name", "code.file.path", "code.line.number"} {
		if all[key].Type() == attribute.EMPTY {
			t.Errorf("%s is missing", key)
		}
		delete(all, key)
	}
	return all
}

// Values keep apart what a call has of them: the description of the function stays as it is.
func TestValuesOfCalls(t *testing.T) {
	recorder := record(t)
	for _, n := range []int{1, 2} {
		_, end := SpanErrOf(t.Context(), process, hook.Captured{Values: hook.MakeValues("n", n, "of", time.Second)})
		end(errors.New("failed"), hook.Panic{})
	}
	_, end := SpanOf(t.Context(), process, hook.Captured{})
	end(hook.Panic{})
	for i, want := range [][]attribute.KeyValue{
		{attribute.Int("n", 1), attribute.String("of", "1s")},
		{attribute.Int("n", 2), attribute.String("of", "1s")},
		nil,
	} {
		s := recorder.Ended()[i]
		got := s.Attributes()[3:] // those of the function come first
		if len(got) != len(want) || len(got) > 0 && (got[0] != want[0] || got[1] != want[1]) {
			t.Errorf("span %d has %v, want %v", i, got, want)
		}
		if events := len(s.Events()); (events == 1) != (want != nil) {
			t.Errorf("span %d has %d events", i, events)
		}
	}
}

// A sampler is asked with the values of basic types. For a span that it refuses no method of
// the program's is called.
func TestValuesNotSampled(t *testing.T) {
	record(t)
	var asked []attribute.KeyValue
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSampler(sampler(func(p sdktrace.SamplingParameters) {
		asked = p.Attributes
	}))))
	called := false
	values := hook.MakeValues("id", "o-1", "total", total(func() { called = true }))
	if _, end := SpanErrOf(t.Context(), process, hook.Captured{Values: values}); end != nil {
		t.Error("there is a span to end")
	}
	if n := len(asked); n != 4 || asked[3] != attribute.String("id", "o-1") {
		t.Errorf("the sampler is asked with %v", asked)
	}
	if called {
		t.Error("a method was called for nothing")
	}
}

type total func()

func (f total) String() string { f(); return "" }

type sampler func(sdktrace.SamplingParameters)

func (s sampler) ShouldSample(p sdktrace.SamplingParameters) sdktrace.SamplingResult {
	s(p)
	return sdktrace.SamplingResult{Decision: sdktrace.Drop}
}

func (sampler) Description() string { return "none" }

// Without a provider, and of telemetry's own work, values make no difference.
func TestValuesNothingToTrace(t *testing.T) {
	values := hook.Captured{Values: hook.MakeValues("id", "o-1", "total", total(func() { t.Error("a method was called") }))}
	ctx := t.Context()
	if n := testing.AllocsPerRun(100, func() {
		got, end := SpanOf(ctx, process, values)
		gotErr, endErr := SpanErrOf(ctx, process, values)
		if got != ctx || gotErr != ctx || end != nil || endErr != nil {
			t.Error("there is a span")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	record(t)
	if got, end := SpanOf(nil, process, values); got != nil || end != nil { //nolint:staticcheck // a function may be called so
		t.Error("there is a span of no context")
	}
}

// A directive and a rule give a span its name and kind.
func TestOptions(t *testing.T) {
	for kind, want := range map[string]trace.SpanKind{
		"": trace.SpanKindInternal, "internal": trace.SpanKindInternal, "server": trace.SpanKindServer, "client": trace.SpanKindClient,
		"producer": trace.SpanKindProducer, "consumer": trace.SpanKindConsumer,
	} {
		recorder := record(t)
		fn := *process
		fn.Options = []hook.Option{{Key: "name", Value: "take " + kind}}
		if kind != "" {
			fn.Options = append(fn.Options, hook.Option{Key: "kind", Value: kind})
		}
		_, end := Span(t.Context(), &fn)
		end(hook.Panic{})
		_, end = SpanOf(t.Context(), &fn, hook.Captured{Values: hook.MakeValues("n", 1)})
		end(hook.Panic{})
		for _, s := range recorder.Ended() {
			if s.Name() != "take "+kind || s.SpanKind() != want {
				t.Errorf("kind %q: %s is %v, want %v", kind, s.Name(), s.SpanKind(), want)
			}
		}
	}
}

// What ends a span is used again, with the next one only.
func TestConcurrent(t *testing.T) {
	record(t)
	exporter := tracetest.NewInMemoryExporter()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter)))
	done := make(chan bool)
	for range 8 {
		go func() {
			defer func() { done <- true }()
			for n := range 50 {
				failed := errors.New("failed")
				if n%2 == 0 {
					failed = nil
				}
				ctx, end := SpanErrOf(context.Background(), process, hook.Captured{Values: hook.MakeValues("n", n, "failed", failed)})
				_, endInner := SpanErr(ctx, get)
				endInner(failed, hook.Panic{})
				end(failed, hook.Panic{})
			}
		}()
	}
	for range 8 {
		<-done
	}
	spans := exporter.GetSpans()
	if len(spans) != 800 {
		t.Errorf("%d spans", len(spans))
	}
	for _, s := range spans {
		if s.Name == "orders.Process" && (len(s.Events) == 1) != (s.Attributes[3].Value.AsInt64()%2 == 1) {
			t.Errorf("%v has %d events", s.Attributes, len(s.Events))
		}
	}
}
