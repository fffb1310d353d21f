// Package hooks holds the functions that start OpenTelemetry's SDK in a woven
// program and flush it when the program ends.
package hooks

import (
	"os"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// process is the SDK of this process. Hooks are plain functions that woven code
// calls by name, and what they act on, signals, os.Exit and OpenTelemetry's own
// globals, there is one of in a process; so there is one of this. It is made here
// and not in Main because Notify may be called first.
var process = newSDK()

// Main starts the SDK when the program's main function is entered and returns what
// flushes it when that function ends, by a panic too. It returns nil where the
// environment does not ask for an SDK.
func Main() func() {
	if !telemetry.On("otelsdk") || !process.start() {
		return nil
	}
	return process.flush
}

// Exit flushes the SDK before os.Exit ends the process.
func Exit() { process.flush() }

// Crash flushes the SDK before a panic that is not recovered ends the process.
func Crash() { process.flush() }

// Notify learns that the program itself handles the signals that are relayed to c,
// all if there are none. They will not end the process by themselves any more, so
// the SDK leaves them alone.
func Notify(c chan<- os.Signal, sig []os.Signal) { process.notified(c, sig) }
