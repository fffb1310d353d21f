package hooks

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/otel"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	nethttp "github.com/goweaver/weaver/builtin/nethttp/hooks"
	"github.com/goweaver/weaver/instrument/hook"
)

// record gives the process a tracer provider until the test ends.
func record(t *testing.T) *tracetest.SpanRecorder {
	gin.SetMode(gin.ReleaseMode)
	r, before := tracetest.NewSpanRecorder(), otel.GetTracerProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r)))
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	return r
}

// served has the handler answer a request as woven code does, below a server's span: gin's
// own part of it is between the hook and its exit function.
func served(t *testing.T, path string, h gin.HandlerFunc) {
	t.Helper()
	e := gin.New()
	e.GET("/orders/:id", func(c *gin.Context) {
		end := Serve(c)
		defer func() {
			if end != nil {
				end()
			}
		}()
		h(c)
	})
	r, w := httptest.NewRequest(http.MethodGet, path, nil), httptest.NewRecorder()
	done := nethttp.Serve(w, r)
	e.ServeHTTP(w, r)
	done(hook.Returned, hook.Panic{})
}

// The route and the errors that a handler left are the span's, and what was there before
// the handler ran is not told again.
func TestServe(t *testing.T) {
	recorder := record(t)
	served(t, "/orders/3", func(c *gin.Context) {
		_ = c.Error(errors.New("no disk"))
		_ = c.Error(errors.New("no paper \xff")) // an exporter would refuse the whole batch
		c.Status(503)
	})
	span := recorder.Ended()[0]
	if span.Name() != "GET /orders/:id" || len(span.Events()) != 2 {
		t.Errorf("the span is %q with %d events", span.Name(), len(span.Events()))
	}
	for _, event := range span.Events() {
		for _, a := range event.Attributes {
			if !utf8.ValidString(a.Value.String()) {
				t.Errorf("%s is %q", a.Key, a.Value.String())
			}
		}
	}
	served(t, "/orders/3", func(c *gin.Context) {
		c.Request.URL.Path = "/elsewhere" // as for HandleContext
		_ = c.Error(errors.New("told there"))
	})
	if span := recorder.Ended()[1]; len(span.Events()) != 0 {
		t.Errorf("%d events of a request that was sent on", len(span.Events()))
	}
}

// Without a provider nothing is looked at.
func TestNothing(t *testing.T) {
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	c.Request = httptest.NewRequest(http.MethodGet, "/", nil)
	if n := testing.AllocsPerRun(100, func() {
		if Serve(c) != nil || Value(c, trace.SpanContext{}) != nil {
			t.Error("there is an exit function")
		}
	}); n > 1 { // the key
		t.Errorf("%v allocations", n)
	}
}

// OpenTelemetry's keys are looked up in the request's context, those of others never, and
// a context that was made of gin's ends the search.
func TestValue(t *testing.T) {
	record(t)
	woven := func(c *gin.Context, key any) any {
		value := c.Value(key)
		if end := Value(c, key); end != nil {
			value = end(value)
		}
		return value
	}
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	if woven(c, keyOf(t)) != nil {
		t.Error("a context without a request has a span")
	}
	ctx, span := otel.Tracer("test").Start(context.Background(), "here")
	defer span.End()
	c.Request = httptest.NewRequest(http.MethodGet, "/", nil).WithContext(context.WithValue(ctx, http.ServerContextKey, "mine"))
	if got := woven(c, keyOf(t)); got != span {
		t.Errorf("got %v and not the span", got)
	}
	for _, key := range []any{http.ServerContextKey, "mine", nil, 0} {
		if got := woven(c, key); got != c.Value(key) {
			t.Errorf("the key %v has %v", key, got)
		}
	}
	if c.Request = c.Request.WithContext(asking{c, woven}); woven(c, keyOf(t)) != nil {
		t.Error("a context that asks itself has a span")
	}
}

// asking is a context made of a woven gin.Context.
type asking struct {
	*gin.Context
	woven func(*gin.Context, any) any
}

func (a asking) Value(key any) any { return a.woven(a.Context, key) }

// keyOf returns the key that OpenTelemetry keeps the current span under.
func keyOf(t *testing.T) (key any) {
	t.Helper()
	trace.SpanFromContext(asked{context.Background(), &key})
	return key
}

type asked struct {
	context.Context
	key *any
}

func (a asked) Value(key any) any {
	*a.key = key
	return nil
}

// Before the program's own middleware the server's span is given up.
func TestMiddleware(t *testing.T) {
	recorder := record(t)
	var under trace.SpanContext
	own := Middleware()(func(c *gin.Context) { under = trace.SpanContextFromContext(c.Request.Context()) })
	served(t, "/orders/3", own)
	if under.IsValid() || len(recorder.Ended()) != 0 {
		t.Errorf("below %v, ended %d", under, len(recorder.Ended()))
	}
}
