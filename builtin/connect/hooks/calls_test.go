package hooks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// A call has a client span, below it a server span, and a duration on both sides, by each
// protocol; its HTTP request has none of its own.
func TestUnary(t *testing.T) {
	for _, c := range []struct {
		system  string
		options []connect.ClientOption
	}{
		{"connectrpc", nil},
		{"connectrpc", []connect.ClientOption{connect.WithProtoJSON()}},
		{"grpc", []connect.ClientOption{connect.WithGRPC()}},
		{"grpc", []connect.ClientOption{connect.WithGRPCWeb()}},
	} {
		r := newRecord(t, true)
		var inside trace.SpanContext
		p := newPair(t, (&echo{do: func(ctx context.Context) error {
			inside = trace.SpanContextFromContext(ctx)
			return nil
		}}).mux(), c.options...)
		req := connect.NewRequest(&text{Value: "hello"})
		res, err := p.client(unaryPath).CallUnary(t.Context(), req)
		if err != nil || res.Msg.Value != "hello" {
			t.Fatal(res, err)
		}
		<-p.served
		if len(req.Header()["Traceparent"]) != 0 {
			t.Error("the caller's header was written to")
		}
		client, server := r.one(t, trace.SpanKindClient), r.one(t, trace.SpanKindServer)
		if !inside.Equal(server.SpanContext()) || server.Parent().SpanID() != client.SpanContext().SpanID() || client.Parent().IsValid() {
			t.Error("the spans are not below each other")
		}
		port := p.URL[strings.LastIndex(p.URL, ":")+1:]
		want := map[string]string{
			"rpc.system.name": c.system, "rpc.method": "test.v1.Echo/Unary", "rpc.response.status_code": "OK",
			"server.address": "127.0.0.1", "server.port": port,
		}
		check(t, "client", values(client.Attributes()), want)
		points, n := r.points(t, "rpc.client.call.duration")
		check(t, "client's duration", values(points[0].ToSlice()), want)
		got := values(server.Attributes())
		if got["network.peer.address"] != "127.0.0.1" || got["client.address"] != "127.0.0.1" || got["client.port"] != got["network.peer.port"] {
			t.Errorf("%v", got)
		}
		for _, key := range []string{"network.peer.address", "network.peer.port", "client.address", "client.port"} {
			delete(got, key)
		}
		check(t, "server", got, want)
		delete(want, "server.address")
		delete(want, "server.port")
		points, m := r.points(t, "rpc.server.call.duration")
		check(t, "server's duration", values(points[0].ToSlice()), want)
		if n != 1 || m != 1 || client.Name() != "test.v1.Echo/Unary" || server.Name() != client.Name() {
			t.Errorf("%d and %d calls, %q and %q", n, m, client.Name(), server.Name())
		}
		for _, name := range []string{"http.client.request.duration", "http.server.request.duration"} {
			if _, n := r.points(t, name); n != 0 {
				t.Errorf("%d %s", n, name)
			}
		}
	}
}

func check(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v\nwant %v", what, got, want)
	}
}

