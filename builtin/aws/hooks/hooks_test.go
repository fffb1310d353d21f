package hooks

import (
	"context"
	"errors"
	"maps"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

type getSecretValueInput struct{ SecretId *string }

// An operation of any service has a span, named as AWS has it, and a duration, with what is
// known of the method, the endpoint and the request, and no more.
func TestOperation(t *testing.T) {
	for _, newer := range []bool{false, true} {
		r := record(t)
		c := newClient(t, "Secrets Manager", 200, "x-amzn-RequestId", "req-1", "x-amz-id-2", "ext-1")
		c.newer = newer
		secret := "s3cret"
		want := &struct{ SecretString string }{secret}
		c.result = func(*http.Response) (any, error) { return want, nil }
		got, err := c.do(t.Context(), "GetSecretValue", &getSecretValueInput{&secret})
		if got != want || err != nil {
			t.Fatal(got, err)
		}
		s := r.one(t)
		host, port, _ := net.SplitHostPort(strings.TrimPrefix(c.url, "http://"))
		attrs := map[string]string{
			"rpc.system.name": "aws-api", "rpc.method": "Secrets Manager/GetSecretValue", "server.address": host, "server.port": port,
		}
		if points := r.points(t, "rpc.client.call.duration"); len(points) != 1 || !maps.Equal(points[0], attrs) {
			t.Errorf("measured %v, want %v", points, attrs)
		}
		attrs["aws.request_id"], attrs["aws.extended_request_id"] = "req-1", "ext-1"
		if !newer {
			attrs["cloud.region"] = "eu-central-1"
		}
		if has := asText(t, s.Attributes()); s.Name() != "Secrets Manager.GetSecretValue" || s.SpanKind() != trace.SpanKindClient || !maps.Equal(has, attrs) {
			t.Errorf("%s %v, want %v", s.Name(), has, attrs)
		}
		if s.Status().Code != codes.Unset || len(s.Events()) != 0 {
			t.Errorf("%v %v", s.Status(), s.Events())
		}
	}
}

// A failure is told by the service's code, or by what the SDK's errors are wrapped around. The
// error is the caller's own.
func TestFailures(t *testing.T) {
	wrapped := &smithy.SerializationError{Err: errBroken}
	for _, c := range []struct {
		name    string
		result  func(*http.Response) (any, error)
		url     string
		kind    string
		code    string
		message string
	}{
		{"code", refused("AccessDeniedException", "token=abc is wrong"), "", "AccessDeniedException", "AccessDeniedException", "api error AccessDeniedException: token=xxxxx is wrong"},
		{"bytes", refused("\xff", "\xff"), "", "\uFFFD", "\uFFFD", "api error \uFFFD: \uFFFD"},
		{"wrapped", func(*http.Response) (any, error) { return nil, wrapped }, "", "*errors.errorString", "", "serialization failed: broken"},
		{"canceled", func(*http.Response) (any, error) { return nil, &smithy.CanceledError{Err: context.Canceled} }, "", "context.Canceled", "", "canceled, context canceled"},
		{"no server", nil, "http://127.0.0.1:1", "*url.Error", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, client := record(t), newClient(t, "S3", 400, "x-amz-request-id", "\xff")
			client.result = c.result
			if c.url != "" {
				client.url = c.url
			}
			if _, err := client.do(t.Context(), "HeadBucket", nil); err == nil {
				t.Fatal("no error")
			}
			s := r.one(t)
			has := asText(t, s.Attributes())
			if s.Status().Code != codes.Error || has["error.type"] != c.kind && !strings.HasSuffix(has["error.type"], c.kind[1:]) || has["rpc.response.status_code"] != c.code {
				t.Errorf("%v %v", s.Status(), has)
			}
			if c.message != "" && s.Status().Description != c.message {
				t.Errorf("%q, want %q", s.Status().Description, c.message)
			}
			if c.url == "" && has["aws.request_id"] != "\uFFFD" || has["server.port"] == "" {
				t.Errorf("%v", has)
			}
			points := r.points(t, "rpc.client.call.duration")
			if len(points) != 1 || points[0]["error.type"] != has["error.type"] || points[0]["rpc.response.status_code"] != c.code {
				t.Errorf("measured %v", points)
			}
		})
	}
	if client := newClient(t, "S3", 400); true {
		client.result = func(*http.Response) (any, error) { return nil, wrapped }
		record(t)
		if _, err := client.do(t.Context(), "HeadBucket", nil); !errors.Is(err, errBroken) {
			t.Error(err)
		}
	}
}

// A panic passes, and the operation has failed.
func TestPanic(t *testing.T) {
	r, c := record(t), newClient(t, "S3", 200)
	c.result = func(*http.Response) (any, error) { panic(errBroken) }
	func() {
		defer func() {
			if v := recover(); v != any(errBroken) {
				t.Error(v)
			}
		}()
		_, _ = c.do(t.Context(), "HeadBucket", nil)
	}()
	if s := r.one(t); s.Status().Code != codes.Error || asText(t, s.Attributes())["error.type"] != "panic" {
		t.Errorf("%v %v", s.Status(), s.Attributes())
	}
}

