//go:build unix

package main_test

import (
	"os"
	"syscall"
)

// signals are those that the interrupt command knows.
func signals() map[string]os.Signal {
	return map[string]os.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "KILL": syscall.SIGKILL}
}
