// Package hooks holds the functions that follow an error on its way out of the program's
// functions, and report it where it leaves them.
//
// A function that returns nil costs the call of a hook and of an exit function that look at
// two words; all else is done for errors. The first woven function that an error leaves takes
// the stack. Which of its callers may pass the error on says the stack too: the nearest
// function of the main modules, if it is woven, has the error wait for its end. When that
// function ends with the error, or with one that wraps it or that it wraps, the error
// goes on to the next; when it ends in another way, the error has been handled and is
// forgotten. Where the nearest is not woven, since it can return no error, or there is none,
// the error leaves, and is reported.
//
// So nothing is kept of an error but in the function that it waits for, and no longer than
// a call of that lasts. An error that is one value for all, such as io.EOF, is told from
// itself by the goroutine and the call that it is on its way in.
package hooks

import (
	"context"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/goweaver/weaver/builtin/errortrack/reporter"
	"github.com/goweaver/weaver/builtin/internal/woven"
	"github.com/goweaver/weaver/instrument/hook"
)

// Plain returns what follows the error that the function returns.
func Plain(fn *hook.Func) func(error) { return siteOf(fn).end }

// Ctx is [Plain] for a function that takes a context, which the report has.
func Ctx(ctx context.Context, fn *hook.Func) func(error) {
	s := siteOf(fn)
	if ctx == nil || reporter.Current() == nil {
		return s.end
	}
	c, ok := calls.Get().(*call)
	if !ok {
		c = &call{}
		c.end = c.finish
	}
	c.site, c.ctx = s, ctx
	return c.end
}

// A call is one of a function that takes a context. Its exit function is bound to it when it
// is made, and it is used again: so nothing is allocated where no error occurs.
type call struct {
	site *site
	ctx  context.Context
	end  func(error)
}

// calls is package-level, as all below that is kept, since a hook has no receiver.
var calls sync.Pool

// finish runs once.
func (c *call) finish(err error) {
	s, ctx := c.site, c.ctx
	c.site, c.ctx = nil, nil
	calls.Put(c)
	if err != nil || s.awaited.Load() != 0 {
		s.ended(err, ctx)
	}
}

// A site is a woven function.
type site struct {
	fn      *hook.Func
	name    string       // as runtime.Frame has it
	awaited atomic.Int64 // errors that wait for the end of one of its calls
	end     func(error)

	mu      sync.Mutex
	waiting map[uintptr][]*passage // by goroutine
}

var (
	sites  sync.Map // of *site by *hook.Func, and
	byName sync.Map // by name
	// near has those that were asked for lately, each at a place that its address says.
	near [1 << 10]atomic.Pointer[site]
)

func siteOf(fn *hook.Func) *site {
	at := &near[uintptr(unsafe.Pointer(fn))>>6%uintptr(len(near))]
	if s := at.Load(); s != nil && s.fn == fn {
		return s
	}
	v, ok := sites.Load(fn)
	if !ok {
		v = newSite(fn)
	}
	s := v.(*site)
	at.Store(s)
	return s
}

// newSite is called by a hook that runs for fn.
func newSite(fn *hook.Func) *site {
	s := &site{fn: fn, name: woven.Find(fn).Name, waiting: map[uintptr][]*passage{}}
	if s.name == "" {
		s.name = fn.FullName()
	}
	s.end = s.left
	v, _ := sites.LoadOrStore(fn, s) // of two goroutines' one
	s = v.(*site)
	byName.Store(s.name, s)
	mainPackages.Store(packageOf(s.name), true)
	return s
}

// left is the exit function of a call without a context.
func (s *site) left(err error) {
	if err != nil || s.awaited.Load() != 0 {
		s.ended(err)
	}
}
