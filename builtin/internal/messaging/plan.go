package messaging

// What the span of an operation begins with.

import (
	"context"
	"math"
	"os"
	"strconv"
	"sync"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// A plan is what the span of an operation is made of, and what is done with its context.
type plan struct {
	ctx        context.Context
	kind       trace.SpanKind
	links      []trace.Link
	attributes []attribute.KeyValue
	bare       []propagation.TextMapCarrier // those that are sent without a creation context
}

func newPlan(ctx context.Context, op Operation, k key) plan {
	p := plan{ctx: ctx, kind: trace.SpanKindClient}
	p.attributes = append(p.attributes, op.Attributes...)
	n := op.count()
	if op.Batch {
		p.attributes = append(p.attributes, semconv.MessagingBatchMessageCount(n))
	}
	if destination := op.destination(); op.Unnamed && destination != "" {
		p.attributes = append(p.attributes, semconv.MessagingDestinationName(cut(destination)))
	}
	if n == 1 {
		p.attributes = append(p.attributes, op.Messages.Attributes(0)...)
	}
	telemetry.Attributes(p.attributes)
	if op.Type != Settle {
		propagator := otel.GetTextMapPropagator()
		for i := range n {
			if op.Type != Send && len(p.links) >= mostLinks() {
				break
			}
			if headers := op.Messages.Headers(i); headers != nil {
				p.add(op, i, headers, trace.SpanContextFromContext(propagator.Extract(context.Background(), headers)), k)
			}
		}
	}
	// Also of a Send: some libraries have no context for one, and all that can be known of
	// where it belongs is what the program has written to the message.
	if (op.Type == Process || op.Type == Send) && n == 1 && len(p.links) == 1 && !trace.SpanContextFromContext(ctx).IsValid() {
		p.ctx = otel.GetTextMapPropagator().Extract(ctx, op.Messages.Headers(0))
	}
	switch {
	case op.Type == Process:
		p.kind = trace.SpanKindConsumer
	case op.Type == Send && (len(p.bare) > 0 || len(p.links) == 0):
		// Else it only carries messages that were made elsewhere.
		p.kind = trace.SpanKindProducer
	}
	return p
}

// add adds the message with index i, which has been made in that context.
func (p *plan) add(op Operation, i int, headers propagation.TextMapCarrier, made trace.SpanContext, k key) {
	if !made.IsValid() {
		if op.Type == Send {
			p.bare = append(p.bare, headers)
		}
		return
	}
	if len(p.links) >= mostLinks() {
		return
	}
	link := trace.Link{SpanContext: made}
	if op.count() > 1 {
		link.Attributes = op.Messages.Attributes(i)
		if k.destination == "" {
			link.Attributes = append(link.Attributes, semconv.MessagingDestinationName(cut(op.Messages.Destination(i))))
		}
		telemetry.Attributes(link.Attributes)
	}
	p.links = append(p.links, link)
}

// mostLinks returns how many links a span has at most. The SDK keeps no more, by the same
// variable, and to find out the contexts of ten thousand messages for nothing takes long.
var mostLinks = sync.OnceValue(func() int {
	n, err := strconv.Atoi(os.Getenv("OTEL_SPAN_LINK_COUNT_LIMIT"))
	switch {
	case err != nil:
		return 128
	case n < 0:
		return math.MaxInt
	}
	return n
})

// inject writes the creation context to the messages that have none.
func (p plan) inject(ctx context.Context) {
	if len(p.bare) == 0 {
		return
	}
	propagator := otel.GetTextMapPropagator()
	for _, headers := range p.bare {
		propagator.Inject(ctx, headers)
	}
}

// count returns how many messages the operation is about.
func (op Operation) count() int {
	if op.Messages == nil {
		return 0
	}
	return op.Messages.Len()
}

// destination returns where all messages are sent to or come from, or "".
func (op Operation) destination() string {
	if op.Destination != "" {
		return op.Destination
	}
	n := op.count()
	if n == 0 {
		return ""
	}
	first := op.Messages.Destination(0)
	for i := 1; i < n; i++ {
		if op.Messages.Destination(i) != first {
			return ""
		}
	}
	return first
}

// key returns what operations have in common that are told of in the same way.
func (op Operation) key() key {
	k := key{typ: op.Type, name: op.Name}
	if !op.Unnamed {
		k.destination = op.destination()
	}
	return k
}
