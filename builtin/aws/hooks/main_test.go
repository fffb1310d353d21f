package hooks

// What the tests share: operations that run as in woven code, against an HTTP server, and what
// was recorded.

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/goweaver/weaver/instrument/hook"
)

// A client is a service's, for operations whose results are what its server makes of them.
type client struct {
	method
	url    string
	result func(*http.Response) (any, error)
	stack  []func(*middleware.Stack) error // middleware of the program's
	newer  bool                            // says in the context what it is
}

// newClient returns a client of that service, whose server answers with a status and headers.
func newClient(t testing.TB, service string, status int, headers ...string) *client {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return &client{method: method{service: service, region: "eu-central-1"}, url: server.URL, result: func(*http.Response) (any, error) { return nil, nil }}
}

// do is one operation in woven code, as an SDK's client makes it.
func (c *client) do(ctx context.Context, operation string, params any) (result any, err error) {
	stack := middleware.NewStack(operation, smithyhttp.NewStackRequest)
	if c.newer {
		ctx = awsmiddleware.SetServiceID(ctx, c.service)
	} else {
		_ = stack.Initialize.Add(&awsmiddleware.RegisterServiceMetadata{ServiceID: c.service, Region: c.region, OperationName: operation}, middleware.Before)
	}
	_ = stack.Serialize.Add(middleware.SerializeMiddlewareFunc("OperationSerializer", func(ctx context.Context, in middleware.SerializeInput, next middleware.SerializeHandler) (middleware.SerializeOutput, middleware.Metadata, error) {
		req := in.Request.(*smithyhttp.Request)
		req.URL, _ = url.Parse(c.url)
		return next.HandleSerialize(ctx, in)
	}), middleware.After)
	_ = stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("OperationDeserializer", func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (out middleware.DeserializeOutput, md middleware.Metadata, err error) {
		if out, md, err = next.HandleDeserialize(ctx, in); err == nil {
			out.Result, err = c.result(out.RawResponse.(*smithyhttp.Response).Response)
		}
		return out, md, err
	}), middleware.After)
	for _, add := range c.stack {
		if err := add(stack); err != nil {
			return nil, err
		}
	}
	ctx, end := Operation(ctx, stack, params)
	if end != nil {
		how := hook.Panicked
		defer func() { end(result, err, how) }()
		result, _, err = stack.HandleMiddleware(ctx, params, handler{})
		how = hook.Returned
		return result, err
	}
	result, _, err = stack.HandleMiddleware(ctx, params, handler{})
	return result, err
}

// handler is the SDK's in woven code.
type handler struct{}

func (handler) Handle(ctx context.Context, input any) (out any, md middleware.Metadata, err error) {
	if end := Attempt(ctx, input); end != nil {
		defer func() { end(out) }()
	}
	// Oldest versions have no other.
	return smithyhttp.NewClientHandler(http.DefaultClient).Handle(ctx, input) //nolint:staticcheck
}

// refused is what a service answers.
func refused(code, message string) func(*http.Response) (any, error) {
	return func(*http.Response) (any, error) {
		return nil, &smithy.GenericAPIError{Code: code, Message: message}
	}
}

var errBroken = errors.New("broken")

// A recorder has all spans and metrics of a test.
type recorder struct {
	*tracetest.SpanRecorder
	reader sdkmetric.Reader
}

// record gives the process providers until the test ends.
func record(t testing.TB) *recorder {
	r := &recorder{tracetest.NewSpanRecorder(), sdkmetric.NewManualReader()}
	tp, mp := otel.GetTracerProvider(), otel.GetMeterProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r)))
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(r.reader)))
	t.Cleanup(func() {
		otel.SetTracerProvider(tp)
		otel.SetMeterProvider(mp)
	})
	return r
}

// one returns the only span.
func (r *recorder) one(t testing.TB) sdktrace.ReadOnlySpan {
	t.Helper()
	if len(r.Started()) != 1 || len(r.Ended()) != 1 {
		t.Fatalf("%d spans were started, %d have ended", len(r.Started()), len(r.Ended()))
	}
	return r.Ended()[0]
}

// points returns the attributes of what was recorded by the histogram of that name.
func (r *recorder) points(t testing.TB, name string) (all []map[string]string) {
	t.Helper()
	var metrics metricdata.ResourceMetrics
	if err := r.reader.Collect(t.Context(), &metrics); err != nil {
		t.Fatal(err)
	}
	for _, s := range metrics.ScopeMetrics {
		for _, m := range s.Metrics {
			if m.Name == name {
				for _, p := range m.Data.(metricdata.Histogram[float64]).DataPoints {
					all = append(all, asText(t, p.Attributes.ToSlice()))
				}
			}
		}
	}
	return all
}

// asText returns attributes as text, and fails where one is there twice.
func asText(t testing.TB, attrs []attribute.KeyValue) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, a := range attrs {
		if _, twice := all[string(a.Key)]; twice {
			t.Errorf("%s is there twice", a.Key)
		}
		all[string(a.Key)] = a.Value.String()
	}
	return all
}
