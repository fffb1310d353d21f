package hooks

// What the tests share: calls as in woven code, a server that answers them, and what was
// recorded.

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"
	"github.com/anthropics/anthropic-sdk-go/packages/ssestream"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/goweaver/weaver/builtin/internal/genai"
	"github.com/goweaver/weaver/instrument/hook"
)

// newClient returns a client of a server that answers everything with a status and a body.
func newClient(t testing.TB, status int, kind, body string) anthropic.Client {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	t.Cleanup(server.Close)
	return anthropic.NewClient(option.WithBaseURL(server.URL), option.WithAPIKey("s3cret"), option.WithMaxRetries(0),
		// Where the request goes, Execute says in woven code.
		option.WithMiddleware(func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
			if op := genai.Of(req.Context()); op != nil {
				op.Asks(req.URL)
			}
			return next(req)
		}))
}

// config is a request's configuration.
type config struct{ Request *http.Request }

// executed is Execute in woven code, for a request that goes to the URL in the end.
func executed(ctx context.Context, u string) {
	req, _ := http.NewRequestWithContext(ctx, "POST", "chat", nil)
	c := &config{req}
	if end := Execute(hook.Captured{Values: hook.MakeValues("cfg", c)}); end != nil {
		c.Request.URL, _ = url.Parse(u)
		end()
	}
}

// call is a call in woven code.
func call[P, R any](ctx context.Context, enter func(context.Context, P) (context.Context, func(*R, error, hook.Exit)),
	do func(context.Context, P, ...option.RequestOption) (*R, error), params P, opts ...option.RequestOption) (*R, error) {
	ctx, end := enter(ctx, params)
	res, err := do(ctx, params, opts...)
	if end != nil {
		end(res, err, hook.Returned)
	}
	return res, err
}

// streaming is a call for a stream in woven code.
func streaming[P, T any](ctx context.Context, enter func(context.Context, P) (context.Context, func(*ssestream.Stream[T], hook.Exit)),
	do func(context.Context, P, ...option.RequestOption) *ssestream.Stream[T], params P) *wovenStream[T] {
	ctx, end := enter(ctx, params)
	s := do(ctx, params)
	if end != nil {
		end(s, hook.Returned)
	}
	return &wovenStream[T]{s}
}

// A wovenStream is one with woven methods.
type wovenStream[T any] struct{ *ssestream.Stream[T] }

func (s *wovenStream[T]) Next() (more bool) {
	if end := Next(s.Stream); end != nil {
		defer func() { end(more, hook.Returned) }()
	}
	return s.Stream.Next()
}

func (s *wovenStream[T]) Close() error {
	Close(s.Stream)
	return s.Stream.Close()
}

// record gives the process a tracer provider until the test ends.
func record(t testing.TB) *tracetest.SpanRecorder {
	spans, tp := tracetest.NewSpanRecorder(), otel.GetTracerProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)))
	t.Cleanup(func() { otel.SetTracerProvider(tp) })
	return spans
}

// one returns the only span, with its attributes but for where the server is, which must be
// there, and for times.
func one(t testing.TB, spans *tracetest.SpanRecorder) (sdktrace.ReadOnlySpan, map[string]string) {
	t.Helper()
	if len(spans.Started()) != 1 || len(spans.Ended()) != 1 {
		t.Fatalf("%d spans were started, %d have ended", len(spans.Started()), len(spans.Ended()))
	}
	s := spans.Ended()[0]
	all := asText(t, s.Attributes())
	if all["server.address"] != "127.0.0.1" || all["server.port"] == "" {
		t.Errorf("the server is %v", all)
	}
	for _, key := range []string{"server.address", "server.port", "gen_ai.response.time_to_first_chunk"} {
		delete(all, key)
	}
	return s, all
}

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
