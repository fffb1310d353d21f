package hooks

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/go-redis/redis/v8"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/goweaver/weaver/internal/servertest"
)

// points returns the attributes of the metric's points.
func points(t *testing.T, r metric.Reader, name string) (all []map[string]string) {
	t.Helper()
	switch data := collect(t, r, name).(type) {
	case metricdata.Histogram[float64]:
		for _, p := range data.DataPoints {
			all = append(all, texts(p.Attributes.ToSlice()))
		}
	case metricdata.Sum[int64]:
		for _, p := range data.DataPoints {
			all = append(all, texts(p.Attributes.ToSlice()))
		}
	}
	return all
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
	addr := servertest.Redis(t)
	r := measure(t)
	c := open(t, &redis.Options{Addr: addr, DB: 2, PoolSize: 2, PoolTimeout: time.Millisecond, MaxRetries: -1})
	pool := addr + "/2"
	if err := do(t.Context(), c, "ping"); err != nil {
		t.Fatal(err)
	}
	one, two := c.Conn(t.Context()), c.Conn(t.Context())
	for _, conn := range []*redis.Conn{one, two} {
		if err := conn.Ping(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
	}
	if err := do(t.Context(), c, "ping"); err == nil || err.Error() != "redis: connection pool timeout" {
		t.Fatalf("there are connections left: %v", err)
	}
	for name, want := range map[string]int64{
		"db.client.connection.max": 2, "db.client.connection.idle.min": 0, "db.client.connection.timeouts": 1,
	} {
		if got := value(t, r, name, pool, ""); got != want {
			t.Errorf("%s is %d, want %d", name, got, want)
		}
	}
	if used, idle := value(t, r, "db.client.connection.count", pool, "used"), value(t, r, "db.client.connection.count", pool, "idle"); used != 2 || idle != 0 {
		t.Errorf("%d used, %d idle", used, idle)
	}
	_ = one.Close()
	if used, idle := value(t, r, "db.client.connection.count", pool, "used"), value(t, r, "db.client.connection.count", pool, "idle"); used != 1 || idle != 1 {
		t.Errorf("%d used, %d idle when one is given back", used, idle)
	}
	_ = two.Close()
	if sum, _ := collect(t, r, "db.client.connection.timeouts").(metricdata.Sum[int64]); !sum.IsMonotonic {
		t.Error("timeouts may become fewer")
	}
}

// Pools that are the same to look at have names of their own; a name is free when its client
// is closed or gone.
func TestPoolNames(t *testing.T) {
	r := measure(t)
	want := func(names ...string) {
		t.Helper()
		var got []string
		for _, p := range points(t, r, "db.client.connection.max") {
			got = append(got, p["db.client.connection.pool.name"])
		}
		if slices.Sort(got); !slices.Equal(got, names) {
			t.Errorf("pools %q instead of %q", got, names)
		}
	}
	o := func() *redis.Options { return &redis.Options{Addr: "pools:1"} }
	a, b := open(t, o()), open(t, o())
	_, end := Process(t.Context(), a, redis.NewCmd(t.Context(), "ping")) // has the instruments made
	end(nil, 0)
	want("pools:1/0 STRING", "pools:1/0-2 STRING")
	_ = a.Close()
	c := open(t, o())
	want("pools:1/0 STRING", "pools:1/0-2 STRING")
	_, _ = b.Close(), c.Close()
	want()

	New()(redis.NewClient(o())) // and nobody has it
	for range 1000 {            // until it is gone
		runtime.GC()
		if points(t, r, "db.client.connection.max") == nil {
			return
		}
	}
	t.Error("a client that is dropped is still observed")
}
