package weaver

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"slices"

	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/register"
)

// spawn runs the go command with this process's stdin, stdout and stderr and
// returns its exit code. Signals that end a process are passed on: the go command
// decides what becomes of them.
func (c *command) spawn(g *register.Go, args []string) int {
	cmd := exec.Command(g.Program, args...)
	cmd.Dir, cmd.Env = g.Dir, g.Env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, passedOn()...)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return complain(fmt.Errorf("the go command does not start: %w", err), 1)
	}
	done := make(chan struct{})
	go func() {
		for {
			select {
			case s := <-signals:
				forward(cmd.Process, s)
			case <-done:
				return
			}
		}
	}()
	err := cmd.Wait()
	close(done)
	if code, failed := exitCode(err); failed {
		return endAs(cmd.ProcessState, code)
	}
	if err != nil {
		return complain(err, 1)
	}
	return 0
}

// tell prints the findings that the build's tools reported, each once, and returns
// the exit code: with --strict a finding makes a good build a failed one.
func (c *command) tell(report string, code int) int {
	if report == "" {
		return code
	}
	defer os.Remove(report)
	f, err := os.Open(report)
	if err != nil {
		return complain(err, max(code, 1))
	}
	defer f.Close()
	var lines []string
	for s := bufio.NewScanner(f); s.Scan(); {
		var found match.Finding
		if json.Unmarshal(s.Bytes(), &found) == nil {
			lines = append(lines, found.String())
		}
	}
	slices.Sort(lines)
	lines = slices.Compact(lines)
	for _, l := range lines {
		if c.strict || !c.quiet {
			fmt.Fprintln(os.Stderr, l)
		}
	}
	if c.strict && len(lines) > 0 && code == 0 {
		return complain(fmt.Errorf("%d findings, and --strict makes each an error", len(lines)), 1)
	}
	return code
}
