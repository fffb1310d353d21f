//go:build !unix && !windows

package ending

import "os"

// deadlySignals returns none: the system has no signals that end a program and that
// it could send itself.
func deadlySignals() []os.Signal { return nil }

func raise(os.Signal) {}
