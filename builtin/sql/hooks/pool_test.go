package hooks

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"testing"
	"time"

	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// A call for a connection is pending until it ends, in whatever way; the time is that of those
// that got one.
func TestAcquire(t *testing.T) {
	r, db := measure(t), openShop(t)
	pending := func() int64 {
		sum, _ := collect(t, r, "db.client.connection.pending_requests").(metricdata.Sum[int64])
		return sum.DataPoints[0].Value
	}
	for _, err := range []error{nil, context.DeadlineExceeded, context.Canceled, context.Canceled, driver.ErrBadConn} {
		end := Acquire(db)
		if n := pending(); n != 1 {
			t.Errorf("%v: %d are pending", err, n)
		}
		end(err)
		if n := pending(); n != 0 {
			t.Errorf("%v: %d are pending", err, n)
		}
	}
	wait, _ := collect(t, r, "db.client.connection.wait_time").(metricdata.Histogram[float64])
	timeouts, _ := collect(t, r, "db.client.connection.timeouts").(metricdata.Sum[int64])
	if wait.DataPoints[0].Count != 1 || timeouts.DataPoints[0].Value != 1 {
		t.Errorf("%d waited, %d timed out", wait.DataPoints[0].Count, timeouts.DataPoints[0].Value)
	}
	if name, _ := wait.DataPoints[0].Attributes.Value("db.client.connection.pool.name"); name.AsString() != "db.example:6432/shop" {
		t.Errorf("the pool is called %q", name.AsString())
	}
}

// A pool is reported to the provider of the moment, and to no other any more.
func TestProviderReplaced(t *testing.T) {
	first := measure(t)
	openShop(t)
	_ = meters.Current()
	second := measure(t)
	_ = meters.Current()
	if collect(t, first, "db.client.connection.count") != nil || collect(t, second, "db.client.connection.count") == nil {
		t.Error("it is not")
	}
}

// A pool whose mutex is locked for good, as a panic in database/sql leaves it, is not waited
// for.
func TestLockedForGood(t *testing.T) {
	r := measure(t)
	db := sql.OpenDB(&fake{})
	d := databaseOf(db)
	t.Cleanup(func() { open.remove(d) })
	_ = meters.Current()
	dbMutex.of(db).Lock()
	collected := make(chan metricdata.Aggregation)
	go func() { collected <- collect(t, r, "db.client.connection.count") }()
	select {
	case got := <-collected:
		if got != nil {
			t.Error("it is observed")
		}
	case <-time.After(10 * time.Second):
		t.Error("it is waited for")
	}
}
