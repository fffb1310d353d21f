package redisspan

import (
	"net"
	"strconv"
	"strings"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// A target is what a client's calls go to, as telemetry tells of it. It does not change, but
// for what is remembered of calls.
type target struct {
	name   string               // of its pool
	place  []attribute.KeyValue // where it is
	shared []attribute.KeyValue // by all calls: place, and what it is

	database int // below 0 if it is not known

	mu    sync.RWMutex
	calls map[callKey]*call
}

// system is the name of all targets' system.
const system = "redis"

// longestAddress is how many bytes of an address are told.
const longestAddress = 256

func newTarget(d Description) *target {
	t := &target{name: cut(d.Master), database: d.Database, calls: map[callKey]*call{}}
	host, port := place(d.Network, d.Address)
	if host != "" {
		t.name = host
		t.place = append(t.place, semconv.ServerAddress(host))
	}
	if port != 0 {
		t.name = net.JoinHostPort(host, strconv.Itoa(port))
		t.place = append(t.place, semconv.ServerPort(port))
	}
	if t.name == "" {
		t.name = system
	}
	t.shared = append(t.shared, semconv.DBSystemNameKey.String(system))
	if d.Database >= 0 {
		index := strconv.Itoa(d.Database)
		t.name += "/" + index
		t.shared = append(t.shared, semconv.DBNamespace(index))
	}
	t.shared = append(t.shared, t.place...)
	return t
}

// place returns the host of an address, or the path of a socket, and the port if there is one.
func place(network, address string) (host string, port int) {
	address = cut(address)
	if network == "unix" || strings.HasPrefix(address, "/") {
		return address, 0
	}
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		return address, 0
	}
	if host == "" {
		host = "localhost" // as net.Dial has it
	}
	port, err = strconv.Atoi(service)
	if err != nil || port < 0 || port > 1<<16-1 {
		port = 0
	}
	return host, port
}

// cut returns text that can be told, and not too much of it.
func cut(text string) string {
	text = telemetry.Text(text)
	if len(text) > longestAddress {
		text = strings.ToValidUTF8(text[:longestAddress], "")
	}
	return text
}

// A call is what telemetry tells of calls with the same key.
type call struct {
	name     string
	start    []trace.SpanStartOption
	measured []attribute.KeyValue
	record   []metric.RecordOption // measured, as it is recorded
}

// remembered is how many calls are remembered of a target: more than Redis has commands.
const remembered = 1024

// call returns what is told of calls of the target with that key.
func (t *target) call(key callKey) *call {
	t.mu.RLock()
	c := t.calls[key]
	t.mu.RUnlock()
	if c != nil {
		return c
	}
	// A name may be a part of something larger.
	key.name, key.sub = strings.Clone(key.name), strings.Clone(key.sub)
	c = t.newCall(key)
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.calls) >= remembered {
		clear(t.calls)
	}
	t.calls[key] = c
	return c
}

func (t *target) newCall(key callKey) *call {
	// A copy, since a set sorts what it is made of and others may read t.shared meanwhile.
	c := &call{name: key.operation(), measured: append(make([]attribute.KeyValue, 0, len(t.shared)+1), t.shared...)}
	if c.name != "" {
		c.measured = append(c.measured, semconv.DBOperationName(c.name))
	} else {
		c.name = system
	}
	c.record = []metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(append([]attribute.KeyValue(nil), c.measured...)...))}
	c.start = []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(c.measured...)}
	return c
}
