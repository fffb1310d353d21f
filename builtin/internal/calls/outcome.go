package calls

import (
	"maps"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// OutcomeKey is the attribute that says how a call has ended: ok, error, panic or goexit.
const OutcomeKey = attribute.Key("function.call.outcome")

// An Outcome is how calls of a function end, as the attributes of measurements. It is made
// once and shared by all of them.
type Outcome struct {
	Add    []metric.AddOption
	Record []metric.RecordOption
}

// newOutcome returns the outcome of that name. failure is its error.type, or "".
func newOutcome(function, name, failure string) *Outcome {
	attrs := []attribute.KeyValue{semconv.CodeFunctionName(function), OutcomeKey.String(name)}
	if failure != "" {
		attrs = append(attrs, semconv.ErrorTypeKey.String(failure))
	}
	with := metric.WithAttributeSet(attribute.NewSet(attrs...))
	return &Outcome{[]metric.AddOption{with}, []metric.RecordOption{with}}
}

// outcomes are those of one function.
type outcomes struct {
	function           string
	ok, panic_, goexit *Outcome
	failed             *atomic.Pointer[map[string]*Outcome] // by error.type; what is in it is never written to
}

// mostTypes is how many types of errors are remembered of a function. An error can say itself
// what type it is, so there may be any number; OpenTelemetry's SDK gives up at 2000 sets of
// attributes of a metric, and counts the others as one.
const mostTypes = 64

func newOutcomes(function string) outcomes {
	return outcomes{
		function: function,
		ok:       newOutcome(function, "ok", ""),
		panic_:   newOutcome(function, "panic", telemetry.NotReturned(hook.Panicked)),
		goexit:   newOutcome(function, "goexit", telemetry.NotReturned(hook.Goexit)),
		failed:   new(atomic.Pointer[map[string]*Outcome]),
	}
}

// of returns the outcome of a call that has ended so. The error of one that did not return is
// what it would have returned, and is not told.
func (o *outcomes) of(how hook.Exit, err error) *Outcome {
	switch {
	case how == hook.Panicked:
		return o.panic_
	case how == hook.Goexit:
		return o.goexit
	case err == nil:
		return o.ok
	}
	failure := telemetry.Text(telemetry.ErrorKind(err, nil)) // an error may say any text
	var known map[string]*Outcome
	old := o.failed.Load()
	if old != nil {
		known = *old
	}
	if f := known[failure]; f != nil {
		return f
	}
	f := newOutcome(o.function, "error", failure)
	if len(known) < mostTypes {
		more := make(map[string]*Outcome, len(known)+1)
		maps.Copy(more, known)
		more[failure] = f
		o.failed.CompareAndSwap(old, &more) // of two at once one is made again
	}
	return f
}
