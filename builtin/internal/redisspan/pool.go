package redisspan

import (
	"context"
	"reflect"
	"strconv"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/dbconv"
)

// Stats is how a pool is. What is below 0 is not known, and no limit is told for a Max that
// is 0.
type Stats struct {
	Idle, Used            int64 // connections
	Max, IdleMax, IdleMin int64 // what the program has set
	Pending               int64 // calls that wait for a connection
	Timeouts              int64 // of calls that have waited, so far
}

// A pool is that of a client, if it has one that is observed. The library's pools guard it.
type pool struct {
	name  string
	stats func() (Stats, bool)

	measured, idle, used metric.ObserveOption
}

// pools are the clients whose pools are observed, by the pools' names. Those of the process,
// since a provider's readers ask for all of them at once, with nothing in their hands.
type pools struct {
	mu    sync.Mutex
	named map[string]*Client

	// Whoever collects holds locks of its own, which making an instrument takes as well, and
	// then asks for what mu guards. So the reports have a lock that is not asked for then.
	reports sync.Mutex
	meter   metric.Meter        // the one that reports
	ends    metric.Registration // of its report
}

// Observe begins to observe the pool of c, under a name that no other has at the time: the
// second to the same place is called place-2. stats returns how it is, and false if it is
// closed or its client is gone: then that is the end of it.
func (l *Library) Observe(c *Client, stats func() (Stats, bool)) {
	p := &l.pools
	p.mu.Lock()
	defer p.mu.Unlock()
	name := c.target.name
	for i := 2; p.taken(name); i++ {
		name = c.target.name + "-" + strconv.Itoa(i)
	}
	attr := semconv.DBClientConnectionPoolName(name)
	c.pool = pool{
		name: name, stats: stats,
		measured: metric.WithAttributeSet(attribute.NewSet(attr)),
		idle:     metric.WithAttributeSet(attribute.NewSet(attr, semconv.DBClientConnectionStateIdle)),
		used:     metric.WithAttributeSet(attribute.NewSet(attr, semconv.DBClientConnectionStateUsed)),
	}
	p.named[name] = c
}

// taken reports whether the name is that of a pool that is open.
func (p *pools) taken(name string) bool {
	c := p.named[name]
	if c == nil {
		return false
	}
	if _, open := c.pool.stats(); !open {
		p.drop(c)
		return false
	}
	return true
}

// Forget ends the observation of c's pool.
func (l *Library) Forget(c *Client) {
	l.pools.mu.Lock()
	defer l.pools.mu.Unlock()
	l.pools.drop(c)
}

func (p *pools) drop(c *Client) {
	if p.named[c.pool.name] == c {
		delete(p.named, c.pool.name)
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
	idleMax, _ := dbconv.NewClientConnectionIdleMaxObservable(m)
	idleMin, _ := dbconv.NewClientConnectionIdleMinObservable(m)
	pending, _ := dbconv.NewClientConnectionPendingRequestsObservable(m)
	timeouts, _ := dbconv.NewClientConnectionTimeoutsObservable(m)
	// Where it fails there is nothing to report to.
	p.ends, _ = m.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		for _, one := range p.observed() {
			s, t := one.stats, one.pool
			o.ObserveInt64(count.Inst(), s.Idle, t.idle)
			o.ObserveInt64(count.Inst(), s.Used, t.used)
			o.ObserveInt64(timeouts.Inst(), s.Timeouts, t.measured)
			o.ObserveInt64(idleMin.Inst(), s.IdleMin, t.measured)
			if s.Pending >= 0 {
				o.ObserveInt64(pending.Inst(), s.Pending, t.measured)
			}
			if s.IdleMax > 0 {
				o.ObserveInt64(idleMax.Inst(), s.IdleMax, t.measured)
			}
			if s.Max > 0 {
				o.ObserveInt64(most.Inst(), s.Max, t.measured)
			}
		}
		return nil
	}, count.Inst(), most.Inst(), idleMax.Inst(), idleMin.Inst(), pending.Inst(), timeouts.Inst())
}

// An observation is how a pool is at the moment.
type observation struct {
	pool  pool
	stats Stats
}

// observed returns how the open pools are that nobody else measures.
func (p *pools) observed() (all []observation) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.named {
		stats, open := c.pool.stats()
		if !open {
			p.drop(c)
			continue
		}
		if _, measured := c.foreign(); !measured {
			all = append(all, observation{c.pool, stats})
		}
	}
	return all
}
