package hooks

// Programs that use otelconnect themselves: what they configured there makes the spans and
// metrics of the calls that come to it, also where that filters them out, and ours, which
// began before, are given up. So is the server's of nethttp, which ours may be switched
// off beside.

import (
	"context"

	"connectrpc.com/connect"
)

// OwnUnary returns what replaces the result of otelconnect's WrapUnary.
func OwnUnary() func(connect.UnaryFunc) connect.UnaryFunc { return ownUnary }

func ownUnary(own connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		if req.Spec().IsClient {
			return own(sending(ctx), req)
		}
		return own(answering(ctx), req)
	}
}

// OwnClient returns what replaces the result of otelconnect's WrapStreamingClient.
func OwnClient() func(connect.StreamingClientFunc) connect.StreamingClientFunc { return ownClient }

func ownClient(own connect.StreamingClientFunc) connect.StreamingClientFunc {
	return func(ctx context.Context, spec connect.Spec) connect.StreamingClientConn {
		return own(sending(ctx), spec)
	}
}

// OwnHandler returns what replaces the result of otelconnect's WrapStreamingHandler.
func OwnHandler() func(connect.StreamingHandlerFunc) connect.StreamingHandlerFunc { return ownHandler }

func ownHandler(own connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, conn connect.StreamingHandlerConn) error {
		return own(answering(ctx), conn)
	}
}

// sending returns ctx as it is for a client's call that the program tells of itself.
func sending(ctx context.Context) context.Context {
	if c := callOf(ctx, clientKey{}); c != nil {
		return c.yield(ctx)
	}
	return ctx
}

// answering returns ctx as it is for a handler's call that the program tells of itself.
func answering(ctx context.Context) context.Context {
	if c := callOf(ctx, serverKey{}); c != nil {
		return c.yield(ctx)
	}
	return yielded(ctx)
}
