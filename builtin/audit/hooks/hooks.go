// Package hooks holds the functions that record what a woven function was called for and
// what came of it.
//
// There are two for each function, of two rules: Attempt or AttemptDetails, which may refuse
// the call, as no hook can that is told of the end; and Outcome right behind it, which is told.
// What the first knows it hands to the second in the place of the function's context,
// and the second puts that back, so that the function sees none but its own.
package hooks

import (
	"context"
	"encoding/binary"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/goweaver/weaver/builtin/audit/sink"
	"github.com/goweaver/weaver/builtin/internal/guard"
	"github.com/goweaver/weaver/builtin/internal/perfunc"
	"github.com/goweaver/weaver/instrument/hook"
)

// What outlasts the calls of the hooks, which have no receiver to keep it in. The first says
// that the program has this package in it. calls is how many there were, and process what
// this process's IDs start with: they have to be unique and need not be secret.
var (
	_         = guard.Audit.Set()
	functions = perfunc.New(describe)
	attempts  sync.Pool // of *attempt
	calls     atomic.Uint64
	process   = rand.Uint64()
)

// A function is what is recorded of a woven one, whoever calls it.
type function struct {
	name, action string
	outcomeOnly  bool // nothing is recorded before it
}

func describe(f *hook.Func) *function {
	d := &function{name: f.FullName(), action: f.Text("action"), outcomeOnly: f.Text("mode") == "outcome"}
	if d.action == "" {
		d.action = d.name
	}
	return d
}

// An attempt is one call. It is used again once it has ended: it stands for no context but
// between the two hooks, and nothing else of the program gets to see it.
type attempt struct {
	context.Context // the function's own, which may be nil

	sink   sink.Sink
	to     context.Context // for the sink
	record sink.Record     // of the attempt
	began  time.Time
	end    func(hook.Exit, error) error // the method ended, bound once
}

// Attempt records that the function is called, and returns a context for [Outcome] to take. It
// returns an error, with which the function does not run, if that can not be recorded. In mode
// outcome it records nothing, but does refuse where no outcome could be recorded either,
// since the program has set no sink: that is a mistake, and not one of the sink's.
func Attempt(ctx context.Context, fn *hook.Func) (context.Context, error) {
	return begin(ctx, fn, hook.Captured{})
}

// AttemptDetails is [Attempt] for rules that capture.
func AttemptDetails(ctx context.Context, fn *hook.Func, details hook.Captured) (context.Context, error) {
	return begin(ctx, fn, details)
}

func begin(ctx context.Context, fn *hook.Func, details hook.Captured) (context.Context, error) {
	f := functions.Of(fn)
	s, actor, err := sink.Current()
	began := time.Now()
	if err != nil {
		r := sink.Record{Time: began.UTC(), Action: f.action, Function: f.name, Details: detailsOf(details), Outcome: sink.Attempted}
		return ctx, &sink.Error{Record: r, Reason: err}
	}
	a, ok := attempts.Get().(*attempt)
	if !ok {
		a = new(attempt)
		a.end = a.ended
	}
	a.Context, a.sink, a.to, a.began = ctx, s, lasting(ctx), began
	if ctx == nil {
		ctx = a.to
	}
	a.record = sink.Record{
		Call: newID(), Time: began.UTC(), Actor: actor(ctx), Action: f.action, Function: f.name,
		Details: detailsOf(details), Outcome: sink.Attempted,
	}
	if f.outcomeOnly {
		return a, nil
	}
	if err := s.Write(a.to, a.record); err != nil {
		failed := &sink.Error{Record: a.record, Reason: err}
		a.release()
		return ctx, failed
	}
	return a, nil
}

// Outcome gives the function its own context back, and records how it ends. Where it can
// return an error that there is no record of that, it does so beside its own.
func Outcome(ctx context.Context) (context.Context, func(hook.Exit, error) error) {
	a, ok := ctx.(*attempt)
	if !ok { // called before this package was initialised, when nothing is woven
		return ctx, nil
	}
	return a.Context, a.end
}

// ended records the outcome, and returns the error that the function returns.
func (a *attempt) ended(how hook.Exit, err error) error {
	r := a.record
	r.Duration = time.Since(a.began)
	r.Time = a.began.Add(r.Duration).UTC()
	r.Outcome = sink.Succeeded
	switch {
	case how == hook.Panicked:
		r.Outcome = sink.Panicked
	case how == hook.Goexit:
		r.Outcome = sink.Exited
	case err != nil:
		r.Outcome, r.Error = sink.Failed, errorText(err)
	}
	failed := a.sink.Write(a.to, r)
	switch {
	case failed == nil:
	case how != hook.Returned:
		lost(a.to, a.sink, r, failed)
	case err == nil:
		err = &sink.Error{Record: r, Reason: failed}
	default:
		err = errors.Join(err, &sink.Error{Record: r, Reason: failed})
	}
	a.release()
	return err
}

// lost tells of a record that was not written, where no caller can be told.
func lost(ctx context.Context, s sink.Sink, r sink.Record, err error) {
	if l, ok := s.(sink.Loser); ok {
		l.Lost(ctx, r, err)
		return
	}
	slog.LogAttrs(ctx, slog.LevelError, "audit record lost", slog.Any("record", r), slog.Any("reason", err))
}

// release has the attempt be another one's. After a panic of the program's sink or actor it
// is not called, and the attempt is garbage.
func (a *attempt) release() {
	a.Context, a.sink, a.to, a.record = nil, nil, nil, sink.Record{}
	attempts.Put(a)
}

// lasting returns a context with the values of ctx that is never cancelled.
func lasting(ctx context.Context) context.Context {
	switch {
	case ctx == nil:
		return context.Background()
	case ctx.Done() == nil:
		return ctx
	}
	return context.WithoutCancel(ctx)
}

func newID() (id sink.ID) {
	binary.BigEndian.PutUint64(id[:8], process)
	binary.BigEndian.PutUint64(id[8:], calls.Add(1))
	return id
}
