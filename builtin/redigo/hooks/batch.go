package hooks

import (
	"strings"

	"github.com/goweaver/weaver/builtin/internal/redisspan"
)

// command returns the command of that name, of whose arguments the first may be part of it.
func command(name string, args []any) redisspan.Command {
	if len(args) == 0 {
		return redisspan.NewCommand(nil, []any{name})
	}
	return redisspan.NewCommand(nil, []any{name, args[0]})
}

// A batch are the commands that were sent and not answered yet: of as many as there may be, no
// more than is told.
type batch struct {
	all, within group // within is all but the first and the last
	last        redisspan.Command
	multi, exec bool // the first is a MULTI, the last an EXEC
}

// A group is how many commands there are, the first one, and one that is not like it.
type group struct {
	n            int
	first, other redisspan.Command
	mixed        bool
}

func (g *group) add(c redisspan.Command) {
	switch g.n++; {
	case g.n == 1:
		g.first = c
	case !g.mixed && !c.Like(g.first):
		g.other, g.mixed = c, true
	}
}

// command returns the group as what is sent in that mode.
func (g *group) command(mode redisspan.Mode) redisspan.Command {
	return redisspan.NewBatch(mode, g.n, func(i int) redisspan.Command {
		if i > 0 && g.mixed {
			return g.other
		}
		return g.first
	})
}

// add adds a command.
func (b *batch) add(name string, args []any) {
	c := command(name, args)
	b.exec = strings.EqualFold(name, "EXEC")
	if b.all.n == 0 {
		b.multi = strings.EqualFold(name, "MULTI")
	}
	if b.all.n > 1 {
		b.within.add(b.last)
	}
	b.all.add(c)
	b.last = c
}

// command returns the commands as one.
func (b *batch) command() redisspan.Command {
	if b.multi && b.exec && b.within.n > 0 {
		return b.within.command(redisspan.Multi)
	}
	return b.all.command(redisspan.Pipeline)
}
