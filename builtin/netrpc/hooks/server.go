package hooks

import (
	"context"
	"net/rpc"
	"slices"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// served holds the *operation of each *rpc.Request that a server is answering, from Serve
// to Reply, which are not told of each other.
var served struct {
	some atomic.Int64 // saves the look where there are none
	by   sync.Map
}

func answering(req *rpc.Request) *operation {
	if served.some.Load() == 0 {
		return nil
	}
	v, ok := served.by.LoadAndDelete(req)
	if !ok {
		return nil
	}
	served.some.Add(-1)
	return v.(*operation)
}

// Serve runs when a server is about to call the method of a request, and returns what runs
// when the response has been sent or the method has panicked.
func Serve(req *rpc.Request, codec rpc.ServerCodec) func(hook.Exit) {
	if !records() || req == nil {
		return nil
	}
	op := begin(incoming(req), trace.SpanKindServer, codec, req.ServiceMethod)
	served.by.Store(req, op)
	served.some.Add(1)
	return func(end hook.Exit) {
		if op.ended { // by Reply; the request may be another one by now
			return
		}
		if end == hook.Returned {
			op.end("", "")
		} else {
			op.end("panic", "the method did not return: "+end.String())
		}
		answering(req)
	}
}

// Reply runs when a server begins to send the response to req, and returns what runs when
// it has been sent. A request for no method that the server has does not come by Serve;
// reply is then an empty struct.
func Reply(req *rpc.Request, reply any, codec rpc.ServerCodec, errmsg string) func() {
	if op := answering(req); op != nil {
		return func() { op.end(serverError(errmsg), telemetry.Text(errmsg)) }
	}
	if _, invalid := reply.(struct{}); !invalid || !records() {
		return nil
	}
	// Clients can make up names, of any length and of bytes that are no text, so what they
	// asked for is not the method, and not all of it is told.
	op := begin(incoming(req), trace.SpanKindServer, codec, "_OTHER", semconv.RPCMethodOriginalKey.String(cut(req.ServiceMethod)))
	return func() { op.end("invalid_request", cut(errmsg)) } // which quotes it
}

// longest is how many bytes are told of what a client has made up.
const longest = 256

// cut returns what is told of such a text.
func cut(s string) string { return telemetry.Text(s[:min(len(s), longest)]) }

// serverError returns the kind of an error of which a server only has the text.
func serverError(text string) string {
	if text == "" {
		return ""
	}
	return semconv.ErrorTypeOther.Value.AsString()
}

// incoming returns the context that came with req, and takes it away from there.
func incoming(req *rpc.Request) context.Context {
	ctx := context.Background()
	if inside.carried == nil {
		return ctx
	}
	carrier := propagation.MapCarrier{}
	for pair := range slices.Chunk(inside.carried(req), 2) {
		carrier[pair[0]] = pair[1]
	}
	return otel.GetTextMapPropagator().Extract(ctx, carrier)
}

// arrived has req carry what its client has propagated.
func arrived(req *rpc.Request, carrier map[string]string) {
	if len(carrier) == 0 || inside.carry == nil {
		return
	}
	texts := make([]string, 0, 2*len(carrier))
	for k, v := range carrier {
		texts = append(texts, k, v)
	}
	inside.carry(req, texts)
}
