package hooks

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/statement"
	"github.com/goweaver/weaver/builtin/sql/hooks/internal/dsn"
)

// otherSQL is the name of a system that is not known.
const otherSQL = "other_sql"

// A description is what a database's connector and data source name say of it.
type description struct {
	system  string
	foreign bool // the program has an instrumentation for it
	dsn.Source
}

// A target is a database as telemetry tells of it. It does not change, but for what is
// remembered of calls.
type target struct {
	description
	dialect statement.Dialect
	shared  []attribute.KeyValue // of all operations
	place   string               // what an operation without a statement is about
	pool    string               // the name of its pool

	measured   metric.MeasurementOption // the pool's
	waited     []metric.RecordOption    // the same
	idle, used metric.MeasurementOption // the pool's connections of that state

	mu    sync.RWMutex
	calls map[callKey]*call
}

// newTarget returns the target of that description. Its pool has that name.
func newTarget(d description, pool string) *target {
	t := &target{
		description: d,
		dialect:     statement.Of(d.system),
		shared:      []attribute.KeyValue{semconv.DBSystemNameKey.String(d.system)},
		calls:       map[callKey]*call{},
		pool:        pool,
	}
	slices.SortFunc(t.Secrets, func(a, b string) int { return len(b) - len(a) }) // one may be in another
	address := statement.Cut(d.Address)
	if address != "" {
		t.shared = append(t.shared, semconv.ServerAddress(address))
		t.place = address
	}
	if d.Port != 0 {
		t.shared = append(t.shared, semconv.ServerPort(d.Port))
		t.place += ":" + strconv.Itoa(d.Port)
	}
	if d.Namespace != "" {
		t.place = statement.Cut(d.Namespace)
		t.shared = append(t.shared, semconv.DBNamespace(t.place))
	}
	if d.Service != "" {
		t.shared = append(t.shared, semconv.OracleDBService(statement.Cut(d.Service)))
	}
	name := semconv.DBClientConnectionPoolName(pool)
	t.measured = metric.WithAttributeSet(attribute.NewSet(name))
	t.waited = []metric.RecordOption{t.measured}
	t.idle = metric.WithAttributeSet(attribute.NewSet(name, semconv.DBClientConnectionStateIdle))
	t.used = metric.WithAttributeSet(attribute.NewSet(name, semconv.DBClientConnectionStateUsed))
	return t
}

// poolName returns what the pool of such a database is called, as the conventions
// recommend: server.address:server.port/db.namespace, without what is not known.
func (d description) poolName() string {
	name := d.Address
	if d.Port != 0 {
		name += ":" + strconv.Itoa(d.Port)
	}
	if d.Namespace != "" {
		name = strings.TrimPrefix(name+"/"+d.Namespace, "/")
	}
	if name == "" {
		name = d.system
	}
	return statement.Cut(name)
}

// A callKind is what kind of operation a call is.
type callKind uint8

const (
	byName  callKind = iota // of the name in the key, without a statement
	execute                 // of the statement in the key, whether it returns rows or not
	prepare                 // of the statement in the key
)

// A callKey says what a call is: calls with the same key have the same telemetry.
type callKey struct {
	text string
	kind callKind
}

// A call is what telemetry tells of calls with the same key.
type call struct {
	name     string
	start    []trace.SpanStartOption
	measured []attribute.KeyValue
	record   []metric.RecordOption // measured, as it is recorded
}

// At most so many calls are remembered of a database, of statements with at most so many
// bytes. A program that writes its values into its statements has no use for memory.
const (
	remembered        = 512
	longestRemembered = 4 << 10
)

// call returns what is told of a call of the target.
func (t *target) call(key callKey) *call {
	t.mu.RLock()
	c := t.calls[key]
	t.mu.RUnlock()
	if c != nil {
		return c
	}
	if len(key.text) > longestRemembered || t == unknown {
		return t.newCall(key)
	}
	key.text = strings.Clone(key.text) // which may be a part of something larger
	c = t.newCall(key)
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.calls) >= remembered {
		clear(t.calls)
	}
	t.calls[key] = c
	return c
}

// newCall finds out about a call. An operation and its target are only taken from a
// statement for the summary, as the conventions have it: a statement may have several.
func (t *target) newCall(key callKey) *call {
	// A copy, since a set sorts what it is made of and others may read t.shared meanwhile.
	c := &call{measured: append(make([]attribute.KeyValue, 0, len(t.shared)+2), t.shared...)}
	var told []attribute.KeyValue
	switch key.kind {
	case byName:
		c.name = strings.TrimSpace(key.text + " " + t.place)
		c.measured = append(c.measured, semconv.DBOperationName(key.text))
	case execute, prepare:
		parsed := statement.Parse(key.text, t.dialect)
		c.name = parsed.Summary
		if key.kind == prepare {
			c.name = strings.TrimSpace("PREPARE " + c.name)
			c.measured = append(c.measured, semconv.DBOperationName("PREPARE"))
		}
		if c.name != "" {
			c.measured = append(c.measured, semconv.DBQuerySummary(c.name))
		}
		text := statement.Cut(key.text)
		if !parsed.Parametrized {
			text = parsed.Text()
		}
		if text != "" {
			told = append(told, semconv.DBQueryText(text))
		}
	}
	if c.name == "" {
		c.name = t.place
	}
	if c.name == "" {
		c.name = t.system
	}
	told = append(told, c.measured...)
	c.start = []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(told...)}
	c.record = []metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(c.measured...))}
	return c
}
