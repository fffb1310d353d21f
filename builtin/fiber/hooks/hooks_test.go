package hooks

// Apps of the library's own, with an exchange that is kept where aspect fasthttp keeps it. The
// library is not woven here, so handlers do what its functions would.

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/recover"
	"github.com/valyala/fasthttp"
	"go.opentelemetry.io/otel"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/httpspan"
	"github.com/goweaver/weaver/instrument/hook"
)

// holder is what aspect fasthttp keeps with a request.
type holder struct{ x *httpspan.Exchange }

func (h holder) Exchange() *httpspan.Exchange { return h.x }

// Seen is what one request came to.
type seen struct {
	status     int
	body       string
	name       string // of the span; "" if it was given up
	exceptions []string
}

// traced sets a tracer provider until the test ends.
func traced(t testing.TB) *tracetest.SpanRecorder {
	spans := tracetest.NewSpanRecorder()
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)))
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	return spans
}

// ask has the app answer one request, as a woven server would.
func ask(t testing.TB, spans *tracetest.SpanRecorder, app *fiber.App, method, path string) seen {
	t.Helper()
	var req fasthttp.Request
	req.Header.SetMethod(method)
	req.SetRequestURI(path)
	rctx := &fasthttp.RequestCtx{}
	rctx.Init(&req, nil, nil)
	before := len(spans.Ended())
	x := &httpspan.Exchange{Start: time.Now(), Parent: trace.SpanFromContext(context.Background()), Path: path, Method: method}
	ctx, span := otel.Tracer("test").Start(context.Background(), method)
	x.Span = span
	x.Enter(ctx)
	requests.Store(&rctx.Request, holder{x})
	app.Handler()(rctx)
	requests.Store(&rctx.Request, nil)
	got := seen{status: rctx.Response.StatusCode(), body: string(rctx.Response.Body())}
	if !x.Told() {
		return got
	}
	x.End(time.Now(), httpspan.Sent{Status: got.status}, x.Route(""), hook.Returned, hook.Panic{})
	ended := spans.Ended()[before]
	got.name = ended.Name()
	for _, e := range ended.Events() {
		for _, kv := range e.Attributes {
			if kv.Key == semconv.ExceptionMessageKey {
				got.exceptions = append(got.exceptions, kv.Value.AsString())
			}
		}
	}
	return got
}

// woven is an app whose every handler of Use calls the next one as woven code does.
func woven(config ...fiber.Config) *fiber.App {
	app := fiber.New(config...)
	app.Use(next)
	return app
}

// next is a middleware: what it calls is found or not.
func next(c fiber.Ctx) error {
	end := Next(c.(*fiber.DefaultCtx))
	err := c.Next()
	if end != nil {
		status := c.Response().StatusCode()
		if answer := (*fiber.Error)(nil); errors.As(err, &answer) {
			status = answer.Code
		}
		end(status != 404 && status != 405)
	}
	return err
}

// The route is that of the handler that was found.
func TestRoute(t *testing.T) {
	spans := traced(t)
	answer := func(c fiber.Ctx) error { return c.SendString("fine") }
	app := woven()
	app.Get("/orders/:id", answer)
	app.Group("/v1").Get("/users/:id/*", answer)
	app.Post("/orders", answer)
	sub := fiber.New()
	sub.Get("/part/:n", answer)
	app.Use("/mounted", sub)
	app.Use("/files", answer)
	app.Use("/guarded", next)
	app.Get("/twice", next, answer)
	for _, c := range []struct {
		method, path, name string
		status             int
	}{
		{"GET", "/orders/3", "GET /orders/:id", 200},
		{"GET", "/v1/users/7/a/b", "GET /v1/users/:id/*", 200},
		{"GET", "/mounted/part/3", "GET /mounted/part/:n", 200},
		{"GET", "/files/a/b", "GET /files", 200},
		{"GET", "/twice", "GET /twice", 200},
		{"GET", "/nowhere", "GET", 404},
		{"GET", "/guarded/nowhere", "GET", 404},
		{"GET", "/orders", "GET", 405},
	} {
		got := ask(t, spans, app, c.method, c.path)
		if got.name != c.name || got.status != c.status || len(got.exceptions) != 0 {
			t.Errorf("%s %s is %+v", c.method, c.path, got)
		}
	}
	// What a handler for all requests answers has no route.
	app = woven()
	app.Use(answer)
	if got := ask(t, spans, app, "GET", "/any"); got.name != "GET" {
		t.Errorf("a handler for all requests: %+v", got)
	}
}

// Errors that come to the error handler are exceptions, once; those that answer are none.
func TestFailed(t *testing.T) {
	spans := traced(t)
	app := woven(fiber.Config{ErrorHandler: func(c fiber.Ctx, err error) error {
		Failed(c, err) // as the app's own does, woven, before it calls this one
		return fiber.DefaultErrorHandler(c, err)
	}})
	app.Use(recover.New())
	app.Get("/broken", func(fiber.Ctx) error { return errors.New("no disk\xff") })
	app.Get("/teapot", func(fiber.Ctx) error { return fiber.NewError(418, "short and stout") })
	app.Get("/down", func(fiber.Ctx) error { return fmt.Errorf("down: %w", fiber.ErrServiceUnavailable) })
	app.Get("/panic", func(fiber.Ctx) error { panic("at once") })
	for path, want := range map[string]seen{
		"/broken": {status: 500, exceptions: []string{"no disk\uFFFD"}},
		"/teapot": {status: 418},
		"/down":   {exceptions: []string{"down: Service Unavailable"}},
		"/panic":  {status: 500, exceptions: []string{"at once"}},
	} {
		got := ask(t, spans, app, "GET", path)
		if want.status != 0 && got.status != want.status || !slices.Equal(got.exceptions, want.exceptions) || got.name != "GET "+path {
			t.Errorf("%s is %+v", path, got)
		}
	}
	Failed(nil, errors.New("of nothing"))
}

