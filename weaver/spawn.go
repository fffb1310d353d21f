package weaver

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"

	"github.com/goweaver/weaver/weaver/internal/register"
)

// An ended is how the go command ended. state is nil if it did well, or never started.
type ended struct {
	code  int
	state *os.ProcessState
}

// exit returns the exit code of the go command, or ends this process by the signal that
// ended that.
func (e ended) exit() int {
	if e.state == nil {
		return e.code
	}
	return endAs(e.state, e.code)
}

// spawn runs the go command with this process's stdin, stdout and stderr. Signals that
// end a process are passed on: the go command decides what becomes of them.
func (c *command) spawn(g *register.Go, args []string) ended {
	cmd := exec.Command(g.Program, args...)
	cmd.Dir, cmd.Env = g.Dir, g.Env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, passedOn()...)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return ended{code: complain(fmt.Errorf("the go command does not start: %w", err), 1)}
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
		return ended{code, cmd.ProcessState}
	}
	if err != nil {
		return ended{code: complain(err, 1)}
	}
	return ended{}
}
