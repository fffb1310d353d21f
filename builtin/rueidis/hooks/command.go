package hooks

import (
	"strings"

	"github.com/redis/rueidis"

	"github.com/goweaver/weaver/builtin/internal/redisspan"
)

// words returns the words of the command. One that was never built has none, of which the
// library will say what it has to say.
func words(cmd rueidis.Completed) (all []string) {
	defer func() { _ = recover() }()
	return cmd.Commands()
}

// command returns the command as it is told of, with what may be part of its name. Its words
// are the library's again when the call has ended.
func command(cmd rueidis.Completed) redisspan.Command {
	all := words(cmd)
	args := make([]any, 0, 2)
	for _, word := range all[:min(len(all), cap(args))] {
		args = append(args, word)
	}
	return redisspan.NewCommand(nil, args)
}

// batch returns what n commands are told as, which are sent together, and whether they are a
// transaction.
func batch(n int, at func(i int) rueidis.Completed) (cmd redisspan.Command, transaction bool) {
	if n > 2 && is(at(0), "MULTI") && is(at(n-1), "EXEC") {
		return redisspan.NewBatch(redisspan.Multi, n-2, func(i int) redisspan.Command { return command(at(i + 1)) }), true
	}
	return redisspan.NewBatch(redisspan.Pipeline, n, func(i int) redisspan.Command { return command(at(i)) }), false
}

// is reports whether the command has that name.
func is(cmd rueidis.Completed, name string) bool {
	all := words(cmd)
	return len(all) > 0 && strings.EqualFold(all[0], name)
}
