package weaver

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"

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
