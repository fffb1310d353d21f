// Package clientgo holds the aspect that tells of what a program asks a Kubernetes API for by
// k8s.io/client-go: the template of the path, on the client's span and metrics that the aspect
// nethttp makes of the request. A span is then named "GET /api/v1/namespaces/{namespace}/pods"
// and not "GET", and requests are measured by what they are about. It is so for all that goes
// through package rest: typed and dynamic clients, informers, discovery, leader election.
//
// A request of this API is one HTTP request, and has one span: none is made here. What client-go
// does besides, to wait for its rate limit and to try again, shows as the time between the
// spans. Names of objects and namespaces are in url.full, as the conventions have it, and in
// nothing that is to have few values.
//
// A client that the program gave otelhttp's transport has the spans of that, which know
// no template. Contrib has no instrumentation for this library.
package clientgo

import "github.com/goweaver/weaver/instrument"

// The hook is named, not referenced: the registration binary then links neither client-go nor
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/clientgo/hooks."

// Aspect has the requests of client-go told apart.
var Aspect = &instrument.Aspect{
	Name: "clientgo",
	Doc:  "tell the requests of k8s.io/client-go apart",
	Rules: []instrument.Rule{
		// All that is asked goes out by one of these.
		instrument.BodyNamed("(*k8s.io/client-go/rest.Request).request").Before(instrument.Named(hooks+"Request")).Take(ctx, instrument.Recv),
		instrument.BodyNamed("(*k8s.io/client-go/rest.Request).Watch").Before(instrument.Named(hooks+"Request")).Take(ctx, instrument.Recv),
		instrument.BodyNamed("(*k8s.io/client-go/rest.Request).Stream").Before(instrument.Named(hooks+"Request")).Take(ctx, instrument.Recv),
	},
}

// ctx is the context of a request.
var ctx = instrument.Param(0)
