// Package hooks holds the functions that make spans and metrics of what a program asks
// Elasticsearch for, called from the bodies of the methods of the client's transport.
package hooks

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/elastic/elastic-transport-go/v8/elastictransport"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/dbconv"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

const scope = "github.com/goweaver/weaver/builtin/elasticsearch"

// What the hooks work with. It outlasts their calls, which have no receiver to keep it in.
var (
	on     = telemetry.On("elasticsearch")
	tracer = telemetry.NewTracer(scope, trace.WithSchemaURL(semconv.SchemaURL))
	meters = telemetry.NewInstruments(scope, newInstruments, metric.WithSchemaURL(semconv.SchemaURL))
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

// Enabled is for the transport's InstrumentationEnabled, which the API asks before each call.
func Enabled() func(elastictransport.Instrumentation) elastictransport.Instrumentation {
	if !live() {
		return nil
	}
	return orOurs
}

// orOurs returns the program's instrumentation, or ours where it has none.
func orOurs(program elastictransport.Instrumentation) elastictransport.Instrumentation {
	if program != nil {
		return program
	}
	return instrumentation{}
}

// An instrumentation is told by the API what is called. It has nothing of its own: all is in
// the context that Start returns.
type instrumentation struct{}

// Start begins a call of the endpoint. A context that is nil stands for none.
func (instrumentation) Start(ctx context.Context, endpoint string) context.Context {
	if ctx == nil {
		ctx = context.Background()
	}
	if telemetry.IsUntraced(ctx) {
		return ctx
	}
	op := start(ctx, endpoint)
	op.endpoint = endpoint
	return op.ctx
}

// Close ends the call.
func (instrumentation) Close(ctx context.Context) { of(ctx).end() }

// RecordError notes what the call has failed by. What comes first is what others come from.
func (instrumentation) RecordError(ctx context.Context, err error) { of(ctx).fail(err) }

// RecordPathPart notes a variable part of the path.
func (instrumentation) RecordPathPart(ctx context.Context, part, value string) {
	of(ctx).part(part, value)
}

// RecordRequestBody has the body stay as it is: what is in it is the program's.
func (instrumentation) RecordRequestBody(context.Context, string, io.Reader) io.ReadCloser {
	return nil
}

// BeforeRequest does nothing: where the request goes is not known before it is sent.
func (instrumentation) BeforeRequest(*http.Request, string) {}

// AfterRequest notes where the request went in the end.
func (instrumentation) AfterRequest(req *http.Request, system, _ string) {
	if op := of(req.Context()); op != nil {
		op.system = system
		op.sent(req)
	}
}

// AfterResponse does nothing: the transport calls its own instrumentation only.
func (instrumentation) AfterResponse(context.Context, *http.Response) {}

// Perform is for the transport's method of that name, which sends a request. One that the
// program has made itself, or by a type of the API's that it has not got from its client, has no
// instrumentation to tell: what is known of that is its path.
func Perform(c *elastictransport.Client, req *http.Request) (*http.Request, func(*http.Response, error, hook.Exit)) {
	if c == nil || req == nil || req.URL == nil || !live() || telemetry.IsUntraced(req.Context()) {
		return req, nil
	}
	if _, ours := c.InstrumentationEnabled().(instrumentation); !ours && c.InstrumentationEnabled() != nil {
		return req, nil // the program's
	}
	if op := of(req.Context()); op != nil && op.performs.CompareAndSwap(false, true) {
		return req, func(res *http.Response, _ error, _ hook.Exit) { op.received(res) }
	}
	op := start(req.Context(), elasticsearch)
	op.performs.Store(true)
	if index, _, _ := strings.Cut(strings.TrimPrefix(req.URL.Path, "/"), "/"); index != "" && index[0] != '_' {
		op.collection(index)
	}
	req = req.WithContext(op.ctx)
	return req, func(res *http.Response, err error, how hook.Exit) {
		op.sent(req)
		op.received(res)
		op.fail(err)
		op.left(how)
		op.end()
	}
}
