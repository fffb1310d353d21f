package hooks

import (
	"bytes"
	"slices"
	"strings"

	"github.com/nats-io/nats.go"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/messaging"
)

// headers are those of a message as a carrier. It is never written to.
type headers nats.Header

// Get implements [propagation.TextMapCarrier]. NATS tells Traceparent from traceparent, and
// programs send both: net/http's headers, by whose carrier many write them, are capitalised.
func (h headers) Get(key string) string {
	if v := h[key]; len(v) > 0 {
		return v[0]
	}
	for k, v := range h {
		if len(v) > 0 && strings.EqualFold(k, key) {
			return v[0]
		}
	}
	return ""
}

// Set implements [propagation.TextMapCarrier].
func (headers) Set(string, string) {}

// Keys implements [propagation.TextMapCarrier].
func (h headers) Keys() []string {
	keys := make([]string, 0, len(h))
	for key := range h {
		keys = append(keys, key)
	}
	return keys
}

// outgoing are the headers of a message that is sent, and the lines that are added to them.
type outgoing struct {
	headers
	added []byte
}

// Set implements [propagation.TextMapCarrier].
func (o *outgoing) Set(key, value string) {
	if strings.ContainsAny(value, "\r\n") {
		return
	}
	o.added = append(append(append(append(o.added, key...), ": "...), value...), "\r\n"...)
}

// version begins the headers of a message on the wire, and an empty line ends them.
const version = "NATS/1.0\r\n"

// written returns the headers as they are written, with the lines in them. It is no slice of
// the caller's.
func (o *outgoing) written(hdr []byte) []byte {
	end := len(hdr) - len("\r\n")
	switch {
	case len(hdr) == 0 && len(o.added) == 0:
		return hdr
	case len(hdr) == 0:
		return slices.Concat([]byte(version), o.added, []byte("\r\n"))
	case !bytes.HasSuffix(hdr, []byte("\r\n")): // which no version writes
		return slices.Clone(hdr)
	}
	return slices.Concat(hdr[:end], o.added, hdr[end:])
}

// read returns the headers that were written.
func read(hdr []byte) headers {
	if len(hdr) == 0 {
		return nil
	}
	h, err := nats.DecodeHeadersMsg(hdr)
	if err != nil {
		return nil
	}
	return headers(h)
}

// messages are those of an operation.
type messages struct {
	carriers []propagation.TextMapCarrier
	ids      []string
}

// one returns the only message of an operation; one without a carrier can have no headers.
func one(carrier propagation.TextMapCarrier, h headers) messages {
	m := messages{ids: []string{h.Get(nats.MsgIdHdr)}, carriers: []propagation.TextMapCarrier{nil}}
	if carrier != nil {
		m.carriers[0] = carrier
	}
	return m
}

// Len implements [messaging.Messages].
func (m messages) Len() int { return len(m.carriers) }

// Destination implements [messaging.Messages]: the operation says it.
func (messages) Destination(int) string { return "" }

// Headers implements [messaging.Messages].
func (m messages) Headers(i int) propagation.TextMapCarrier { return m.carriers[i] }

// Attributes implements [messaging.Messages].
func (m messages) Attributes(i int) []attribute.KeyValue {
	if m.ids[i] == "" {
		return nil
	}
	return []attribute.KeyValue{semconv.MessagingMessageID(m.ids[i])}
}

var _ messaging.Messages = messages{}
