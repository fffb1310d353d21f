package readiness

// One check, which many may wait for and which is asked once at a time.

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

type probe struct {
	name  string
	check func(context.Context) error

	mu   sync.Mutex
	run  *run      // the last one, or nil
	said time.Time // when it returned
}

// A run is one call of a check. err is set before done is closed.
type run struct {
	done    chan struct{}
	err     error
	started time.Time
}

// grace is what a check has to return its own error when its context has ended.
const grace = 50 * time.Millisecond

// ask returns what the check says, or has said within maxAge.
func (p *probe) ask(ctx context.Context, timeout, maxAge time.Duration) Check {
	r := p.current(timeout, maxAge)
	late := time.NewTimer(time.Until(r.started.Add(timeout + grace)))
	defer late.Stop()
	select {
	case <-r.done:
	case <-late.C:
	case <-ctx.Done():
	}
	select {
	case <-r.done: // whatever else there was as well
		return checked(p.name, r.err)
	default:
		return checked(p.name, fmt.Errorf("no answer in %v", time.Since(r.started).Round(time.Millisecond)))
	}
}

// current returns the run whose answer counts: the one that goes on, however late it is, since
// a check that hangs would else be started again at each probe; the last one if it is not too
// old; or a new one.
func (p *probe) current(timeout, maxAge time.Duration) *run {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.run != nil && (p.said.IsZero() || time.Since(p.said) < maxAge) {
		return p.run
	}
	r := &run{done: make(chan struct{}), err: errEnded, started: time.Now()}
	p.run, p.said = r, time.Time{}
	go p.call(r, timeout)
	return r
}

// errEnded is the error of a check that neither returned nor panicked.
var errEnded = errors.New("the check ended its goroutine")

// call runs the check. It belongs to all who wait for it, so none of their contexts ends it. A panic
// would end the program, which is not what a check is for.
func (p *probe) call(r *run, timeout time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer func() {
		if v := recover(); v != nil {
			r.err = fmt.Errorf("the check panicked: %v", v)
		}
		cancel()
		p.mu.Lock()
		defer p.mu.Unlock()
		p.said = time.Now()
		close(r.done)
	}()
	r.err = p.check(ctx)
}