// Streams of all kinds are one call each.
func TestStreams(t *testing.T) {
	for name, call := range map[string]func(*testing.T, *pair){
		"Client": func(t *testing.T, p *pair) {
			s := p.client(clientPath).CallClientStream(t.Context())
			for range 2 {
				if err := s.Send(&text{Value: "a"}); err != nil {
					t.Error(err)
				}
			}
			if _, err := s.CloseAndReceive(); err != nil {
				t.Error(err)
			}
		},
		"Server": func(t *testing.T, p *pair) {
			s, err := p.client(serverPath).CallServerStream(t.Context(), connect.NewRequest(&text{}))
			if err != nil {
				t.Fatal(err)
			}
			for s.Receive() {
			}
			if err := errors.Join(s.Err(), s.Close()); err != nil {
				t.Error(err)
			}
		},
		"Bidi": func(t *testing.T, p *pair) {
			s := p.client(bidiPath).CallBidiStream(t.Context())
			if err := s.Send(&text{Value: "a"}); err != nil {
				t.Error(err)
			}
			if msg, err := s.Receive(); err != nil || msg.Value != "a" {
				t.Error(msg, err)
			}
			if err := s.CloseRequest(); err != nil {
				t.Error(err)
			}
			if _, err := s.Receive(); !errors.Is(err, io.EOF) {
				t.Error(err)
			}
			if err := s.CloseResponse(); err != nil {
				t.Error(err)
			}
		},
	} {
		for system, options := range map[string][]connect.ClientOption{"connectrpc": nil, "grpc": {connect.WithGRPC()}} {
			t.Run(name+"/"+system, func(t *testing.T) {
				r := newRecord(t, true)
				p := newPair(t, (&echo{}).mux(), options...)
				call(t, p)
				<-p.served
				client, server := r.one(t, trace.SpanKindClient), r.one(t, trace.SpanKindServer)
				if server.Parent().SpanID() != client.SpanContext().SpanID() {
					t.Error("the spans are not below each other")
				}
				for _, s := range []map[string]string{values(client.Attributes()), values(server.Attributes())} {
					if s["rpc.system.name"] != system || s["rpc.method"] != "test.v1.Echo/"+name || s["rpc.response.status_code"] != "OK" {
						t.Errorf("%v", s)
					}
				}
				for _, metric := range []string{"rpc.client.call.duration", "rpc.server.call.duration"} {
					if _, n := r.points(t, metric); n != 1 {
						t.Errorf("%d %s", n, metric)
					}
				}
			})
		}
	}
}

