//go:build unix

package weaver

import (
	"os"
	"os/signal"
	"syscall"
)

// passedOn are the signals that a terminal or a supervisor ends processes with.
func passedOn() []os.Signal {
	return []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT, syscall.SIGHUP}
}

// forward passes the signal on. A terminal sends its signals to the child as well;
// the go command ends what it does at the first one and ignores a second.
func forward(p *os.Process, s os.Signal) { _ = p.Signal(s) }

// endAs ends this process by the signal that ended the child, if one did, so that
// a caller sees what it would have seen of the go command; else it returns code.
func endAs(state *os.ProcessState, code int) int {
	status, ok := state.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() {
		return code
	}
	s := status.Signal()
	signal.Reset(s)
	if syscall.Kill(os.Getpid(), s) != nil {
		return 128 + int(s)
	}
	select {} // until the signal arrives
}
