// Package hooks holds the functions that log the start and the end of a woven function.
package hooks

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/goweaver/weaver/builtin/internal/logway"
	"github.com/goweaver/weaver/instrument/hook"
)

// Ctx logs that fn has started, with the values c, and returns what logs how it ended: nil
// where the default logger is enabled for neither. The record has the context, so that what
// handlers make of one, such as the ids of a trace, is in it.
//
// The exit function takes a hook.Exit, not a hook.Panic. What a panic's value says is the
// program's, or a peer's, and may be as secret as a parameter; and nothing has to be recovered.
func Ctx(ctx context.Context, fn *hook.Func, c hook.Captured) func(hook.Exit) {
	if call := begin(ctx, fn, c); call != nil {
		return call.end
	}
	return nil
}

// CtxErr is [Ctx] for a function that returns an error last.
func CtxErr(ctx context.Context, fn *hook.Func, c hook.Captured) func(hook.Exit, error) {
	if call := begin(ctx, fn, c); call != nil {
		return call.endErr
	}
	return nil
}

// Plain is [Ctx] for a function without a context.
func Plain(fn *hook.Func, c hook.Captured) func(hook.Exit) {
	return Ctx(context.Background(), fn, c)
}

// PlainErr is [CtxErr] for a function without a context.
func PlainErr(fn *hook.Func, c hook.Captured) func(hook.Exit, error) {
	return CtxErr(context.Background(), fn, c)
}

// A call is one of a function that is logged. The exit functions are bound to it when it is
// made, and it is used again, so that a call that nothing is logged of allocates nothing.
type call struct {
	of       *settings
	ctx      context.Context
	start    time.Time
	on       bool          // whether the level of the start is enabled
	captured hook.Captured // where it is not
	attrs    []slog.Attr   // where it is, or once the function has failed
	found    hidden        // what is secret in them

	end    func(hook.Exit)
	endErr func(hook.Exit, error)
}

// calls is package-level since a hook has no receiver that could keep it.
var calls sync.Pool

func newCall() *call {
	if c, ok := calls.Get().(*call); ok {
		return c
	}
	c := &call{}
	c.end = func(e hook.Exit) { c.finish(e, nil) }
	c.endErr = c.finish
	return c
}

func begin(ctx context.Context, fn *hook.Func, captured hook.Captured) *call {
	if ctx == nil {
		ctx = context.Background()
	}
	s, logger := made.Of(fn), slog.Default()
	on := logger.Enabled(ctx, s.level)
	if !on && !logger.Enabled(ctx, slog.LevelError) {
		return nil
	}
	c := newCall()
	c.of, c.ctx, c.on = s, ctx, on
	if on {
		c.attrs = s.parameters(c.attrs, captured, false, &c.found)
		if s.start {
			log(ctx, logger, s, s.level, s.started, c.attrs)
		}
	} else {
		c.captured = captured
	}
	c.start = time.Now() // the function's own time, without that of the line before it
	return c
}

// finish logs how the function ended, and gives the call back: it runs once.
func (c *call) finish(end hook.Exit, err error) {
	defer c.free() // a handler that panics does so in the function, as in the program's own code
	took := time.Since(c.start)
	s, level, message := c.of, slog.LevelError, c.of.failed
	switch {
	case end == hook.Panicked:
		message = s.panicked
	case end == hook.Goexit:
		message = s.exited
	case err == nil:
		level, message = s.level, s.finished
	}
	logger := slog.Default()
	if level == s.level && err == nil && end == hook.Returned && !c.on || !logger.Enabled(c.ctx, level) {
		return
	}
	if !c.on {
		c.attrs = s.parameters(c.attrs, c.captured, true, &c.found)
	}
	c.attrs = append(c.attrs, slog.Duration("duration", took))
	if err != nil && end == hook.Returned {
		c.attrs = append(c.attrs, slog.Any("error", s.errorOf(err, &c.found)))
	}
	log(c.ctx, logger, s, level, message, c.attrs)
}

func (c *call) free() {
	clear(c.attrs)
	clear(c.found.texts)
	*c = call{attrs: c.attrs[:0], found: hidden{c.found.texts[:0]}, end: c.end, endErr: c.endErr}
	calls.Put(c)
}

// log hands over a record whose place is the woven function. The record has a copy of the
// attributes: a handler may keep it.
func log(ctx context.Context, l *slog.Logger, s *settings, level slog.Level, message string, attrs []slog.Attr) {
	r := slog.NewRecord(time.Now(), level, message, s.pc)
	r.AddAttrs(attrs...)
	logway.Handle(ctx, l, r)
}
