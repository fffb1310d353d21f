// Package hooks holds the functions that make spans and metrics of what a program does with
// Redis by github.com/redis/rueidis, called from the bodies of the library's own methods.
//
// One call of a client is one span, also one that is answered from the client's own cache: to
// the program it is the same. What the client does for it besides, such as to try again or to
// follow a cluster to another node, is within it. A call that streams its answer has ended when
// the answer begins, which is read later, or never. Receive is no call but a subscription, which
// lasts as long as the program wants.
package hooks

import (
	"context"
	"errors"
	"strings"

	"github.com/redis/rueidis"

	"github.com/goweaver/weaver/builtin/internal/redisspan"
	"github.com/goweaver/weaver/instrument/hook"
)

// library has the switch, the tracer and the instruments of the built-in. It outlasts the calls
// of the hooks, which have no receiver to keep it in.
var library = newLibrary()

func newLibrary() *redisspan.Library {
	l := redisspan.NewLibrary("rueidis", "github.com/goweaver/weaver/builtin/rueidis")
	l.Nil = rueidis.IsRedisNil
	l.ErrorType = errorType
	return l
}

// errorType returns the name of an error of the library's that is one of its variables, or
// that of their type for an answer that has no code.
func errorType(err error) string {
	const pkg = "github.com/redis/rueidis."
	for _, known := range []struct {
		err  error
		name string
	}{
		{rueidis.ErrClosing, "ErrClosing"},
		{rueidis.ErrNoSlot, "ErrNoSlot"},
		{rueidis.ErrDoCacheAborted, "ErrDoCacheAborted"},
	} {
		if errors.Is(err, known.err) {
			return pkg + known.name
		}
	}
	if a := (*answer)(nil); errors.As(err, &a) {
		return pkg + "RedisError"
	}
	return ""
}

// An answer is an error that the server has answered, as package redisspan knows it.
type answer struct{ of *rueidis.RedisError }

// Error returns what the server has said, with the ERR that the library has taken away.
func (a *answer) Error() string {
	text := a.of.Error()
	if code, _, _ := strings.Cut(text, " "); code != strings.ToUpper(code) {
		return "ERR " + text
	}
	return text
}

// RedisError says what it is.
func (*answer) RedisError() {}

// failure returns err, which is the server's answer, as such.
func failure(err error) error {
	if e, ok := rueidis.IsRedisErr(err); ok {
		return &answer{e}
	}
	return err
}

// begin starts a call of the client whose method runs. It returns nil if nobody wants to
// know of it.
func begin(ctx context.Context, c hook.Captured, cmd redisspan.Command) *redisspan.Operation {
	known := clientOf(c)
	if known == nil {
		return nil
	}
	_, op := library.Start(ctx, known, cmd)
	return op
}

// What the library has other names for, the types of an internal package and one of its own: a
// hook names these by aliases of its own.
type (
	completed   = rueidis.Completed
	cacheable   = rueidis.Cacheable
	multiStream = rueidis.MultiRedisResultStream
)

// single returns the exit function of a call of one command, or nil.
func single(ctx context.Context, c hook.Captured, cmd rueidis.Completed) func(rueidis.RedisResult, hook.Exit) {
	op := begin(ctx, c, command(cmd))
	if op == nil {
		return nil
	}
	return func(r rueidis.RedisResult, how hook.Exit) {
		if how != hook.Returned {
			op.End(nil, how)
			return
		}
		op.End(failure(r.Error()), how)
	}
}

// several returns the exit function of a call of several commands, or nil.
func several(ctx context.Context, c hook.Captured, cmd redisspan.Command, transaction bool) func([]rueidis.RedisResult, hook.Exit) {
	op := begin(ctx, c, cmd)
	if op == nil {
		return nil
	}
	return func(all []rueidis.RedisResult, how hook.Exit) { op.End(firstFailure(all, transaction), how) }
}

// firstFailure returns the error of the first that has failed: that there is nothing is an
// answer. That of a transaction has the answers of its commands inside.
func firstFailure(all []rueidis.RedisResult, transaction bool) error {
	for _, r := range all {
		if err := failure(r.Error()); library.Failed(err) {
			return err
		}
	}
	if !transaction || len(all) == 0 {
		return nil
	}
	inside, _ := all[len(all)-1].ToArray()
	for _, m := range inside {
		if err := failure(m.Error()); library.Failed(err) {
			return err
		}
	}
	return nil
}

// Do is for the method of that name, of any client.
func Do(ctx context.Context, c hook.Captured, cmd completed) func(rueidis.RedisResult, hook.Exit) {
	if !library.Live() {
		return nil
	}
	return single(ctx, c, cmd)
}

// DoCache is for the method of that name.
func DoCache(ctx context.Context, c hook.Captured, cmd cacheable) func(rueidis.RedisResult, hook.Exit) {
	if !library.Live() {
		return nil
	}
	return single(ctx, c, rueidis.Completed(cmd))
}

// DoMulti is for the method of that name. Of no commands it does nothing.
func DoMulti(ctx context.Context, c hook.Captured, multi []completed) func([]rueidis.RedisResult, hook.Exit) {
	if !library.Live() || len(multi) == 0 {
		return nil
	}
	cmd, transaction := batch(len(multi), func(i int) rueidis.Completed { return multi[i] })
	return several(ctx, c, cmd, transaction)
}

// DoMultiCache is for the method of that name.
func DoMultiCache(ctx context.Context, c hook.Captured, multi []rueidis.CacheableTTL) func([]rueidis.RedisResult, hook.Exit) {
	if !library.Live() || len(multi) == 0 {
		return nil
	}
	cmd, _ := batch(len(multi), func(i int) rueidis.Completed { return rueidis.Completed(multi[i].Cmd) })
	return several(ctx, c, cmd, false)
}

// stream returns the exit function of a call that streams its answers, or nil.
func stream(ctx context.Context, c hook.Captured, cmd redisspan.Command) func(rueidis.RedisResultStream, hook.Exit) {
	op := begin(ctx, c, cmd)
	if op == nil {
		return nil
	}
	return func(s rueidis.RedisResultStream, how hook.Exit) { op.End(s.Error(), how) }
}

// DoStream is for the method of that name.
func DoStream(ctx context.Context, c hook.Captured, cmd completed) func(rueidis.RedisResultStream, hook.Exit) {
	if !library.Live() {
		return nil
	}
	return stream(ctx, c, command(cmd))
}

// DoMultiStream is for the method of that name.
func DoMultiStream(ctx context.Context, c hook.Captured, multi []completed) func(multiStream, hook.Exit) {
	if !library.Live() || len(multi) == 0 {
		return nil
	}
	cmd, _ := batch(len(multi), func(i int) rueidis.Completed { return multi[i] })
	return stream(ctx, c, cmd)
}
