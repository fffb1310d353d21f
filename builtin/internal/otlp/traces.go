package otlp

import (
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// A group is what comes from one resource and one scope.
type group[T any] struct {
	resource *resource.Resource
	scope    instrumentation.Scope
	items    []T
}

// grouped puts together what comes from the same resource, and below that from the same scope, in
// the order in which they were first seen. In one program there is one resource and are few scopes.
func grouped[T any](items []T, origin func(T) (*resource.Resource, instrumentation.Scope)) [][]*group[T] {
	var out [][]*group[T]
	type key struct {
		resource attribute.Distinct
		scope    instrumentation.Scope
	}
	scopes := map[key]*group[T]{}
	resources := map[attribute.Distinct]int{}
	for _, item := range items {
		r, s := origin(item)
		k := key{r.Equivalent(), s}
		g := scopes[k]
		if g == nil {
			g = &group[T]{resource: r, scope: s}
			scopes[k] = g
			i, seen := resources[k.resource]
			if !seen {
				i = len(out)
				resources[k.resource] = i
				out = append(out, nil)
			}
			out[i] = append(out[i], g)
		}
		g.items = append(g.items, item)
	}
	return out
}

// encodeGroups writes the message that all three signals send: for each resource its
// attributes and its scopes, and for each scope its items.
func encodeGroups[T any](resources [][]*group[T], item func(*encoder, T)) []byte {
	e := &encoder{}
	for _, scopes := range resources {
		e.message(1, func() {
			r := scopes[0].resource
			e.message(1, func() { e.set(1, r.Set()) })
			for _, s := range scopes {
				e.message(2, func() {
					e.scope(1, s.scope)
					for _, i := range s.items {
						e.message(2, func() { item(e, i) })
					}
					e.text(3, s.scope.SchemaURL)
				})
			}
			e.text(3, r.SchemaURL())
		})
	}
	return e.buf
}

// encodeSpans writes an ExportTraceServiceRequest.
func encodeSpans(spans []sdktrace.ReadOnlySpan) []byte {
	spans = slices.DeleteFunc(slices.Clone(spans), func(s sdktrace.ReadOnlySpan) bool { return s == nil })
	return encodeGroups(grouped(spans, func(s sdktrace.ReadOnlySpan) (*resource.Resource, instrumentation.Scope) {
		return s.Resource(), s.InstrumentationScope()
	}), (*encoder).span)
}

// span writes the fields of a Span.
func (e *encoder) span(s sdktrace.ReadOnlySpan) {
	c, parent := s.SpanContext(), s.Parent()
	e.ids(1, 2, c)
	e.text(3, c.TraceState().String())
	if id := parent.SpanID(); id.IsValid() {
		e.bytes(4, id[:])
	}
	e.text(5, s.Name())
	e.uint(6, spanKind(s.SpanKind()))
	e.time(7, s.StartTime())
	e.time(8, s.EndTime())
	e.attributes(9, s.Attributes())
	e.count(10, s.DroppedAttributes())
	for _, event := range s.Events() {
		e.message(11, func() {
			e.time(1, event.Time)
			e.text(2, event.Name)
			e.attributes(3, event.Attributes)
			e.count(4, event.DroppedAttributeCount)
		})
	}
	e.count(12, s.DroppedEvents())
	for _, link := range s.Links() {
		e.message(13, func() {
			e.ids(1, 2, link.SpanContext)
			e.text(3, link.SpanContext.TraceState().String())
			e.attributes(4, link.Attributes)
			e.count(5, link.DroppedAttributeCount)
			e.fixed32(6, spanFlags(link.SpanContext.TraceFlags(), link.SpanContext))
		})
	}
	e.count(14, s.DroppedLinks())
	e.message(15, func() {
		status := s.Status()
		e.text(2, status.Description)
		e.uint(3, statusCode(status.Code))
	})
	e.fixed32(16, spanFlags(c.TraceFlags(), parent))
}

// ids writes the ids of a span, invalid ones too.
func (e *encoder) ids(traceField, spanField int, c trace.SpanContext) {
	t, s := c.TraceID(), c.SpanID()
	e.bytes(traceField, t[:])
	e.bytes(spanField, s[:])
}

// spanFlags returns the W3C flags, and whether parent came from another process.
func spanFlags(flags trace.TraceFlags, parent trace.SpanContext) uint32 {
	const known, remote = 0x100, 0x200
	f := uint32(flags) | known
	if parent.IsRemote() {
		f |= remote
	}
	return f
}

// spanKind returns the protocol's number, 0 for one that it has none for.
func spanKind(k trace.SpanKind) uint64 {
	kinds := []trace.SpanKind{trace.SpanKindInternal, trace.SpanKindServer, trace.SpanKindClient, trace.SpanKindProducer, trace.SpanKindConsumer}
	return uint64(slices.Index(kinds, k) + 1)
}

func statusCode(c codes.Code) uint64 {
	switch c {
	case codes.Ok:
		return 1
	case codes.Error:
		return 2
	}
	return 0
}
