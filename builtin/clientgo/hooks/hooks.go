// Package hooks holds the function that has net/http's client spans and metrics tell the
// requests of k8s.io/client-go apart, called from the bodies of the library's own methods.
//
// The library has a template of its own, for its metrics. It is not exported, and takes the
// name of a node for a namespace where something below the node is asked for; so it is made here,
// as the API's servers read a path.
package hooks

import (
	"context"

	"k8s.io/client-go/rest"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	nethttp "github.com/goweaver/weaver/builtin/nethttp/hooks"
)

// on is false where the environment switches the built-in off. It is read once.
var on = telemetry.On("clientgo")

// Request is for the methods of a rest.Request that send it. It returns the context to send it
// with.
func Request(ctx context.Context, r *rest.Request) context.Context {
	if !on || !telemetry.Wanted() {
		return ctx
	}
	if ctx == nil || r == nil || telemetry.IsUntraced(ctx) {
		return ctx
	}
	u := r.URL()
	if u == nil {
		return ctx
	}
	t := template(u.Path)
	if t == "" {
		return ctx
	}
	return nethttp.WithTemplate(ctx, u.Path, t)
}
