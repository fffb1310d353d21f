// Package sink holds where audit records go: to a Sink of the program's own, which the
// built-in audit hands a record of each call of a woven function, before it and after it.
//
//	func main() {
//		if !sink.Woven() {
//			log.Fatal("this program was built without its audit; build it with go tool weaver")
//		}
//		sink.Actor(func(ctx context.Context) string { return user.From(ctx).Name })
//		sink.Set(trail)
package sink

import (
	"context"
	"errors"

	"github.com/goweaver/weaver/builtin/internal/guard"
)

// A Sink keeps records. Write returns nil once the record is where it will not be lost, on
// disk or in a database, say: the function that the record is about goes on then, and does
// not before. Any other error has that function fail. A panic goes on as one of that function.
//
// Write is called by many goroutines at once. The context has the values of the function's own,
// a trace for example, but is not cancelled with it: what a cancelled call did has to
// be recorded too. So a sink that may hang has to set itself a time limit.
//
// What Write calls is woven as any other function is. It must not call, on whatever way, a
// function that is audited itself, which would call it again for ever.
type Sink interface {
	Write(ctx context.Context, r Record) error
}

// A Loser is a [Sink] that wants to know which records it failed to write where the
// function that they are about can not return an error any more, since it panics or its
// goroutine ends by runtime.Goexit. Of other sinks' those are logged by slog.Default at
// level Error.
type Loser interface {
	Sink
	// Lost is called with what Write was called with, and what it returned.
	Lost(ctx context.Context, r Record, err error)
}

// Func is a Sink that is one function.
type Func func(ctx context.Context, r Record) error

// Write calls f.
func (f Func) Write(ctx context.Context, r Record) error { return f(ctx, r) }

// What the program has set outlasts the calls of the hooks, which have no receiver to keep
// it in.
var (
	currentSink  = guard.NewSetting[Sink]("sink.Set")
	currentActor = guard.NewSetting[func(context.Context) string]("sink.Actor")
)

// Set sets where records go. Until then audited functions do not run, and return an error. It
// is called once, before the first of these; a second call panics, since one package would
// otherwise take the records that another one relies on, and nobody would be told. So
// does a nil sink.
func Set(s Sink) {
	if s == nil {
		panic("sink.Set is given nil; give it a sink, or do not call it and no audited function runs")
	}
	currentSink.Set(s)
}

// Actor sets who tells on whose behalf a function is called: a user, an account, the name of
// a service. It is called once for each call of an audited function, with the context that
// has, context.Background for a nil one, by many goroutines at once. An empty
// string is recorded as it is. Until it is set audited functions do not run; a program
// that knows no users sets one that returns what the program itself is called. As for
// [Set] a second call panics, and nil does.
func Actor(of func(context.Context) string) {
	if of == nil {
		panic("sink.Actor is given nil; give it a function, or do not call it and no audited function runs")
	}
	currentActor.Set(of)
}

// SetForTest has records go to s until the test ends, with actors that the function tells,
// and then where they went before. t is the *testing.T. Tests that run in parallel have one
// sink in common.
func SetForTest(t guard.Test, s Sink, actor func(context.Context) string) {
	t.Helper()
	currentSink.SetForTest(t, s)
	currentActor.SetForTest(t, actor)
}

// Current returns where records go and who tells the actor, or [NotSet] or [NoActor].
func Current() (s Sink, actor func(context.Context) string, err error) {
	s, _ = currentSink.Get()
	actor, _ = currentActor.Get()
	switch {
	case s == nil:
		return nil, nil, NotSet
	case actor == nil:
		return nil, nil, NoActor
	}
	return s, actor, nil
}

// Woven reports whether this program was built by weaver and at least one of its functions
// is audited. It is told from the start of main on. A program that must not run without its
// audit asks there, since one that was built by the plain go command records nothing.
func Woven() bool { return guard.Audit.IsSet() }

// NotRecorded is what errors.Is finds in each error that a function returns because a record
// of it could not be written, whatever the reason.
var NotRecorded = errors.New("audit record not written")

// The reasons why nothing can be recorded before the first sink was asked.
var (
	// NotSet is that there is no sink.
	NotSet = errors.New("no sink is set; call sink.Set at the start of main")
	// NoActor is that nobody tells the actor.
	NoActor = errors.New("nobody tells who the actor is; call sink.Actor at the start of main")
)

// An Error is what a woven function returns if a record of it could not be written: alone, or
// joined (errors.Join) with the error that it returned.
type Error struct {
	// Record is the one that was not written. If its Outcome is [Attempted] the function
	// did not run; else it did, and has the effects that it had.
	Record Record
	// Reason is what the sink returned, as it is, or [NotSet] or [NoActor].
	Reason error
}

// Error says in one line what became of the function and why the record was not written.
func (e *Error) Error() string {
	if e.Record.Outcome == Attempted {
		return e.Record.Function + ": not run, since the attempt can not be recorded: " + e.Reason.Error()
	}
	return e.Record.Function + ": " + string(e.Record.Outcome) + ", and that can not be recorded: " + e.Reason.Error()
}

// Unwrap returns the reason, so that errors.Is and errors.As find in it what they would
// have found in what the sink returned.
func (e *Error) Unwrap() error { return e.Reason }

// Is reports whether target is [NotRecorded].
func (e *Error) Is(target error) bool { return target == NotRecorded }