// An operation that is sent again is one, and where its last request has gone and what that is
// called is told. Below it are those that it needs.
func TestAttempts(t *testing.T) {
	r, c := record(t), newClient(t, "SQS", 200, "x-amzn-requestid", "last")
	credentials := newClient(t, "STS", 200)
	tries := 0
	c.stack = append(c.stack, func(s *middleware.Stack) error {
		return s.Finalize.Add(middleware.FinalizeMiddlewareFunc("Retry", func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (out middleware.FinalizeOutput, md middleware.Metadata, err error) {
			if _, err := credentials.do(ctx, "AssumeRole", nil); err != nil {
				return out, md, err
			}
			for range 3 {
				tries++
				out, md, err = next.HandleFinalize(ctx, in)
			}
			return out, md, err
		}), middleware.After)
	})
	if _, err := c.do(t.Context(), "SendMessage", nil); err != nil || tries != 3 {
		t.Fatal(err, tries)
	}
	all := r.Ended()
	if len(all) != 2 || all[0].Name() != "STS.AssumeRole" || all[0].Parent().SpanID() != all[1].SpanContext().SpanID() {
		t.Fatalf("%v", all)
	}
	if has := asText(t, all[1].Attributes()); has["aws.request_id"] != "last" {
		t.Error(has)
	}
	if has := asText(t, all[0].Attributes()); has["aws.request_id"] != "" {
		t.Error(has)
	}
}

// Nobody is told of what sends nothing, of what is not AWS's, and of telemetry's own work; and
// of what the program tells of itself only its duration.
func TestLeftAlone(t *testing.T) {
	own := func(id string) func(*middleware.Stack) error {
		return func(s *middleware.Stack) error {
			return s.Initialize.Add(middleware.InitializeMiddlewareFunc(id, func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				return next.HandleInitialize(ctx, in)
			}), middleware.After)
		}
	}
	presign := func(id string) func(*middleware.Stack) error {
		return func(s *middleware.Stack) error {
			s.Deserialize.Clear()
			return s.Finalize.Add(middleware.FinalizeMiddlewareFunc(id, func(context.Context, middleware.FinalizeInput, middleware.FinalizeHandler) (out middleware.FinalizeOutput, md middleware.Metadata, err error) {
				return out, md, nil
			}), middleware.After)
		}
	}
	for _, c := range []struct {
		name, service string
		ctx           func(context.Context) context.Context
		add           func(*middleware.Stack) error
		spans, points int
	}{
		{"plain", "S3", nil, own("mine"), 1, 1},
		{"not AWS", "", nil, own("mine"), 0, 0},
		{"presigned", "S3", nil, presign("PresignHTTPRequest"), 0, 0},
		{"presigned form", "S3", nil, presign("PresignPostRequestMiddleware"), 0, 0},
		{"telemetry", "S3", telemetry.Untraced, own("mine"), 0, 0},
		{"otelaws", "S3", nil, own("OTelInitializeMiddlewareAfter"), 0, 1},
		{"adapter", "S3", func(ctx context.Context) context.Context {
			ctx, span := otel.Tracer("smithy").Start(ctx, "S3.HeadBucket", trace.WithSpanKind(trace.SpanKindClient))
			span.End()
			return ctx
		}, own("mine"), 1, 1}, // the adapter's own
		{"another client span", "S3", func(ctx context.Context) context.Context {
			ctx, span := otel.Tracer("mine").Start(ctx, "S3.GetObject", trace.WithSpanKind(trace.SpanKindClient))
			span.End()
			return ctx
		}, own("mine"), 2, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, client, ctx := record(t), newClient(t, c.service, 200), t.Context()
			if c.ctx != nil {
				ctx = c.ctx(ctx)
			}
			client.stack = append(client.stack, c.add)
			if _, err := client.do(ctx, "HeadBucket", nil); err != nil {
				t.Fatal(err)
			}
			if n, points := len(r.Ended()), r.points(t, "rpc.client.call.duration"); n != c.spans || len(points) != c.points {
				t.Errorf("%d spans, measured %v", n, points)
			}
		})
	}
}

// Without a provider nothing happens, and nothing is allocated.
func TestNothing(t *testing.T) {
	ctx, stack := t.Context(), middleware.NewStack("HeadBucket", smithyhttp.NewStackRequest)
	req := smithyhttp.NewStackRequest()
	if n := testing.AllocsPerRun(100, func() {
		got, end := Operation(ctx, stack, nil)
		if got != ctx || end != nil || Attempt(ctx, req) != nil {
			t.Error("something is told")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkNothing(b *testing.B) {
	ctx, stack := b.Context(), middleware.NewStack("HeadBucket", smithyhttp.NewStackRequest)
	b.ReportAllocs()
	for b.Loop() {
		if _, end := Operation(ctx, stack, nil); end != nil {
			b.Fatal("something is told")
		}
	}
}
