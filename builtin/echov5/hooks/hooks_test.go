package hooks

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v5"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/routertest"
	"github.com/goweaver/weaver/instrument/hook"
)

// A wovenRouter is Echo's own as woven code runs it: the hook of InitializeRoute gets what
// Route has called it with.
type wovenRouter struct{ *echo.DefaultRouter }

func (r wovenRouter) Route(c *echo.Context) echo.HandlerFunc {
	end := Handler(c)
	h := r.DefaultRouter.Route(c)
	ri := c.RouteInfo()
	Route(c, &ri)
	if end != nil {
		h = end(hook.Returned, h)
	}
	return h
}

// A customRouter calls its routes what it likes.
type customRouter struct{ *echo.DefaultRouter }

func (r customRouter) Route(c *echo.Context) echo.HandlerFunc {
	h := r.DefaultRouter.Route(c)
	ri := &echo.RouteInfo{Path: "/users/{custom}"}
	Route(c, ri)
	c.InitializeRoute(ri, &echo.PathValues{})
	return h
}

func woven() *echo.Echo {
	return echo.NewWithConfig(echo.Config{Router: wovenRouter{echo.NewRouter(echo.RouterConfig{})}})
}

func ok(c *echo.Context) error { return c.String(http.StatusOK, "ok") }

// pass is a middleware that does nothing.
func pass(next echo.HandlerFunc) echo.HandlerFunc { return next }

type key struct{}

// The route that Echo finds is that of the server's span and metrics.
func TestRoute(t *testing.T) {
	e := woven()
	e.GET("/users/:id", ok)
	e.Any("/files/*", ok)
	api := e.Group("/api/v1", pass)
	api.POST("/orders/:id", ok, pass)
	before := woven()
	before.Pre(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c *echo.Context) error {
			r := c.Request().WithContext(context.WithValue(c.Request().Context(), key{}, 1))
			r.URL.Path = strings.TrimSuffix(r.URL.Path, "/")
			c.SetRequest(r)
			return next(c)
		}
	})
	before.GET("/users/:id", ok)
	var mux http.ServeMux
	mux.Handle("/shop/", http.StripPrefix("/shop", e))
	mux.Handle("/", e)
	inner := woven()
	inner.GET("/inner/:id", ok)
	inner.GET("/cut/:id", ok)
	outer := woven()
	outer.Any("/inner/*", echo.WrapHandler(inner))
	outer.Any("/outer/*", echo.WrapHandler(http.StripPrefix("/outer", inner)))
	custom := echo.NewWithConfig(echo.Config{Router: customRouter{echo.NewRouter(echo.RouterConfig{})}})
	custom.Any("/users/*", ok)
	host := echo.NewVirtualHostHandler(map[string]*echo.Echo{})
	host.Any("/*", echo.WrapHandler(e))
	for _, c := range []struct {
		claim        string
		handler      http.Handler
		method, path string
		status       int
		route        string
	}{
		{"a path with a parameter", e, "GET", "/users/3", 200, "/users/:id"},
		{"any path", e, "PUT", "/files/a/b", 200, "/files/*"},
		{"a group's path is whole", e, "POST", "/api/v1/orders/3", 200, "/api/v1/orders/:id"},
		{"a path that was changed before it was looked up", before, "GET", "/users/3/", 200, "/users/:id"},
		{"a path that a mux has sent on", &mux, "GET", "/users/3", 200, "/users/:id"},
		{"a path that was cut", http.StripPrefix("/shop", e), "GET", "/shop/users/3", 200, "/users/:id"},
		{"an Echo in an Echo knows it better", outer, "GET", "/inner/3", 200, "/inner/:id"},
		{"but not where that has cut the path", outer, "GET", "/outer/cut/3", 200, "/outer/*"},
		{"a path that the program's own router has found", custom, "GET", "/users/3", 200, "/users/{custom}"},
		{"an Echo that is not woven and one that is", host, "GET", "/users/3", 200, "/users/:id"},
		{"what is not found has none", e, "GET", "/nothing/3", 404, ""},
		{"nor what has the beginning of a path", e, "GET", "/use", 404, ""},
		{"a method that the path does not have, as Echo has it", e, "DELETE", "/users/3", 405, "/users/:id"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			seen := routertest.New(t, c.handler).Do(t, c.method, c.path)
			name := c.method
			if c.route != "" {
				name += " " + c.route
			}
			if seen.Status != c.status || seen.Name() != name || seen.Route() != c.route || seen.Measured[c.route] != 1 {
				t.Errorf("status %d, span %q with route %q, measured %v; want %d and %q",
					seen.Status, seen.Name(), seen.Route(), seen.Measured, c.status, c.route)
			}
			if seen = routertest.Measured(t, c.handler).Do(t, c.method, c.path); seen.Measured[c.route] != 1 {
				t.Errorf("measured without traces: %v", seen.Measured)
			}
		})
	}
}

