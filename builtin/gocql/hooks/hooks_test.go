package hooks

// What is woven is tested by the script, with what speaks the protocol; here, what the hooks
// make of queries, batches and what they come to.

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"testing"

	"github.com/gocql/gocql"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/dbspan"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// record gives the process a tracer provider until the test ends.
func record(t testing.TB) *tracetest.SpanRecorder {
	r := tracetest.NewSpanRecorder()
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r)))
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	return r
}

// measure gives the process a meter provider until the test ends.
func measure(t testing.TB) *metric.ManualReader {
	r := metric.NewManualReader()
	before := otel.GetMeterProvider()
	otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(r)))
	t.Cleanup(func() { otel.SetMeterProvider(before) })
	return r
}

// durations returns the attributes of what has been measured.
func durations(t testing.TB, r metric.Reader) (all []map[string]string) {
	t.Helper()
	var data metricdata.ResourceMetrics
	if err := r.Collect(t.Context(), &data); err != nil {
		t.Fatal(err)
	}
	for _, s := range data.ScopeMetrics {
		for _, m := range s.Metrics {
			if h, ok := m.Data.(metricdata.Histogram[float64]); ok && m.Name == "db.client.operation.duration" {
				for _, p := range h.DataPoints {
					all = append(all, texts(p.Attributes.ToSlice()))
				}
			}
		}
	}
	return all
}

// texts returns attributes with the type of each value behind it.
func texts(attrs []attribute.KeyValue) map[string]string {
	all := map[string]string{}
	for _, a := range attrs {
		all[string(a.Key)] = a.Value.String() + " " + a.Value.Type().String()
	}
	return all
}

// outcome returns an iterator that a node has answered with, or an error has come to.
func outcome(err error) *gocql.Iter {
	iter := &gocql.Iter{}
	*failures.Of(iter) = err
	host := (&gocql.HostInfo{}).SetConnectAddress(net.IPv4(127, 0, 0, 1))
	*dbspan.MemberOf[gocql.HostInfo, string]("hostId").Of(host) = "0123"
	*dbspan.MemberOf[gocql.Iter, *gocql.HostInfo]("host").Of(iter) = host
	return iter
}

func run(q *gocql.Query, err error) {
	if end := Query(q); end != nil {
		end(outcome(err), hook.Returned)
	}
}

// refused is an answer of a server's that says no.
type refused struct{}

func (refused) Code() int       { return 0x2200 }
func (refused) Message() string { return "unconfigured table 's3cret'" }
func (refused) Error() string   { return "no: s3cret" }

// A query has what the conventions ask for: its span all of it, its duration what does not
// differ from one call to the next.
func TestQuery(t *testing.T) {
	var s gocql.Session
	for _, c := range []struct {
		statement, name, text, message, kind string
		err                                  error
	}{
		{"SELECT a FROM orders WHERE id = ?", "SELECT orders", "SELECT a FROM orders WHERE id = ?", "", "", nil},
		{"SELECT a FROM orders WHERE id = 's3cret'", "SELECT orders", "SELECT a FROM orders WHERE id = ?", "unconfigured table", "8704", refused{}},
		{"SELECT a FROM orders", "SELECT orders", "SELECT a FROM orders", "gocql: no hosts available in the pool", "github.com/gocql/gocql.ErrNoConnections", gocql.ErrNoConnections},
		{"SELECT a FROM orders", "SELECT orders", "SELECT a FROM orders", "wrapped: context canceled", "context.Canceled", fmt.Errorf("wrapped: %w", context.Canceled)},
	} {
		spans, r := record(t), measure(t)
		run(s.Query(c.statement).Consistency(gocql.LocalQuorum).PageSize(100).Idempotent(true).WithContext(t.Context()), c.err)
		want := map[string]string{
			"db.system.name": "cassandra STRING", "db.query.summary": c.name + " STRING", "server.address": "127.0.0.1 STRING",
		}
		if c.kind != "" {
			want["error.type"] = c.kind + " STRING"
		}
		if c.kind == "8704" {
			want["db.response.status_code"] = "8704 STRING"
		}
		if got := durations(t, r); len(got) != 1 || !maps.Equal(got[0], want) {
			t.Errorf("measured %v, want %v", got, want)
		}
		maps.Copy(want, map[string]string{
			"db.query.text": c.text + " STRING", "cassandra.consistency.level": "local_quorum STRING", "cassandra.page.size": "100 INT64",
			"cassandra.query.idempotent": "true BOOL", "cassandra.coordinator.id": "0123 STRING",
		})
		got := spans.Ended()[0]
		if got.Name() != c.name || got.SpanKind() != trace.SpanKindClient || !maps.Equal(texts(got.Attributes()), want) {
			t.Errorf("%s %v\nwant %v", got.Name(), texts(got.Attributes()), want)
		}
		if (got.Status().Code == codes.Error) != (c.kind != "") || got.Status().Description != c.message {
			t.Errorf("%+v, want %q", got.Status(), c.message)
		}
	}
}

