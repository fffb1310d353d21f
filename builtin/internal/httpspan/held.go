package httpspan

import (
	"context"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// A Holder is what hooks keep with a request of a library's that is being served.
type Holder interface{ Exchange() *Exchange }

// Held returns the exchange that something kept with a request has, or nil.
func Held(kept any) *Exchange {
	if h, ok := kept.(Holder); ok {
		return h.Exchange()
	}
	return nil
}

// An Origin is what is kept with a client's request that is to be sent, where its library
// does not send it with a context.
type Origin struct {
	Context context.Context
	// Remote is what the header of the request may say that it was copied from, without that
	// being the program's own word.
	Remote trace.SpanContext
}

// OriginOf returns the origin of a request that is sent with ctx. It does not keep that, which
// may be a server's own and be used for another request by the time this one is sent.
func OriginOf(ctx context.Context) *Origin {
	from := trace.ContextWithSpan(context.Background(), trace.SpanFromContext(ctx))
	if b := baggage.FromContext(ctx); b.Len() > 0 {
		from = baggage.ContextWithBaggage(from, b)
	}
	if telemetry.IsUntraced(ctx) {
		from = telemetry.Untraced(from)
	}
	return &Origin{Context: from}
}
