package weaver

import (
	"fmt"
	"os"
	"strings"

	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/register"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

// Main is the main function of a registration file: it serves the go command as
// the -toolexec program that weaves the aspects, and weaver as their description.
// It does not return.
func Main(aspects ...*instrument.Aspect) {
	os.Exit(serve(os.Args[1:], aspects))
}

func serve(args []string, aspects []*instrument.Aspect) int {
	// A command line that was too long is in a file, all of it.
	if len(args) == 1 && strings.HasPrefix(args[0], "@") {
		var err error
		if args, err = toolcmd.Expand(args); err != nil {
			return complain(err, 2)
		}
	}
	if len(args) > 0 && args[0] == "toolexec" {
		return runTool(args[1:])
	}
	if planFile := plan.Linked(os.Args[0]); planFile != "" && len(args) > 0 {
		return runBare(planFile, args)
	}
	if len(args) != 1 || args[0] != "describe" {
		fmt.Fprintln(os.Stderr, "weaver: this program is run by go tool weaver; run go tool weaver help")
		return 2
	}
	out, err := instrument.Describe(aspects...)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		fmt.Print(register.Mistaken)
		return 1
	}
	if _, err := os.Stdout.Write(out); err != nil {
		return 1
	}
	return 0
}
