package weaver

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/goweaver/weaver/internal/catalog"
	"github.com/goweaver/weaver/weaver/internal/register"
)

// pin writes or refreshes the registration file and what go.mod and the vendor folder
// need for it. With -check it only says what it would do, and fails if that is
// anything.
func (c *command) pin(refresh catalog.Refresher) int {
	check := false
	for _, arg := range c.args {
		if arg != "-check" && arg != "--check" {
			return complain(fmt.Errorf("pin has no argument %s, only -check; run go tool weaver help pin", arg), 2)
		}
		check = true
	}
	g, err := c.goCommand("")
	if err != nil {
		return complain(err, 1)
	}
	p, err := register.NewPin(register.PinOptions{Go: g, Version: getVersion(), BuiltIns: catalog.BuiltIns(), Refresh: refresh})
	if errors.Is(err, register.ErrNoModule) {
		return complain(errors.New("not inside a module, so there is nothing to pin for; run it below a folder with a go.mod, which go mod init makes"), 1)
	}
	if err != nil {
		return complain(err, 1)
	}
	if check {
		c.tellPin(p, register.Change.Would)
		return min(len(p.Changes), 1)
	}
	if err := p.Apply(); err != nil {
		return complain(err, 1)
	}
	c.tellPin(p, register.Change.Did)
	if len(p.Changes) == 0 {
		return 0
	}
	return c.tryPinned(p)
}

// tellPin says on stdout what pin does, a line for each change.
func (c *command) tellPin(p *register.Pin, line func(register.Change) string) {
	if c.quiet {
		return
	}
	if len(p.LeftOut) > 0 {
		fmt.Printf("%s: left out %s, as before\n", p.File, strings.Join(p.LeftOut, ", "))
	}
	for _, change := range p.Changes {
		fmt.Println(line(change))
	}
	if len(p.Changes) == 0 {
		fmt.Println("nothing to change")
	}
}

// tryPinned compiles the registration file as the next build does. What pin wrote is
// not taken back if that fails: most likely it is a line of the user's own, and without
// what pin wrote it would not be better.
func (c *command) tryPinned(p *register.Pin) int {
	cache, err := register.CacheDir()
	if err != nil {
		return complain(err, 1)
	}
	if err := p.Build(cache, c.compiling); err != nil {
		fmt.Fprintln(os.Stderr, strings.TrimSpace(err.Error()))
		return complain(fmt.Errorf("%s is written, but no build can use it yet: see the lines above", p.File), 1)
	}
	return 0
}
