package hooks

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/goweaver/weaver/builtin/errortrack/reporter"
	"github.com/goweaver/weaver/builtin/internal/goroutine"
)

// A passage is that of an error on its way up.
type passage struct {
	err      error
	function string
	stack    []uintptr
	ctx      context.Context // of the first function on the way that has one
	told     bool            // it has been reported already
	call     int             // the depth of the call whose end it waits for
}

// most is how many errors wait for the end of one call, the last ones: it may be a loop that
// never ends, and has handled all of them.
const most = 16

// ended runs when a call of the function ends with err, or with nil where errors wait for it.
// The context is that of the call, if it has one.
func (s *site) ended(err error, ctx ...context.Context) {
	report := reporter.Current()
	if report == nil && s.awaited.Load() == 0 {
		return
	}
	g := goroutine.Current()
	buf, ok := stacks.Get().(*[deepest]uintptr)
	if !ok {
		buf = new([deepest]uintptr)
	}
	defer stacks.Put(buf)
	w := s.walk(buf)
	arrived := s.take(g, w.depth)
	if err == nil || !w.returned || report == nil || reporting(g) {
		return
	}
	p := match(arrived, err)
	if p == nil {
		p = &passage{function: s.name, stack: append([]uintptr(nil), w.stack...)}
	}
	if p.err = err; p.ctx == nil && len(ctx) > 0 {
		p.ctx = ctx[0]
	}
	if !w.passedOn && !p.told {
		p.told = true
		p.report(g, report)
	}
	if w.next != nil {
		w.next.await(g, w.nextDepth, p)
	}
}

// stacks has room for stacks, of which an error keeps the part that is about it.
var stacks sync.Pool

// await has p wait for the end of the call at that depth. Of too many the oldest is dropped.
func (s *site) await(g uintptr, depth int, p *passage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.call = depth
	all, same, oldest := s.waiting[g], 0, -1
	for i, q := range all {
		if q.call == depth {
			if same++; oldest < 0 {
				oldest = i
			}
		}
	}
	if same == most {
		all = append(all[:oldest], all[oldest+1:]...)
		s.awaited.Add(-1)
	}
	s.waiting[g] = append(all, p)
	s.awaited.Add(1)
}

// take returns the errors that have waited for the end of the call at that depth. What may be
// left of calls further down, none as far as is known, is dropped.
func (s *site) take(g uintptr, depth int) []*passage {
	if s.awaited.Load() == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var taken, left []*passage
	dropped := int64(0)
	for _, p := range s.waiting[g] {
		switch {
		case p.call < depth:
			left = append(left, p)
			continue
		case p.call == depth:
			taken = append(taken, p)
		}
		dropped++
	}
	s.awaited.Add(-dropped)
	if len(left) == 0 {
		delete(s.waiting, g)
	} else {
		s.waiting[g] = left
	}
	return taken
}

// match returns the passage of the first error that err is or wraps, or else of one that wraps
// err, or nil. Of several with one error, which is then one for all, the last is meant: the
// others have been handled.
func match(all []*passage, err error) (found *passage) {
	if len(all) == 0 {
		return nil
	}
	last := func(fits func(*passage) bool) bool {
		for _, p := range slices.Backward(all) {
			if fits(p) {
				found = p
				return true
			}
		}
		return false
	}
	if !visit(err, func(e error) bool { return last(func(p *passage) bool { return same(e, p.err) }) }) {
		last(func(p *passage) bool { return leads(p.err, err) })
	}
	return found
}

func (p *passage) report(g uintptr, report func(context.Context, reporter.Error)) {
	if ignored(p.err) {
		return
	}
	ctx := p.ctx
	if ctx == nil {
		ctx = context.Background()
	}
	e := reporter.Error{Err: p.err, Function: p.function, Stack: make([]runtime.Frame, 0, len(p.stack))}
	frames := runtime.CallersFrames(p.stack)
	for more := len(p.stack) > 0; more; {
		var f runtime.Frame
		f, more = frames.Next()
		e.Stack = append(e.Stack, f)
	}
	busy.Store(g, true)
	busyCount.Add(1)
	defer func() {
		busyCount.Add(-1)
		busy.Delete(g)
	}()
	report(ctx, e)
}

// ignored asks what the program has set. The default looks no further than a chain that ends,
// which errors.Is does.
func ignored(err error) bool {
	if f := reporter.Ignoring(); f != nil {
		return f(err)
	}
	return leads(err, context.Canceled)
}

// busy has the goroutines in which the reporter runs: what that calls may fail too, and would
// be reported for ever.
var (
	busy      sync.Map
	busyCount atomic.Int64
)

func reporting(g uintptr) bool {
	if busyCount.Load() == 0 {
		return false
	}
	_, ok := busy.Load(g)
	return ok
}
