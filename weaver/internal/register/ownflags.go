package register

import (
	"slices"
	"strconv"
	"strings"
)

// Commands of weaver's that look at a build take the flags of that build, and some of their
// own. To [ParseCommandLine] each is a verb with this in front, which stands for go build, or
// with -test for go test.
const ownVerb = "weaver "

// explainVerb is the one whose first argument is no package but what is asked about. Its flags
// may stand behind that too.
const explainVerb = ownVerb + "explain"

// ownFlags returns the flags that such a command has beside those of the build.
func ownFlags(verb string) map[string]use {
	switch verb {
	case "weaver list":
		return map[string]use{"json": own | boolean, "test": own | boolean}
	case "weaver diff":
		return map[string]use{"json": own | boolean, "stat": own | boolean, "test": own | boolean, "color": own}
	case explainVerb:
		return map[string]use{"json": own | boolean, "all": own | boolean, "test": own | boolean}
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

// standFor makes of a call of weaver's own the build that is looked at. To ask about a line of a
// test is to look at that of the tests.
func (c *CommandLine) standFor() {
	if c.Verb == explainVerb && len(c.Patterns) > 0 {
		c.Asked, c.Patterns = c.Patterns[0], c.Patterns[1:]
		if len(c.Patterns) == 0 {
			c.Patterns = []string{"./..."}
		}
		if strings.Contains(c.Asked, "_test.go:") {
			c.set("test", "true")
		}
	}
	c.Verb = "build"
	if !c.Has("test") {
		return
	}
	c.Verb = "test"
	covers := func(flag string) bool {
		return strings.HasPrefix(flag, "-cover=") || strings.HasPrefix(flag, "-covermode=")
	}
	for _, f := range c.Archive {
		if covers(f) {
			c.Cover = append(c.Cover, f)
		}
	}
	c.Archive = slices.DeleteFunc(c.Archive, covers)
}

// flagsFollow reports whether flags may stand behind packages.
func (c *CommandLine) flagsFollow() bool { return c.Verb == "test" || c.Verb == explainVerb }

// called returns what the user calls.
func (c *CommandLine) called() string {
	if c.isOwn() {
		return "go tool " + c.Verb
	}
	return "go " + c.Verb
}
