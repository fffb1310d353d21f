package register

import (
	"strconv"
	"strings"
)

// Commands of weaver's that look at a build take the flags of that build, and some of their
// own. To [ParseCommandLine] each is a verb with this in front, which stands for go build, or
// with -test for go test.
const ownVerb = "weaver "

// ownFlags returns the flags that such a command has beside those of the build.
func ownFlags(verb string) map[string]use {
	switch verb {
	case "weaver list":
		return map[string]use{"json": own | boolean, "test": own | boolean}
	case "weaver diff":
		return map[string]use{"json": own | boolean, "stat": own | boolean, "test": own | boolean, "color": own}
	case "weaver report":
		return map[string]use{"test": own | boolean, "o": own}
	}
	return nil
}

// Own returns the value of a flag of weaver's own, "" if it is not given.
func (c *CommandLine) Own(name string) string { return c.own[name] }

// Has reports whether a boolean flag of weaver's own is set.
func (c *CommandLine) Has(name string) bool {
	set, err := strconv.ParseBool(c.own[name])
	return err == nil && set
}

func (c *CommandLine) set(name, value string) {
	if c.own == nil {
		c.own = map[string]string{}
	}
	c.own[name] = value
}

func (c *CommandLine) isOwn() bool { return strings.HasPrefix(c.Verb, ownVerb) }

// standsFor returns the verb of the build that is looked at.
func (c *CommandLine) standsFor() string {
	if c.Has("test") {
		return "test"
	}
	return "build"
}

// called returns what the user calls.
func (c *CommandLine) called() string {
	if c.isOwn() {
		return "go tool " + c.Verb
	}
	return "go " + c.Verb
}
