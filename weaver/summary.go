package weaver

import (
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/goweaver/weaver/weaver/internal/report"
)

// What is said to somebody who sits before a terminal and waits for a build: what it waits
// for before the go command starts, and what came of it. Logs and scripts get neither, since
// all that is wrong is said anyway.

// onTerminal reports whether there is somebody to tell.
func (c *command) onTerminal() bool { return !c.quiet && isTerminal(os.Stderr) }

// summarize says what the build came to, that of packages which came from the go command's
// cache too: whether something is woven does not depend on that. What go run shows is the
// program's.
func (s *session) summarize(findings int) {
	if s.summary == nil || !slices.Contains([]string{"build", "install", "test"}, s.line.Verb) || !s.onTerminal() {
		return
	}
	fmt.Fprintln(os.Stderr, "weaver:", summaryText(*s.summary, findings))
}

func summaryText(sum report.Summary, findings int) string {
	count := func(none string, n int, what string) string {
		switch n {
		case 0:
			return none + " " + what + "s"
		case 1:
			return "1 " + what
		}
		return fmt.Sprintf("%d %ss", n, what)
	}
	said := count("no", findings, "finding")
	if sum.Woven == 0 {
		return fmt.Sprintf("%s, none woven, %s; go tool weaver explain FUNCTION says why", count("no", sum.Packages, "package"), said)
	}
	return fmt.Sprintf("%s, %d woven at %s, %s", count("no", sum.Packages, "package"), sum.Woven, count("no", sum.Sites, "site"), said)
}

// compiling says that the registration binary is compiled for the first time, when it takes
// some seconds; later there is little to do. The function that it returns says how long it took.
func (c *command) compiling(first bool) (done func()) {
	start := time.Now()
	shown := first && c.onTerminal() && (c.logging.Off() || c.logging.File != "") // else the log is there
	if shown {
		fmt.Fprint(os.Stderr, "weaver: building the registration binary … ")
	}
	return func() {
		took := time.Since(start)
		if shown {
			fmt.Fprintf(os.Stderr, "%.1f s\n", took.Seconds())
		}
		c.log.Info("registration binary", "first", first, "took", took)
	}
}
