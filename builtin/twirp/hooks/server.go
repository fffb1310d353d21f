package hooks

// What servers answer.

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"time"

	"github.com/twitchtv/twirp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	nethttp "github.com/goweaver/weaver/builtin/nethttp/hooks"
)

// Server adds hooks around those of a new server, when it has read its last option: ours come
// first and know last.
func Server(opts *twirp.ServerOptions, key string, out any) func(bool) {
	if !on || key != last || opts == nil {
		return nil
	}
	return func(set bool) {
		s := server{prefix: "/twirp"}
		if prefix, ok := out.(*string); ok && set {
			s.prefix = *prefix
		}
		opts.Hooks = twirp.ChainHooks(
			&twirp.ServerHooks{RequestReceived: received, RequestRouted: s.routed, Error: failed},
			opts.Hooks,
			&twirp.ServerHooks{ResponseSent: sent},
		)
	}
}

// A served is a request that a server has received.
type served struct {
	start time.Time
	attrs []attribute.KeyValue // system and method, once it is an RPC, and how it has ended
}

type servedKey struct{}

func servedOf(ctx context.Context) *served {
	r, _ := ctx.Value(servedKey{}).(*served)
	return r
}

func received(ctx context.Context) (context.Context, error) {
	if !telemetry.Wanted() || telemetry.IsUntraced(ctx) {
		return ctx, nil
	}
	return context.WithValue(ctx, servedKey{}, &served{start: time.Now()}), nil
}

// A server is one of generated code.
type server struct{ prefix string } // of its methods' paths

// routed tells the request's span which RPC it is.
func (s server) routed(ctx context.Context) (context.Context, error) {
	r := servedOf(ctx)
	if r == nil {
		return ctx, nil
	}
	service, method, ok := methodOf(ctx)
	if !ok {
		return ctx, nil
	}
	r.attrs = append(make([]attribute.KeyValue, 0, 4), system, semconv.RPCMethod(telemetry.Text(service+"/"+method)))
	route := &url.URL{Path: path.Join("/", s.prefix, service, method)}
	nethttp.SetRoute((&http.Request{URL: route}).WithContext(ctx), route.Path)
	if span := nethttp.ServerSpan(ctx); span != nil {
		span.SetAttributes(r.attrs...)
	}
	return ctx, nil
}

// failed tells the span the error that is sent. It is called once more where the response
// could not be written.
func failed(ctx context.Context, err twirp.Error) context.Context {
	r := servedOf(ctx)
	if r == nil || len(r.attrs) == 0 || err == nil {
		return ctx
	}
	code, blamed := codeOf(err)
	r.attrs = append(r.attrs[:2], code)
	if blamed {
		r.attrs = append(r.attrs, semconv.ErrorTypeKey.String(code.Value.AsString()))
	}
	if span := nethttp.ServerSpan(ctx); span != nil {
		span.SetAttributes(code)
		if blamed {
			telemetry.AddException(span, err)
		}
	}
	return ctx
}

// sent records the RPC, of which nothing comes any more.
func sent(ctx context.Context) {
	r := servedOf(ctx)
	if r == nil || len(r.attrs) == 0 {
		return
	}
	if made := durations.Current(); made != nil {
		made.server.Record(ctx, time.Since(r.start).Seconds(), metric.WithAttributeSet(attribute.NewSet(r.attrs...)))
	}
}