// A request's context has the span where the program has set none.
func TestContext(t *testing.T) {
	spans := traced(t)
	app := woven()
	app.Get("/", func(c fiber.Ctx) error {
		x, ask := exchangeOf(c), func() context.Context { return Context(c.(*fiber.DefaultCtx))(c.Context()) }
		if ask() != x.Context() || ask() != ask() || !trace.SpanContextFromContext(ask()).IsValid() {
			t.Error("the context is not the exchange's")
		}
		if _, limited := ask().Deadline(); limited || ask().Done() != nil {
			t.Error("it ends")
		}
		d := c.(*fiber.DefaultCtx)
		if Value(d, "a") != nil || !trace.SpanContextFromContext(valued{d}).Equal(trace.SpanContextFromContext(ask())) {
			t.Error("the Ctx has not got the span, or has more")
		}
		own := context.WithValue(context.Background(), holder{}, 1)
		c.SetContext(own)
		if ask() != own {
			t.Error("the program's own context is another one")
		}
		return nil
	})
	ask(t, spans, app, "GET", "/")
}

// valued is a Ctx as it is woven.
type valued struct{ *fiber.DefaultCtx }

func (v valued) Value(key any) any {
	value := v.DefaultCtx.Value(key)
	if end := Value(v.DefaultCtx, key); end != nil {
		return end(value)
	}
	return value
}

// A request of the client's comes from the context that it is sent with.
func TestSend(t *testing.T) {
	traced(t)
	ctx, span := otel.Tracer("test").Start(context.Background(), "test")
	defer span.End()
	req := &fasthttp.Request{}
	Send(hook.Captured{Values: hook.MakeValues("c.ctx", ctx, "c.req.RawRequest", req)})
	origin, ok := requests.Load(req).(*httpspan.Origin)
	if !ok || trace.SpanFromContext(origin.Context) != span {
		t.Error("it does not")
	}
	Send(hook.Captured{Values: hook.MakeValues("c.ctx", nil, "c.req.RawRequest", nil)})
}

// An app with a context of its own is told of as any.
func TestCustom(t *testing.T) {
	spans := traced(t)
	type own struct{ fiber.DefaultCtx }
	app := fiber.NewWithCustomCtx(func(app *fiber.App) fiber.CustomCtx { return &own{*fiber.NewDefaultCtx(app)} })
	app.Use(func(c fiber.Ctx) error {
		end := NextCustom(c.(fiber.CustomCtx))
		defer end(true)
		return c.Next()
	})
	app.Get("/orders/:id", func(fiber.Ctx) error { return nil })
	if got := ask(t, spans, app, "GET", "/orders/3"); got.name != "GET /orders/:id" {
		t.Errorf("%+v", got)
	}
}

// The program's own instrumentation gets a context without the span, and is the only one.
func TestMiddleware(t *testing.T) {
	spans := traced(t)
	own := yielding(func(c fiber.Ctx) error {
		ctx := c.Context()
		if trace.SpanContextFromContext(ctx).IsValid() || trace.SpanContextFromContext(exchangeOf(c).Context()).IsValid() {
			t.Error("the span is still there")
		}
		_, span := otel.Tracer("own").Start(ctx, "own")
		defer span.End()
		return c.Next()
	})
	app := woven()
	app.Get("/default", own, func(fiber.Ctx) error { return nil })
	app.Get("/made", func(c fiber.Ctx) error {
		c.SetContext(context.WithValue(exchangeOf(c).Context(), holder{}, 1))
		return c.Next()
	}, own, func(c fiber.Ctx) error {
		if c.Context().Value(holder{}) != 1 {
			t.Error("the program's context is lost")
		}
		return nil
	})
	for _, path := range []string{"/default", "/made"} {
		before := len(spans.Ended())
		got := ask(t, spans, app, "GET", path)
		if ended := spans.Ended()[before:]; got.name != "" || len(ended) != 1 || ended[0].Parent().IsValid() {
			t.Errorf("%s: %+v, %d spans", path, got, len(ended))
		}
	}
	if Middleware()(nil) != nil {
		t.Error("no middleware has become one")
	}
}

// Without a provider, and without aspect fasthttp, nothing happens.
func TestPlain(t *testing.T) {
	app := fiber.New()
	rctx := &fasthttp.RequestCtx{}
	c := app.AcquireCtx(rctx).(*fiber.DefaultCtx)
	defer app.ReleaseCtx(c)
	err := errors.New("no disk")
	if n := testing.AllocsPerRun(100, func() {
		if Next(c) != nil || Context(c) != nil || Value(c, "a") != nil {
			t.Error("the request is told of")
		}
		Failed(c, err)
		Send(hook.Captured{})
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	traced(t)
	if Next(c) != nil || Context(c) != nil || Value(c, "a") != nil || !errors.Is(yielding(func(fiber.Ctx) error { return err })(c), err) {
		t.Error("a request without an exchange is told of")
	}
}
