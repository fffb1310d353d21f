package dbspan

import (
	"context"
	"errors"
	"reflect"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/dbconv"
)

// Stats is how a pool of connections is. There is no limit where one is 0.
type Stats struct {
	Idle, Used   int64
	Max, IdleMin int64 // what the program has set
}

// A Pool is one that is observed.
type Pool struct {
	library *Library
	name    string
	stats   func() (Stats, bool)
	pending atomic.Int64 // calls that are waiting for a connection
	foreign atomic.Bool

	measured, idle, used metric.MeasurementOption
}

// pools are those that are open, by their names: a provider's readers ask for all of them at
// once, with nothing in their hands.
type pools struct {
	mu    sync.Mutex
	named map[string]*Pool

	// Whoever collects holds locks of its own, which making an instrument takes as well, and
	// then asks for what mu guards. So the reports have a lock that is not asked for then.
	reports sync.Mutex
	meter   metric.Meter        // the one that reports
	ends    metric.Registration // of its report
}

// Observe begins to observe a pool of connections to the target, under a name that no other
// has at the time: the second to the same place is called place-2. stats returns how it is,
// and false if it is gone: then that is the end of it.
func (l *Library) Observe(t *Target, stats func() (Stats, bool)) *Pool {
	l.pools.mu.Lock()
	defer l.pools.mu.Unlock()
	first := t.pool()
	name := first
	for i := 2; l.pools.taken(name); i++ {
		name = first + "-" + strconv.Itoa(i)
	}
	attr := semconv.DBClientConnectionPoolName(name)
	p := &Pool{
		library: l, name: name, stats: stats,
		measured: metric.WithAttributeSet(attribute.NewSet(attr)),
		idle:     metric.WithAttributeSet(attribute.NewSet(attr, semconv.DBClientConnectionStateIdle)),
		used:     metric.WithAttributeSet(attribute.NewSet(attr, semconv.DBClientConnectionStateUsed)),
	}
	l.pools.named[name] = p
	return p
}

// taken reports whether the name is that of a pool that is there.
func (p *pools) taken(name string) bool {
	one := p.named[name]
	if one == nil {
		return false
	}
	if _, open := one.stats(); !open {
		delete(p.named, name)
		return false
	}
	return true
}

// Forget ends the observation of the pool.
func (p *Pool) Forget() {
	all := &p.library.pools
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.named[p.name] == p {
		delete(all.named, p.name)
	}
}

// SetForeign says that the program has the pool measured by other means.
func (p *Pool) SetForeign() { p.foreign.Store(true) }

// Acquire says that a call asks for a connection. What it returns is to be told the error of
// the call, and is nil if nobody wants to know.
func (p *Pool) Acquire() func(error) {
	if p.foreign.Load() {
		return nil
	}
	m := p.library.meters.Current()
	if m == nil {
		return nil
	}
	p.pending.Add(1)
	began := time.Now()
	return func(err error) {
		p.pending.Add(-1)
		switch {
		case err == nil:
			m.wait.Record(context.Background(), time.Since(began).Seconds(), p.measured)
		case errors.Is(err, context.DeadlineExceeded):
			m.timeouts.Add(context.Background(), 1, p.measured)
		}
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
	idleMin, _ := dbconv.NewClientConnectionIdleMinObservable(m)
	pending, _ := dbconv.NewClientConnectionPendingRequestsObservable(m)
	// Where it fails there is nothing to report to.
	p.ends, _ = m.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		for pool, s := range p.observed() {
			o.ObserveInt64(count.Inst(), s.Idle, pool.idle)
			o.ObserveInt64(count.Inst(), s.Used, pool.used)
			o.ObserveInt64(pending.Inst(), pool.pending.Load(), pool.measured)
			if s.IdleMin > 0 {
				o.ObserveInt64(idleMin.Inst(), s.IdleMin, pool.measured)
			}
			if s.Max > 0 {
				o.ObserveInt64(most.Inst(), s.Max, pool.measured)
			}
		}
		return nil
	}, count.Inst(), most.Inst(), idleMin.Inst(), pending.Inst())
}

// observed returns how the pools are that nobody else measures.
func (p *pools) observed() map[*Pool]Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make(map[*Pool]Stats, len(p.named))
	for name, pool := range p.named {
		stats, open := pool.stats()
		if !open {
			delete(p.named, name)
		} else if !pool.foreign.Load() {
			all[pool] = stats
		}
	}
	return all
}