// A stream that the caller gives up without another word has ended with its context, and one
// that fails has failed by what it fails by.
func TestStreamEnds(t *testing.T) {
	r := newRecord(t, true)
	p := newPair(t, (&echo{}).mux())
	ctx, cancel := context.WithCancel(t.Context())
	s := p.client(bidiPath).CallBidiStream(ctx)
	if err := s.Send(&text{Value: "a"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Receive(); err != nil {
		t.Fatal(err)
	}
	cancel()
	for len(r.Ended()) < 1 { // what runs at the end of a context runs beside it
		time.Sleep(time.Millisecond)
	}
	client := r.one(t, trace.SpanKindClient)
	_, _ = s.CloseRequest(), s.CloseResponse()
	<-p.served
	if got := values(client.Attributes()); got["error.type"] != "CANCELLED" || client.Status().Code != codes.Error {
		t.Errorf("%v, %v", got, client.Status())
	}

	r = newRecord(t, true)
	p = newPair(t, (&echo{do: func(context.Context) error { return connect.NewError(connect.CodeDataLoss, errors.New("gone")) }}).mux())
	in, err := p.client(serverPath).CallServerStream(t.Context(), connect.NewRequest(&text{}))
	if err != nil {
		t.Fatal(err)
	}
	for in.Receive() {
	}
	<-p.served
	for _, kind := range []trace.SpanKind{trace.SpanKindClient, trace.SpanKindServer} {
		s := r.one(t, kind)
		if got := values(s.Attributes()); got["error.type"] != "DATA_LOSS" || s.Status().Description != "data_loss: gone" {
			t.Errorf("%s: %v, %v", kind, got, s.Status())
		}
	}
	_ = in.Close()
}

// odd is an error whose methods do not survive being asked.
type odd struct{}

func (*odd) Error() string { panic("never") }
func (*odd) Unwrap() error { panic("never") }

// How a call ends is its status on both sides; a server's has failed only if the server is to
// blame.
func TestErrors(t *testing.T) {
	for _, c := range []struct {
		err            error
		status         string
		client, server bool // failed
	}{
		{connect.NewError(connect.CodeNotFound, errors.New("no such \xff")), "NOT_FOUND", true, false},
		{connect.NewError(connect.CodeInternal, errors.New("oh")), "INTERNAL", true, true},
		{connect.NewError(connect.CodeCanceled, errors.New("oh")), "CANCELLED", true, false},
		{fmt.Errorf("outer: %w", connect.NewError(connect.CodeUnauthenticated, errors.New("who"))), "UNAUTHENTICATED", true, false},
		{errors.New("plain"), "UNKNOWN", true, true},
		{context.DeadlineExceeded, "DEADLINE_EXCEEDED", true, true},
		{context.Canceled, "CANCELLED", true, false},
	} {
		r := newRecord(t, true)
		p := newPair(t, (&echo{do: func(context.Context) error { return c.err }}).mux())
		err := p.unary(t.Context())
		for kind, failed := range map[trace.SpanKind]bool{trace.SpanKindClient: c.client, trace.SpanKindServer: c.server} {
			s := r.one(t, kind)
			got := values(s.Attributes())
			if got["rpc.response.status_code"] != c.status || (got["error.type"] == c.status) != failed || (s.Status().Code == codes.Error) != failed {
				t.Errorf("%v: %s: %v, %v", c.err, kind, got, s.Status())
			}
			if strings.Contains(s.Status().Description, "\xff") {
				t.Errorf("%q", s.Status().Description)
			}
		}
		if err == nil {
			t.Errorf("%v is not returned", c.err)
		}
	}
	if code := codeOf(&odd{}); code != connect.CodeUnknown {
		t.Error(code)
	}
	if code := codeOf(connect.NewNotModifiedError(http.Header{})); code != 0 {
		t.Error(code)
	}
}

// What the program's interceptors refuse or send again is the call's: it has failed without
// its handler, and it is one.
func TestInterceptors(t *testing.T) {
	refuse := connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			if !trace.SpanContextFromContext(ctx).IsValid() {
				t.Error("the interceptor runs without a span")
			}
			if req.Header().Get("Again") == "" {
				return nil, connect.NewError(connect.CodeUnavailable, errors.New("not yet"))
			}
			return next(ctx, req)
		}
	})
	again := connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			if _, err := next(ctx, req); connect.CodeOf(err) != connect.CodeUnavailable {
				t.Error(err)
			}
			req.Header().Set("Again", "yes")
			return next(ctx, req)
		}
	})
	r := newRecord(t, true)
	p := newPair(t, (&echo{options: []connect.HandlerOption{connect.WithInterceptors(refuse)}}).mux(), connect.WithInterceptors(again))
	if err := p.unary(t.Context()); err != nil {
		t.Error(err)
	}
	<-p.served
	client := r.one(t, trace.SpanKindClient)
	if got := values(client.Attributes()); got["rpc.response.status_code"] != "OK" {
		t.Errorf("%v", got)
	}
	servers := 0
	for _, s := range r.Ended() {
		if s.Parent().SpanID() == client.SpanContext().SpanID() {
			servers++
		}
	}
	if points, n := r.points(t, "rpc.server.call.duration"); servers != 2 || n != 2 || len(points) != 2 {
		t.Errorf("%d server spans, %d durations: %v", servers, n, points)
	}
}

// A handler that panics has failed, without a status; what it panics with goes on.
func TestPanic(t *testing.T) {
	r := newRecord(t, true)
	mux := (&echo{do: func(context.Context) error { panic("oh") }}).mux()
	var value any
	p := newPair(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		defer func() {
			if value = recover(); value != nil {
				panic(http.ErrAbortHandler)
			}
		}()
		mux.ServeHTTP(w, req)
	}))
	if err := p.unary(t.Context()); err == nil || value != "oh" {
		t.Error(err, value)
	}
	s := r.one(t, trace.SpanKindServer)
	got := values(s.Attributes())
	if _, has := got["rpc.response.status_code"]; has || got["error.type"] != "_OTHER" || s.Status().Code != codes.Error {
		t.Errorf("%v, %v", got, s.Status())
	}
}

// What is no call is a request of net/http's.
func TestRefused(t *testing.T) {
	r := newRecord(t, true)
	p := newPair(t, (&echo{}).mux())
	res, err := p.http.Get(p.URL + unaryPath)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	<-p.served
	if s := r.one(t, trace.SpanKindServer); res.StatusCode != 405 || s.Name() != "GET "+unaryPath {
		t.Errorf("%d %s", res.StatusCode, s.Name())
	}
	if _, n := r.points(t, "http.server.request.duration"); n != 1 {
		t.Error("it is not measured")
	}
}
