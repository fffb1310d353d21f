package sql_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/goweaver/weaver/builtin/internal/livetest/recorded"
)

// Operations are measured with the attributes of their spans, the statement's text aside,
// and in the buckets of the conventions.
func TestDuration(t *testing.T) {
	f := &fake{rows: 3}
	db, r := f.open(t), recorded.Record(t)
	rs, err := db.Query("SELECT a FROM t WHERE b = 'x'")
	if err != nil {
		t.Fatal(err)
	}
	for rs.Next() {
	}
	f.err = errors.New("no")
	ctx, cancel := context.WithCancel(t.Context())
	_, _ = db.ExecContext(ctx, "DELETE FROM t")
	cancel()

	data, _ := r.Data(t, "db.client.operation.duration").(metricdata.Histogram[float64])
	want := map[string]attribute.Set{
		"SELECT t": attribute.NewSet(attribute.String("db.system.name", "other_sql"), attribute.String("db.query.summary", "SELECT t")),
		"DELETE t": attribute.NewSet(attribute.String("db.system.name", "other_sql"), attribute.String("db.query.summary", "DELETE t"),
			attribute.String("error.type", "*errors.errorString")),
	}
	for _, p := range data.DataPoints {
		name, _ := p.Attributes.Value("db.query.summary")
		if set, ok := want[name.AsString()]; !ok || !set.Equals(&p.Attributes) || p.Count != 1 || p.Sum <= 0 {
			t.Errorf("%v: %d, %v", p.Attributes.ToSlice(), p.Count, p.Sum)
		}
		if !slices.Equal(p.Bounds, []float64{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10}) {
			t.Errorf("buckets %v", p.Bounds)
		}
	}
	if len(data.DataPoints) != 2 {
		t.Errorf("%d data points", len(data.DataPoints))
	}
	returned, _ := r.Data(t, "db.client.response.returned_rows").(metricdata.Histogram[int64])
	if len(returned.DataPoints) != 1 || returned.DataPoints[0].Sum != 3 {
		t.Errorf("%+v", returned.DataPoints)
	}
}

// points returns the values of a metric by the state of the connections, if it has one.
func points(t *testing.T, r *recorded.Recorder, name string) map[string]int64 {
	t.Helper()
	out := map[string]int64{}
	sum, _ := r.Data(t, name).(metricdata.Sum[int64])
	for _, p := range sum.DataPoints {
		state, _ := p.Attributes.Value("db.client.connection.state")
		out[state.AsString()] = p.Value
	}
	return out
}

// The pool is observed as long as it is open.
func TestPool(t *testing.T) {
	f := &fake{rows: 3}
	db, r := f.open(t), recorded.Record(t)
	db.SetMaxOpenConns(2)
	a, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := points(t, r, "db.client.connection.count"); got["used"] != 2 || got["idle"] != 0 {
		t.Errorf("count: %v", got)
	}
	if got := points(t, r, "db.client.connection.max"); got[""] != 2 {
		t.Errorf("max: %v", got)
	}

	var waiting sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	waiting.Go(func() { _, _ = db.ExecContext(ctx, "DELETE FROM t") })
	for db.Stats().WaitCount == 0 {
	}
	if got := points(t, r, "db.client.connection.pending_requests"); got[""] != 1 {
		t.Errorf("pending: %v", got)
	}
	cancel()
	waiting.Wait()
	late, cancel := context.WithTimeout(t.Context(), 1)
	defer cancel()
	<-late.Done()
	if err := db.PingContext(late); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	if got := points(t, r, "db.client.connection.timeouts"); got[""] != 1 {
		t.Errorf("timeouts: %v", got)
	}
	if err := errors.Join(a.Close(), b.Close()); err != nil {
		t.Error(err)
	}
	if got := points(t, r, "db.client.connection.count"); got["used"] != 0 || got["idle"] != 2 {
		t.Errorf("count: %v", got)
	}
	wait, _ := r.Data(t, "db.client.connection.wait_time").(metricdata.Histogram[float64])
	if len(wait.DataPoints) != 1 || wait.DataPoints[0].Count != 2 {
		t.Errorf("wait_time: %+v", wait.DataPoints)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := points(t, r, "db.client.connection.count"); len(got) != 0 {
		t.Errorf("count of a closed pool: %v", got)
	}
}

// A pool that was there before the provider is observed as soon as it is used.
func TestPoolBefore(t *testing.T) {
	db := (&fake{}).open(t)
	db.SetMaxIdleConns(7)
	r := recorded.Record(t)
	if err := db.Ping(); err != nil {
		t.Fatal(err)
	}
	if got := points(t, r, "db.client.connection.idle.max"); got[""] != 7 {
		t.Errorf("idle.max: %v", got)
	}
}
