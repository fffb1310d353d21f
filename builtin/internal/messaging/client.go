package messaging

import (
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// A Client is what is known of a producer or a consumer. Its zero value is one of which
// nothing is. The attributes are not changed any more once it has done something.
type Client struct {
	// Shared are attributes of its spans and of its metrics: where the broker is, and of a
	// consumer its group or subscription.
	Shared []attribute.KeyValue
	// Spans are further attributes of its spans: its own name.
	Spans []attribute.KeyValue

	// OwnSpans and OwnMetrics are set if the program has another instrumentation for the
	// client that makes these.
	OwnSpans, OwnMetrics atomic.Bool

	mu    sync.RWMutex
	calls map[key]*call
}

// A key is what operations of a client have in common that are told of in the same way.
type key struct {
	typ               Type
	name, destination string
}

// A call is what telemetry tells of operations with the same key.
type call struct {
	name    string                  // of the span
	start   []trace.SpanStartOption // what a sampler sees
	shared  []attribute.KeyValue    // of all metrics
	typ     attribute.KeyValue      // of the operation's duration, besides
	success metric.MeasurementOption
	timely  metric.MeasurementOption
}

// remembered is how many calls are remembered of a client; more it has if it makes up
// destinations, and then they are forgotten from time to time.
const remembered = 1024

// longest is how many bytes of a destination are told.
const longest = 256

// cut returns text that can be told, and not too much of it.
func cut(text string) string {
	text = telemetry.Text(text)
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "")
	}
	return text
}

// call returns what is told of operations with that key.
func (c *Client) call(system attribute.KeyValue, k key) *call {
	c.mu.RLock()
	known := c.calls[k]
	c.mu.RUnlock()
	if known != nil {
		return known
	}
	k.destination = strings.Clone(k.destination) // which may be a part of something larger
	known = c.newCall(system, k)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.calls == nil || len(c.calls) >= remembered {
		c.calls = map[key]*call{}
	}
	c.calls[k] = known
	return known
}

func (c *Client) newCall(system attribute.KeyValue, k key) *call {
	n := &call{name: k.name, typ: k.typ.attribute()}
	n.shared = append(n.shared, system, semconv.MessagingOperationName(k.name))
	n.shared = append(n.shared, c.Shared...)
	if k.destination != "" {
		destination := cut(k.destination)
		n.name += " " + destination
		n.shared = append(n.shared, semconv.MessagingDestinationName(destination))
	}
	telemetry.Attributes(n.shared)
	// Copies, since a set sorts what it is made of.
	n.success = metric.WithAttributeSet(attribute.NewSet(append([]attribute.KeyValue(nil), n.shared...)...))
	n.timely = metric.WithAttributeSet(attribute.NewSet(append([]attribute.KeyValue{n.typ}, n.shared...)...))
	spans := append([]attribute.KeyValue{n.typ}, n.shared...)
	n.start = []trace.SpanStartOption{trace.WithAttributes(telemetry.Attributes(append(spans, c.Spans...))...)}
	return n
}

// measured returns the attributes of messages and of their processing.
func (c *call) measured(f *failure) metric.MeasurementOption {
	if f == nil {
		return c.success
	}
	return metric.WithAttributes(append([]attribute.KeyValue{f.kind}, c.shared...)...)
}

// timed returns the attributes of the operation's duration.
func (c *call) timed(f *failure) metric.MeasurementOption {
	if f == nil {
		return c.timely
	}
	return metric.WithAttributes(append([]attribute.KeyValue{f.kind, c.typ}, c.shared...)...)
}

func (t Type) attribute() attribute.KeyValue {
	switch t {
	case Receive:
		return semconv.MessagingOperationTypeReceive
	case Process:
		return semconv.MessagingOperationTypeProcess
	case Settle:
		return semconv.MessagingOperationTypeSettle
	}
	return semconv.MessagingOperationTypeSend
}

// Server returns the attributes of a broker's address, which is "host" or "host:port". The
// port is that one if the address has none.
func Server(address string, port int) []attribute.KeyValue {
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	} else if port, err = strconv.Atoi(service); err != nil {
		port = 0
	}
	if host == "" {
		return nil
	}
	attrs := []attribute.KeyValue{semconv.ServerAddress(cut(host))}
	if 0 < port && port < 1<<16 {
		attrs = append(attrs, semconv.ServerPort(port))
	}
	return attrs
}
