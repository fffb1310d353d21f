//go:build !unix

package weaver

import "os"

// passedOn are the signals that end processes. Interrupts go to all processes of a
// console, so they only must not end this one.
func passedOn() []os.Signal { return []os.Signal{os.Interrupt} }

func forward(*os.Process, os.Signal) {}

func endAs(_ *os.ProcessState, code int) int { return code }
