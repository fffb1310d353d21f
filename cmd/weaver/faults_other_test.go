//go:build !unix

package main_test

import "os"

// signals are those that the interrupt command knows.
func signals() map[string]os.Signal { return map[string]os.Signal{"KILL": os.Kill} }
