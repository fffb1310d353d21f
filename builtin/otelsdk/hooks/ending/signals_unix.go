//go:build unix

package ending

import (
	"os"
	"syscall"
)

// deadlySignals returns the signals that are sent to end a program.
func deadlySignals() []os.Signal { return []os.Signal{syscall.SIGINT, syscall.SIGTERM} }

// raise sends sig to this process. With nobody notified the Go runtime ends the
// process by it, with the status that it would have had.
func raise(sig os.Signal) { _ = syscall.Kill(syscall.Getpid(), sig.(syscall.Signal)) }
