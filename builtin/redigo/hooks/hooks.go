// Package hooks holds the functions that make spans and metrics of what a program does with
// Redis by github.com/gomodule/redigo, called from the bodies of the library's own methods.
//
// All connections of the library, those of a pool and those that log what goes through them,
// stand on one type, whose methods are what is woven. One call of Do is one span. What is sent
// ahead of it, by Send, is answered together with it: that is one span, a pipeline, or a
// transaction if it begins with MULTI and ends with EXEC. Without a Do the pipeline is what a
// Flush sends, until its last answer is received. What the library sends to set a connection up
// is part of the call that needs it, and what a pool sends to see whether an idle one works,
// which is what TestOnBorrow is for, is no call of the program's.
//
// Only DoContext has a context. Where there is none, a call's span belongs to that of the
// context by which the connection was got from its pool, for as long as it is lent: GetContext
// is called where a connection is needed. A call over any other connection begins a trace of its
// own. The context of DialContext is none of a call's: such a connection outlives it.
package hooks

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/goweaver/weaver/builtin/internal/redisspan"
	"github.com/goweaver/weaver/instrument/hook"
)

// library has the switch, the tracer, the instruments and the pools of the built-in. It
// outlasts the calls of the hooks, which have no receiver to keep it in.
var library = newLibrary()

func newLibrary() *redisspan.Library {
	l := redisspan.NewLibrary("redigo", "github.com/goweaver/weaver/builtin/redigo")
	l.ErrorType = errorType
	return l
}

// errorType returns the name of an error of the library's that is one of its variables, or
// that of their type for an answer that has no code.
func errorType(err error) string {
	const pkg = "github.com/gomodule/redigo/redis."
	if errors.Is(err, redis.ErrPoolExhausted) {
		return pkg + "ErrPoolExhausted"
	}
	if answered(err) {
		return pkg + "Error"
	}
	return ""
}

// An answer is an error that the server has answered, as package redisspan knows it.
type answer string

func (a answer) Error() string { return string(a) }

// RedisError says what it is.
func (answer) RedisError() {}

// answered reports whether err is one that the server has answered.
func answered(err error) bool {
	var a answer
	return errors.As(err, &a)
}

// failure returns what a call has failed by, the server's answer as such: err, or the first
// error among the answers of what was sent together.
func failure(reply any, err error) error {
	var e redis.Error
	if errors.As(err, &e) {
		return answer(e)
	}
	if all, ok := reply.([]any); ok && err == nil {
		for _, one := range all {
			if e, ok := one.(redis.Error); ok {
				return answer(e)
			}
		}
	}
	return err
}

// of returns what is known of the connection whose method is running, or nil.
func of(c hook.Captured) *connection {
	if c.Len() == 0 {
		return nil
	}
	return connections.Load(pointer(c.At(0).Any()))
}

// Do is for (*redis.conn).DoWithTimeout, which Do and DoContext come down to. Which database
// is selected is noted whether there is anybody to tell yet or not.
func Do(c hook.Captured, name string, args []any) func(any, error, hook.Exit) {
	selects := library.On && strings.EqualFold(name, "SELECT")
	if !selects && !library.Live() {
		return nil
	}
	known := of(c)
	if known == nil && selects { // the library is setting it up, so nobody else has it
		if at := pointer(c.At(0).Any()); at != nil {
			known = connections.Add(at, &connection{})
		}
	}
	if known == nil || known.inside() {
		return nil
	}
	return known.do(known.lent(), name, args)
}

// DoContext is for (*redis.conn).DoContext.
func DoContext(ctx context.Context, c hook.Captured, name string, args []any) func(any, error, hook.Exit) {
	if ctx == nil || !library.Live() {
		return nil
	}
	known := of(c)
	if known == nil {
		return nil
	}
	if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) > 0 { // else it goes no further
		known.doing.Add(1)
	}
	return known.do(ctx, name, args)
}

// Send is for (*redis.conn).Send.
func Send(c hook.Captured, name string, args []any) {
	if !library.Live() {
		return
	}
	if known := of(c); known != nil {
		known.send(name, args)
	}
}

// Flush is for (*redis.conn).Flush.
func Flush(c hook.Captured) func(error, hook.Exit) {
	if !library.Live() {
		return nil
	}
	if known := of(c); known != nil {
		return known.flush()
	}
	return nil
}

// Receive is for (*redis.conn).ReceiveWithTimeout, which all forms of it come down to. What
// nothing was sent for, such as a message of a subscription, is no call.
func Receive(c hook.Captured) func(any, error, hook.Exit) {
	if !library.Live() {
		return nil
	}
	if known := of(c); known != nil {
		return known.received
	}
	return nil
}

// Close is for (*redis.conn).Close.
func Close(c hook.Captured) {
	if !library.On {
		return
	}
	if known := of(c); known != nil {
		known.over(nil, hook.Returned)
	}
}

// nowhere is the client of calls for which a pool has no connection.
var nowhere = redisspan.NewClient(redisspan.Description{Database: -1})

// DoNone is for the calls of redis.errorConn, which a pool hands out where it has no connection:
// they fail.
func DoNone(name string, args []any) func(error, hook.Exit) {
	return DoNoneContext(context.Background(), name, args)
}

// DoNoneContext is for (redis.errorConn).DoContext.
func DoNoneContext(ctx context.Context, name string, args []any) func(error, hook.Exit) {
	if !library.Live() || name == "" {
		return nil
	}
	if _, op := library.Start(ctx, nowhere, command(name, args)); op != nil {
		return op.End
	}
	return nil
}

// Splunk is for newConn of splunkredigo, which makes spans of what it is given.
func Splunk(c redis.Conn) {
	if !library.On {
		return
	}
	if known := connections.Load(below(c)); known != nil {
		known.traced.Store(true)
	}
}
