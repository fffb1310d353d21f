package ending

import (
	"os"
	"syscall"
)

// deadlySignals returns the signals that are sent to end a program: the console's
// Ctrl-C and Ctrl-Break, and its closing.
func deadlySignals() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM} }

// statusControlCExit is STATUS_CONTROL_C_EXIT of ntstatus.h: the exit code of a
// process that handles no console events.
const statusControlCExit = 0xC000013A

// raise ends the process as Windows does for any of them.
func raise(os.Signal) { syscall.ExitProcess(statusControlCExit) }