// A batch is told of by its statements, and how many they are.
func TestBatch(t *testing.T) {
	var s gocql.Session
	for _, c := range []struct {
		statements       []string
		name, text, size string
	}{
		{[]string{"INSERT INTO a (b) VALUES (?)", "INSERT INTO a (b) VALUES (?)"}, "BATCH INSERT a", "INSERT INTO a (b) VALUES (?)", "2 INT64"},
		{[]string{"INSERT INTO a (b) VALUES (?)", "DELETE FROM a WHERE b = 1"}, "BATCH", "INSERT INTO a (b) VALUES (?); DELETE FROM a WHERE b = ?", "2 INT64"},
		{[]string{"DELETE FROM a WHERE b = 1"}, "DELETE a", "DELETE FROM a WHERE b = ?", ""},
	} {
		spans := record(t)
		b := s.NewBatch(gocql.LoggedBatch).WithContext(t.Context())
		for _, statement := range c.statements {
			b.Query(statement)
		}
		Batch(b)(outcome(nil), hook.Returned)
		got := spans.Ended()[0]
		told := texts(got.Attributes())
		if got.Name() != c.name || told["db.query.text"] != c.text+" STRING" || told["db.operation.batch.size"] != c.size || told["server.address"] == "" {
			t.Errorf("%s %v, want %+v", got.Name(), told, c)
		}
	}
	spans := record(t)
	Batch(s.NewBatch(gocql.LoggedBatch).WithContext(t.Context()))(nil, hook.Panicked)
	if got := spans.Ended()[0]; got.Name() != "BATCH" || got.Status().Description != "panic" {
		t.Errorf("%s %+v", got.Name(), got.Status())
	}
}

type observer struct{}

func (observer) ObserveQuery(context.Context, gocql.ObservedQuery) {}
func (observer) ObserveBatch(context.Context, gocql.ObservedBatch) {}

// What the program tells of itself, and what works for telemetry, is not told of. An observer
// that is not known changes nothing.
func TestLeftAlone(t *testing.T) {
	var s gocql.Session
	spans := record(t)
	run(s.Query("SELECT a FROM b").WithContext(t.Context()).Observer(observer{}), nil)
	if n := len(spans.Ended()); n != 1 {
		t.Errorf("%d spans", n)
	}
	before := instrumentations
	instrumentations = []string{"github.com/goweaver/weaver/builtin/gocql"}
	t.Cleanup(func() { instrumentations = before })
	run(s.Query("SELECT a FROM b").WithContext(t.Context()).Observer(observer{}), nil)
	run(s.Query("SELECT a FROM b").WithContext(telemetry.Untraced(t.Context())), nil)
	if Batch(s.NewBatch(gocql.LoggedBatch).WithContext(t.Context()).Observer(observer{})) != nil || len(spans.Started()) != 1 {
		t.Errorf("%d spans", len(spans.Started()))
	}
}

// A failure that panics when it is asked is one all the same.
func TestOddFailure(t *testing.T) {
	var s gocql.Session
	var none *odd
	spans := record(t)
	run(s.Query("SELECT a FROM b").WithContext(t.Context()), none)
	if got := spans.Ended()[0]; texts(got.Attributes())["error.type"] != "*hooks.odd STRING" {
		t.Errorf("%v", texts(got.Attributes()))
	}
	run(s.Query("SELECT a FROM b").WithContext(t.Context()), errors.New(`can not marshal string "s3cret"`))
	if got := spans.Ended()[1].Status().Description; got != "can not marshal" {
		t.Errorf("%q", got)
	}
}

type odd struct{ text string }

func (o *odd) Error() string { return o.text }

// Without a provider, and where the built-in is switched off, nothing happens; nor does it
// cost an allocation.
func TestNobody(t *testing.T) {
	var s gocql.Session
	q, b := s.Query("SELECT a FROM b").WithContext(t.Context()), s.NewBatch(gocql.LoggedBatch)
	call := func() bool { return Query(q) == nil && Batch(b) == nil }
	if n := testing.AllocsPerRun(100, func() { call() }); n != 0 || !call() {
		t.Errorf("%v allocations", n)
	}
	library.On = false // the switch is read once, when the package is initialised
	t.Cleanup(func() { library.On = true })
	record(t)
	if !call() {
		t.Error("a hook does something")
	}
}
