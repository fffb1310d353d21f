package hooks

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"go.opentelemetry.io/otel"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"k8s.io/client-go/rest"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	nethttp "github.com/goweaver/weaver/builtin/nethttp/hooks"
)

// A template has nothing in it that may be any text.
func TestTemplate(t *testing.T) {
	for path, want := range map[string]string{
		"/api/v1/pods":                                      "/api/v1/pods",
		"/api/v1/namespaces":                                "/api/v1/namespaces",
		"/api/v1/namespaces/shop":                           "/api/v1/namespaces/{name}",
		"/api/v1/namespaces/shop/status":                    "/api/v1/namespaces/{name}/status",
		"/api/v1/namespaces/shop/finalize":                  "/api/v1/namespaces/{name}/finalize",
		"/api/v1/namespaces/shop/pods":                      "/api/v1/namespaces/{namespace}/pods",
		"/api/v1/namespaces/shop/pods/a":                    "/api/v1/namespaces/{namespace}/pods/{name}",
		"/api/v1/namespaces/shop/pods/a/log":                "/api/v1/namespaces/{namespace}/pods/{name}/log",
		"/api/v1/namespaces/shop/pods/a/proxy/secret/page":  "/api/v1/namespaces/{namespace}/pods/{name}/proxy/{path}",
		"/api/v1/nodes/n1":                                  "/api/v1/nodes/{name}",
		"/api/v1/nodes/n1/status":                           "/api/v1/nodes/{name}/status",
		"/api/v1/nodes/n1/proxy/stats/summary":              "/api/v1/nodes/{name}/proxy/{path}",
		"/apis/apps/v1/deployments":                         "/apis/apps/v1/deployments",
		"/apis/apps/v1/namespaces/shop/deployments/a":       "/apis/apps/v1/namespaces/{namespace}/deployments/{name}",
		"/apis/apps/v1/namespaces/shop/deployments/a/scale": "/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale",
		"/apis/rbac.authorization.k8s.io/v1/clusterroles/a": "/apis/rbac.authorization.k8s.io/v1/clusterroles/{name}",
		"/api/v1/watch/namespaces/shop/pods/a":              "/api/v1/watch/namespaces/{namespace}/pods/{name}",
		"/k8s/clusters/c1/api/v1/nodes/n1":                  "/k8s/clusters/c1/api/v1/nodes/{name}",
		"/apis":                                             "/apis",
		"/apis/apps/v1":                                     "/apis/apps/v1",
		"/api/v1/":                                          "/api/v1/",
		"/version":                                          "/version",
		"/readyz":                                           "/readyz",
		"/anything/else":                                    "",
		"":                                                  "",
	} {
		if got := template(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func client(t testing.TB, do func(*http.Request) (*http.Response, error)) *rest.RESTClient {
	base, _ := url.Parse("http://cluster.example")
	c, err := rest.NewRESTClient(base, "/api/v1", rest.ClientContentConfig{}, nil, &http.Client{Transport: roundTripper(do)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A request's span, net/http's, is named for what is asked.
func TestRequest(t *testing.T) {
	spans, tp := tracetest.NewSpanRecorder(), otel.GetTracerProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)))
	defer otel.SetTracerProvider(tp)
	c := client(t, func(req *http.Request) (*http.Response, error) {
		sent, end := nethttp.RoundTrip(req) // as http.Transport does in woven code
		res := &http.Response{StatusCode: 200, Body: http.NoBody, Request: sent}
		if end != nil {
			end(res, nil)
		}
		return res, nil
	})
	for _, ctx := range []context.Context{t.Context(), telemetry.Untraced(t.Context())} {
		r := c.Get().Namespace("shop").Resource("pods").Name("a").SubResource("log")
		if _, err := r.DoRaw(Request(ctx, r)); err != nil {
			t.Fatal(err)
		}
	}
	if ended := spans.Ended(); len(ended) != 1 || ended[0].Name() != "GET /api/v1/namespaces/{namespace}/pods/{name}/log" {
		t.Errorf("%v", ended)
	}
	if Request(nil, c.Get()) != nil { //nolint:staticcheck // the library says what it has to say about it
		t.Error("there is a context")
	}
}

// Without a provider nothing happens, and nothing is allocated.
func TestNothing(t *testing.T) {
	ctx, r := t.Context(), client(t, nil).Get().Resource("pods")
	if n := testing.AllocsPerRun(100, func() {
		if Request(ctx, r) != ctx {
			t.Error("the context is another")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
