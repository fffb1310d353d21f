package dbspan

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

// A Place is what calls go to. What is not known is zero.
type Place struct {
	System    string // as OpenTelemetry has it
	Address   string // host name, IP address, or the path of a socket
	Port      int    // 0 for a socket
	Namespace string // the database within the server
}

// longest is how many bytes of a name or an address are told.
const longest = 256

// cut returns text that can be told, and not too much of it.
func cut(text string) string {
	text = telemetry.Text(text)
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "")
	}
	return text
}

// SplitAddress returns the host of an address, or the path of a socket, and the port if there
// is one.
func SplitAddress(address string) (host string, port int) {
	if strings.HasPrefix(address, "/") {
		return address, 0
	}
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		return address, 0
	}
	n, err := strconv.ParseUint(service, 10, 16)
	if err != nil {
		return host, 0
	}
	return host, int(n)
}

// A Target is a place as telemetry tells of it. It does not change, but for what is
// remembered of calls.
type Target struct {
	Place
	// Name is what the target is called where nothing else is to be told, in the names of
	// spans: the conventions' choice of what is known.
	Name string

	shared []attribute.KeyValue
	place  []attribute.KeyValue // of shared, where it is

	mu    sync.RWMutex
	calls map[CallKey]*Call
}

func newTarget(p Place) *Target {
	t := &Target{Place: p, calls: map[CallKey]*Call{}, shared: []attribute.KeyValue{semconv.DBSystemNameKey.String(p.System)}}
	address, namespace := cut(p.Address), cut(p.Namespace)
	if address != "" {
		t.place = append(t.place, semconv.ServerAddress(address))
		t.Name = address
	}
	if p.Port != 0 {
		t.place = append(t.place, semconv.ServerPort(p.Port))
		t.Name = net.JoinHostPort(address, strconv.Itoa(p.Port))
	}
	t.shared = append(t.shared, t.place...)
	if namespace != "" {
		t.shared = append(t.shared, semconv.DBNamespace(namespace))
		t.Name = namespace
	}
	if t.Name == "" {
		t.Name = p.System
	}
	return t
}

// pool returns what a pool of connections to the place is called, as the conventions
// recommend: server.address:server.port/db.namespace, without what is not known.
func (p Place) pool() string {
	name := p.Address
	if p.Port != 0 {
		name = net.JoinHostPort(p.Address, strconv.Itoa(p.Port))
	}
	if p.Namespace != "" {
		name = strings.TrimPrefix(name+"/"+p.Namespace, "/")
	}
	if name == "" {
		name = p.System
	}
	return cut(name)
}

// targets are those that there is something to know of, so that all connections to one place
// share what is remembered of calls.
type targets struct {
	mu    sync.RWMutex
	known map[Place]*Target
}

// most is how many targets are remembered. A program that has more is told of all the same.
const most = 256

// Target returns what is known of the place.
func (l *Library) Target(p Place) *Target {
	l.targets.mu.RLock()
	t := l.targets.known[p]
	l.targets.mu.RUnlock()
	if t != nil {
		return t
	}
	l.targets.mu.Lock()
	defer l.targets.mu.Unlock()
	if t = l.targets.known[p]; t != nil {
		return t
	}
	if len(l.targets.known) >= most {
		clear(l.targets.known)
	}
	t = newTarget(p)
	l.targets.known[p] = t
	return t
}

// A CallKey says what a call is, in the library's own terms: calls with the same key have
// the same telemetry.
type CallKey struct {
	Kind      uint8
	Text, Sub string
}

// A Call is what telemetry tells of calls with the same key.
type Call struct {
	name     string
	place    []attribute.KeyValue
	start    []trace.SpanStartOption
	measured []attribute.KeyValue
	record   []metric.RecordOption // measured, as it is recorded
}

// At most so many calls are remembered of a target, of keys with at most so many bytes. A
// program that writes its values into its statements has no use for memory.
const (
	remembered        = 512
	longestRemembered = 4 << 10
)

// Call returns what is told of a call of the target with that key; told says it of one that
// is not remembered.
func (t *Target) Call(key CallKey, told func(*Target, CallKey) Told) *Call {
	t.mu.RLock()
	c := t.calls[key]
	t.mu.RUnlock()
	if c != nil {
		return c
	}
	if len(key.Text)+len(key.Sub) > longestRemembered {
		return t.NewCall(told(t, key))
	}
	key.Text, key.Sub = strings.Clone(key.Text), strings.Clone(key.Sub) // parts of something larger, maybe
	c = t.NewCall(told(t, key))
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.calls) >= remembered {
		clear(t.calls)
	}
	t.calls[key] = c
	return c
}

// NewCall returns a call of the target that is not remembered.
func (t *Target) NewCall(told Told) *Call {
	// Copies, since a set sorts what it is made of and others may read t.shared meanwhile.
	measured := append(append(make([]attribute.KeyValue, 0, len(t.shared)+len(told.Measured)), t.shared...), told.Measured...)
	all := append(append(make([]attribute.KeyValue, 0, len(measured)+len(told.Alone)), measured...), told.Alone...)
	c := &Call{name: told.Name, place: t.place, measured: measured}
	if c.name == "" {
		c.name = t.Name
	}
	c.start = []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(all...)}
	c.record = []metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(append([]attribute.KeyValue(nil), measured...)...))}
	return c
}
