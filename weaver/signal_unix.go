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

// forward passes the signal on, unless the terminal has sent it to the child too.
func forward(p *os.Process, s os.Signal) {
	if (s == syscall.SIGINT || s == syscall.SIGQUIT) && inForeground() {
		return
	}
	_ = p.Signal(s)
}

// inForeground reports whether this process shares its group with its parent's
// terminal job, to all of which a terminal sends its signals.
func inForeground() bool {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return false
	}
	_ = tty.Close()
	return true
}

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