// A context may have no request, or one that no server got; a search may panic.
func TestElsewhere(t *testing.T) {
	routertest.New(t, http.NotFoundHandler())
	e := echo.New()
	Route(nil, &echo.RouteInfo{})
	Route(e.NewContext(nil, nil), nil)
	Route(e.NewContext(nil, nil), &echo.RouteInfo{Path: "/"})
	c := e.NewContext(httptest.NewRequestWithContext(t.Context(), "GET", "/", nil), nil)
	Route(c, &echo.RouteInfo{Path: "/"})
	for _, c := range []*echo.Context{e.NewContext(nil, nil), c} {
		if got := Handler(c)(hook.Returned, ok); !same(got, ok) {
			t.Error("the handler of a request that no server got is another one")
		}
	}
	if Handler(nil)(hook.Panicked, nil) != nil {
		t.Error("there is a handler after a panic")
	}
}

// same reports whether f and g are calls of the same code.
func same(f, g echo.HandlerFunc) bool { return fmt.Sprint(f) == fmt.Sprint(g) }

// What a route's handler returns is an exception of the server's span, unless it is an
// answer. The status of the span is that of the response.
func TestHandler(t *testing.T) {
	broken, missing := errors.New("the database is gone"), echo.NewHTTPError(404, "no such user")
	busy := echo.NewHTTPError(503, "busy")
	returns := func(err error) echo.HandlerFunc { return func(*echo.Context) error { return err } }
	joining := func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c *echo.Context) error { return errors.Join(next(c), broken) }
	}
	for _, c := range []struct {
		claim      string
		handler    echo.HandlerFunc
		middleware []echo.MiddlewareFunc // of the route
		status     int
		exceptions []string
	}{
		{"an error", returns(broken), nil, 500, []string{"the database is gone"}},
		{"an error that answers", returns(missing), nil, 404, nil},
		{"one that is wrapped", returns(fmt.Errorf("wrapped: %w", missing)), nil, 404, nil},
		{"one for which the server is to blame", returns(busy), nil, 503, []string{busy.Error()}},
		{"one of the route's middleware", ok, []echo.MiddlewareFunc{joining}, 200, []string{"the database is gone"}},
		{"no error", ok, nil, 200, nil},
	} {
		t.Run(c.claim, func(t *testing.T) {
			e := woven()
			e.GET("/", c.handler, c.middleware...)
			seen := routertest.New(t, e).Do(t, "GET", "/")
			if seen.Status != c.status || !slices.Equal(seen.Exceptions(), c.exceptions) {
				t.Errorf("status %d, exceptions %q", seen.Status, seen.Exceptions())
			}
			if failed := seen.Server().Status().Code == codes.Error; failed != (c.status >= 500) {
				t.Errorf("the span's status is %v with %d", seen.Server().Status(), c.status)
			}
		})
	}

	// An error handler of the program's own gets the handler's very error, once.
	e := woven()
	var got []error
	e.HTTPErrorHandler = func(c *echo.Context, err error) {
		got = append(got, err)
		_ = c.NoContent(http.StatusTeapot)
	}
	e.GET("/", returns(broken))
	seen := routertest.New(t, e).Do(t, "GET", "/")
	if seen.Status != 418 || !slices.Equal(got, []error{broken}) || len(seen.Exceptions()) != 1 || seen.Server().Status().Code != codes.Unset {
		t.Errorf("status %d, errors %v, exceptions %q, %v", seen.Status, got, seen.Exceptions(), seen.Server().Status())
	}
}

