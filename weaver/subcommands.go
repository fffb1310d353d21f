package weaver

import (
	"errors"
	"fmt"
	"slices"

	"github.com/goweaver/weaver/internal/catalog"
)

// What may stand behind weaver's own flags. The text of each is in the folder help.

// A subcommand is one of them.
type subcommand struct {
	name string
	run  func(*command) int

	// What completion offers behind it: words and flags of its own, and where it takes
	// packages the flags that package register knows for that verb.
	words []string
	flags []string
	verb  string
}

func subcommands(refresh catalog.Refresher) []subcommand {
	return []subcommand{
		{name: "go", run: (*command).runGo},
		{name: "pin", run: func(c *command) int { return c.pin(refresh) }, flags: []string{"-check"}},
		{name: "list", run: (*command).list, verb: "weaver list"},
		{name: "diff", run: (*command).diff, verb: "weaver diff"},
		{name: "explain", run: (*command).explain, verb: "weaver explain"},
		{name: "report", run: (*command).writePage, verb: "weaver report"},
		{name: "toolexec", run: (*command).printToolexec, verb: "build"},
		{name: "completion", run: (*command).printCompletion, words: shells()},
		{name: "complete", run: (*command).complete}, // for those scripts alone
		{name: "version", run: (*command).version, flags: []string{"-m"}},
		{name: "help", run: (*command).help, words: topics()},
	}
}

// wovenVerbs are the verbs of the go command that compile. All others are passed on.
func wovenVerbs() []string { return []string{"build", "install", "run", "test", "list", "clean"} }

// plainVerbs are the others.
//
// Source: go help of go1.26.
func plainVerbs() []string {
	return []string{"bug", "doc", "env", "fix", "fmt", "generate", "get", "help", "mod", "telemetry", "tool", "version", "vet", "work"}
}

// unknown is the error about a command that there is not.
func unknown(name string) error {
	if slices.Contains(slices.Concat(wovenVerbs(), plainVerbs()), name) {
		return fmt.Errorf("unknown command %q; for that verb of the go command say go tool weaver go %[1]s, or run go tool weaver help", name)
	}
	return fmt.Errorf("unknown command %q; %s, or run go tool weaver help", name, didYouMean(name, topics()))
}

// help prints the text that the arguments name.
func (c *command) help() int {
	switch len(c.args) {
	case 0:
		return complainIf(printHelp("overview"))
	case 1:
		if slices.Contains(topics(), c.args[0]) {
			return complainIf(printHelp(c.args[0]))
		}
		return complain(fmt.Errorf("no help on %q; %s, or run go tool weaver help", c.args[0], didYouMean(c.args[0], topics())), 2)
	}
	return complain(errors.New("help takes one command or topic; verbs of the go command are explained by go help"), 2)
}
