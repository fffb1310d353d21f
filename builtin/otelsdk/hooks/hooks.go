// Package hooks holds the function that starts OpenTelemetry's SDK in a woven
// program. Package ending has those that flush it when the program ends.
package hooks

import "github.com/goweaver/weaver/builtin/internal/telemetry"

// process is the SDK of this process. A hook is a plain function that woven code
// calls by name, and OpenTelemetry's own globals there is one of in a process; so there
// is one of this.
var process sdk

// Main starts the SDK when the program's main function is entered and returns what
// flushes it when that function ends, by a panic too. It returns nil where the
// environment does not ask for an SDK.
func Main() func() {
	if !telemetry.On("otelsdk") || !process.start() {
		return nil
	}
	return process.flush
}