// hostile is an error whose methods do not survive a call.
type hostile struct{}

func (hostile) Error() string   { panic("no text") }
func (hostile) StatusCode() int { panic("no status") }

// Which errors are answers is for their status to say, as Echo asks for it.
func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{echo.ErrNotFound, true},
		{echo.NewHTTPError(500, ""), false},
		{echo.NewHTTPError(0, ""), false},
		{fmt.Errorf("wrapped: %w", echo.ErrNotFound), true},
		{hostile{}, false},
		{errors.New("plain"), false},
	} {
		if got := answers(c.err); got != c.want {
			t.Errorf("%T answers: %t", c.err, got)
		}
	}
}

// Without a provider, and where the environment switches the built-in off, nothing is done.
func TestOff(t *testing.T) {
	c := echo.New().NewContext(httptest.NewRequestWithContext(t.Context(), "GET", "/", nil), nil)
	ri := &echo.RouteInfo{Path: "/"}
	if n := testing.AllocsPerRun(100, func() { Route(c, ri); Handler(c) }); n != 0 {
		t.Errorf("without a provider there are %v allocations", n)
	}
	e := woven()
	e.GET("/users/:id", ok)
	if seen := routertest.Plain(t, e).Do(t, "GET", "/users/3"); seen.Status != 200 || seen.Body != "ok" {
		t.Errorf("the client got %d %q", seen.Status, seen.Body)
	}
	e.GET("/error", func(*echo.Context) error { return errors.New("not told") })
	s := routertest.New(t, http.StripPrefix("/shop", e))
	on = false
	defer func() { on = true }()
	if seen := s.Do(t, "GET", "/shop/error"); seen.Name() != "GET" || seen.Exceptions() != nil {
		t.Errorf("the span is %q with %q though the built-in is off", seen.Name(), seen.Exceptions())
	}
}

// own is a middleware as LabStack's: it makes a span of the server's kind, in a request of
// its own.
func own(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		r := c.Request()
		ctx, span := otel.Tracer("own").Start(r.Context(), "own", trace.WithSpanKind(trace.SpanKindServer))
		defer span.End()
		c.SetRequest(r.WithContext(ctx))
		return next(c)
	}
}

// The program's own middleware makes the only span and metrics, also when it is there
// twice; of what it is not asked about nethttp still tells.
func TestMiddleware(t *testing.T) {
	if Middleware()(nil) != nil {
		t.Error("a middleware that could not be made is one")
	}
	middleware := Middleware()(own)
	for _, uses := range []int{1, 2} {
		e := woven()
		g := e.Group("/own")
		for range uses {
			g.Use(middleware)
		}
		var inside trace.SpanContext
		g.GET("/:id", func(c *echo.Context) error {
			inside = trace.SpanContextFromContext(c.Request().Context())
			return errors.New(c.Param("id"))
		})
		e.GET("/other/:id", ok)
		s := routertest.New(t, e)
		seen := s.Do(t, "GET", "/own/3")
		if len(seen.Spans) != uses || seen.Server() != nil || len(seen.Measured) != 0 {
			t.Fatalf("%d times: spans %v, measured %v", uses, seen.Spans, seen.Measured)
		}
		// They end from the inside out.
		if !inside.Equal(seen.Spans[0].SpanContext()) || seen.Spans[uses-1].Parent().IsValid() || len(seen.Spans[0].Events()) != 0 {
			t.Errorf("%d times: the handler's span is %v, the first one's parent %v", uses, inside, seen.Spans[uses-1].Parent())
		}
		if seen = s.Do(t, "GET", "/other/3"); seen.Name() != "GET /other/:id" || seen.Measured["/other/:id"] != 1 {
			t.Errorf("%d times: another route is %q, measured %v", uses, seen.Name(), seen.Measured)
		}
	}
}
