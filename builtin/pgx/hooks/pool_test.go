package hooks

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/goweaver/weaver/instrument/hook"
)

// openPool makes a pool as woven code does.
func openPool(t *testing.T, dsn string) *pgxpool.Pool {
	t.Helper()
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	exit := NewPool(config)
	p, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	exit(p, err)
	t.Cleanup(func() {
		ClosePool(p)
		p.Close()
	})
	return p
}

// acquire asks a pool for a connection, as woven code does.
func acquire(ctx context.Context, p *pgxpool.Pool) (*pgxpool.Conn, error) {
	ctx, end := Acquire(ctx, p)
	c, err := p.Acquire(ctx)
	if end != nil {
		end(err, hook.Returned)
	}
	return c, err
}

// value returns the metric's value of the pool, in that state if there is one, or -1.
func value(t *testing.T, r metric.Reader, name, pool, state string) int64 {
	t.Helper()
	sum, _ := collect(t, r, name).(metricdata.Sum[int64])
	for _, p := range sum.DataPoints {
		n, _ := p.Attributes.Value("db.client.connection.pool.name")
		s, _ := p.Attributes.Value("db.client.connection.state")
		if n.AsString() == pool && s.AsString() == state {
			return p.Value
		}
	}
	return -1
}

// A pool is measured as the conventions have it.
func TestPool(t *testing.T) {
	dsn, port := server(t)
	r := measure(t)
	p := openPool(t, dsn+"&pool_max_conns=1")
	name := fmt.Sprintf("127.0.0.1:%d/postgres", port)
	c, err := acquire(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := acquire(ctx, p); err == nil {
		t.Fatal("there is another connection")
	}
	for metric, want := range map[string]int64{
		"db.client.connection.max": 1, "db.client.connection.timeouts": 1, "db.client.connection.pending_requests": 0,
	} {
		if got := value(t, r, metric, name, ""); got != want {
			t.Errorf("%s is %d, want %d", metric, got, want)
		}
	}
	count := func() []int64 {
		return []int64{value(t, r, "db.client.connection.count", name, "used"), value(t, r, "db.client.connection.count", name, "idle")}
	}
	if got := count(); !slices.Equal(got, []int64{1, 0}) {
		t.Errorf("used and idle: %v", got)
	}
	c.Release()
	for range 1000 { // it is put back by a goroutine
		if count()[1] == 1 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if got := count(); !slices.Equal(got, []int64{0, 1}) {
		t.Errorf("used and idle: %v", got)
	}
	if h, _ := collect(t, r, "db.client.connection.wait_time").(metricdata.Histogram[float64]); len(h.DataPoints) != 1 || h.DataPoints[0].Count != 1 {
		t.Errorf("%+v", h)
	}
	second := openPool(t, dsn)
	if got := value(t, r, "db.client.connection.count", name+"-2", "idle"); got < 0 {
		t.Error("the second pool to the same place is not observed")
	}
	RecordStats(hook.Captured{Values: hook.MakeValues("db", second)})
	ClosePool(p)
	for _, gone := range []string{name, name + "-2"} {
		if got := value(t, r, "db.client.connection.count", gone, "idle"); got >= 0 {
			t.Errorf("%s is observed still", gone)
		}
	}
}

// A call of a pool begins where it asks for a connection, and has failed if there is none. A
// pool's own ping, and what connections are set up with, is none of it.
func TestPoolCalls(t *testing.T) {
	dsn, _ := server(t)
	p := openPool(t, dsn+"&pool_max_conns=1")
	spans := record(t)
	outer := PoolExec(t.Context(), "SELECT 1")
	c, err := acquire(outer, p)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(20 * time.Millisecond)
	if err := exec(outer, c.Conn(), "SELECT 1"); err != nil {
		t.Fatal(err)
	}
	if s := spans.Ended()[0]; s.EndTime().Sub(s.StartTime()) < 20*time.Millisecond {
		t.Error("the call begins with its connection")
	}
	inner, _ := Acquire(outer, p)
	if !poolBegan(inner).IsZero() {
		t.Error("what sets a connection up is taken for the call")
	}
	if _, end := Ping(inner, c.Conn()); end != nil {
		t.Error("a ping of the pool's is told of")
	}
	for want, call := range map[string]func(context.Context) context.Context{
		"SELECT orders":  func(ctx context.Context) context.Context { return PoolExec(ctx, "SELECT 1 FROM orders") },
		"COPY orders":    func(ctx context.Context) context.Context { return PoolCopyFrom(ctx, pgx.Identifier{"orders"}) },
		"BEGIN postgres": PoolBegin,
		"PING postgres":  PoolPing,
		"BATCH SELECT": func(ctx context.Context) context.Context {
			b := &pgx.Batch{}
			b.Queue("SELECT 1")
			b.Queue("SELECT 2")
			return PoolSendBatch(ctx, b)
		},
	} {
		spans := record(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		_, err := acquire(call(ctx), p)
		cancel()
		if err == nil || len(spans.Ended()) != 1 || spans.Ended()[0].Name() != want || spans.Ended()[0].Status().Code != codes.Error {
			t.Errorf("%s: %v, %v", want, err, spans.Ended())
		}
	}
	c.Release()
}
