package hooks

import (
	"context"
	"database/sql"
	"errors"
	"reflect"
	"strconv"
	"sync"
	"time"

	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/dbconv"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// meters has the instruments of the provider of the moment.
var meters = telemetry.NewInstruments(scope, newInstruments, metric.WithSchemaURL(semconv.SchemaURL))

// instruments are what the hooks measure with, by the conventions for databases. Of those
// for pools there is none for the time that it takes to make a connection or that one is
// in use: nothing of database/sql's lasts exactly as long.
type instruments struct {
	duration metric.Float64Histogram
	returned metric.Int64Histogram
	wait     metric.Float64Histogram
	timeouts metric.Int64Counter
}

func newInstruments(m metric.Meter) instruments {
	// What can not be made is replaced by what does nothing.
	seconds := metric.WithExplicitBucketBoundaries(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10)
	duration, _ := dbconv.NewClientOperationDuration(m, seconds)
	returned, _ := dbconv.NewClientResponseReturnedRows(m,
		metric.WithExplicitBucketBoundaries(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000))
	wait, _ := dbconv.NewClientConnectionWaitTime(m, seconds)
	timeouts, _ := dbconv.NewClientConnectionTimeouts(m)
	open.report(m)
	return instruments{duration.Inst(), returned.Inst(), wait.Inst(), timeouts.Inst()}
}

// open has the databases that are open. A provider's readers ask for all of them at once,
// with nothing in their hands, so it can be nowhere else.
var open = &pools{named: map[string]*database{}}

// pools are the databases whose pools are observed, by the pools' names. They are not kept
// alive by it: what a program drops without closing it is no longer observed either.
type pools struct {
	mu    sync.Mutex
	named map[string]*database

	// Whoever collects holds locks of its own, which making an instrument takes as well, and
	// then asks for what mu guards. So the reports have a lock that is not asked for then.
	reports sync.Mutex
	meter   metric.Meter        // the one that reports
	ends    metric.Registration // of its report
}

// add begins to observe the database, under a name that no other has at the time: the
// second to the same place is called place-2.
func (p *pools) add(d *database, found description) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.insert(d, found)
}

func (p *pools) insert(d *database, found description) {
	name := found.poolName()
	for i := 2; p.named[name] != nil; i++ {
		name = found.poolName() + "-" + strconv.Itoa(i)
	}
	p.named[name] = d
	d.target.Store(newTarget(found, name))
}

// describe sets what the database is, since more is known of it now.
func (p *pools) describe(d *database, found description) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drop(d)
	if found.foreign {
		d.target.Store(newTarget(found, ""))
	} else {
		p.insert(d, found)
	}
}

// remove ends the observation of the database.
func (p *pools) remove(d *database) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drop(d)
}

func (p *pools) drop(d *database) {
	if name := d.target.Load().pool; p.named[name] == d {
		delete(p.named, name)
	}
}

// report has m report the pools, once however often it is called with the same meter, and
// no other one any more.
func (p *pools) report(m metric.Meter) {
	p.reports.Lock()
	defer p.reports.Unlock()
	if reflect.TypeOf(m).Comparable() {
		if p.meter == m {
			return
		}
		p.meter = m
	}
	if p.ends != nil {
		_ = p.ends.Unregister() // of a provider that is not the program's any more
	}
	count, _ := dbconv.NewClientConnectionCountObservable(m)
	most, _ := dbconv.NewClientConnectionMaxObservable(m)
	idle, _ := dbconv.NewClientConnectionIdleMaxObservable(m)
	pending, _ := dbconv.NewClientConnectionPendingRequestsObservable(m)
	// Where it fails there is nothing to report to.
	p.ends, _ = m.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		for _, d := range p.observed() {
			db := d.db.Value()
			if db == nil {
				p.remove(d)
				continue
			}
			if !answers(db) {
				continue
			}
			stats, t := db.Stats(), d.target.Load()
			o.ObserveInt64(count.Inst(), int64(stats.Idle), t.idle)
			o.ObserveInt64(count.Inst(), int64(stats.InUse), t.used)
			o.ObserveInt64(pending.Inst(), d.pending.Load(), t.measured)
			o.ObserveInt64(idle.Inst(), d.idleMax(stats.MaxOpenConnections), t.measured)
			if stats.MaxOpenConnections > 0 { // else there is no limit
				o.ObserveInt64(most.Inst(), int64(stats.MaxOpenConnections), t.measured)
			}
		}
		return nil
	}, count.Inst(), most.Inst(), idle.Inst(), pending.Inst())
}

// answers reports whether db would say how its pool is. One that has panicked, for a
// context that is nil say, has its mutex locked for good, and whoever asks it anything would
// wait for ever: the reader, and with it the program's end.
func answers(db *sql.DB) bool {
	mu := dbMutex.of(db)
	if mu == nil {
		return true
	}
	for range 50 {
		if mu.TryLock() {
			mu.Unlock()
			return true
		}
		time.Sleep(time.Millisecond)
	}
	return false
}

func (p *pools) observed() []*database {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]*database, 0, len(p.named))
	for _, d := range p.named {
		all = append(all, d)
	}
	return all
}

// idleMax returns how many idle connections the pool keeps, if it may have so many at
// all: 0 stands for database/sql's default, 2, and less than that for none.
func (d *database) idleMax(most int) int64 {
	n := d.idle.Load()
	switch {
	case n == 0:
		n = 2
	case n < 0:
		n = 0
	}
	if most > 0 {
		n = min(n, int64(most))
	}
	return n
}

// CloseDB is for (*sql.DB).Close.
func CloseDB(db *sql.DB) {
	if d, ok := dbSlot.load(db).(*database); ok {
		open.remove(d)
	}
}

// SetMaxIdleConns is for the method of that name, which SetMaxOpenConns calls as well.
func SetMaxIdleConns(db *sql.DB, n int) {
	if !on || db == nil {
		return
	}
	if n == 0 {
		n = -1 // to the method it means none
	}
	databaseOf(db).idle.Store(int64(n))
}

// Acquire is for (*sql.DB).conn, which gets a connection for whatever needs one, be it
// idle, new, or one that has to be waited for.
func Acquire(db *sql.DB) func(error) {
	if !on {
		return nil
	}
	m := meters.Current()
	if m == nil {
		return nil
	}
	d := databaseOf(db)
	t := d.described()
	if d == nil || t.foreign {
		return nil
	}
	d.pending.Add(1)
	began := time.Now()
	return func(err error) {
		d.pending.Add(-1)
		switch {
		case err == nil:
			m.wait.Record(context.Background(), time.Since(began).Seconds(), t.waited...)
		case errors.Is(err, context.DeadlineExceeded):
			m.timeouts.Add(context.Background(), 1, t.measured)
		}
	}
}
