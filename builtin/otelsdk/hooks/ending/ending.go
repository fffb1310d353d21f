// Package ending holds the hooks of how programs end: they flush OpenTelemetry's SDK where
// package hooks has started one. They stand apart from it because what they are woven into is
// in every program, tests too, and most of those have no SDK, which is a third of what a small
// program's link takes.
package ending

import (
	"os"
	"slices"
	"sync/atomic"
)

// process is the end of this process. Hooks are plain functions that woven code calls by
// name, and signals and os.Exit there is one of in a process; so there is one of this.
// It is made before main, since Notify may be called then.
var process = newEnd()

// Exit flushes the SDK before os.Exit ends the process.
func Exit() { process.run() }

// Crash flushes the SDK before a panic that is not recovered ends the process.
func Crash() { process.run() }

// Notify learns that the program itself handles the signals that are relayed to c,
// all if there are none. They will not end the process by themselves any more, so
// they are left alone.
func Notify(c chan<- os.Signal, sig []os.Signal) { process.notified(c, sig) }

// Flush has flush called wherever the process ends, signals aside. Several goroutines may call it
// at once.
func Flush(flush func()) { process.flush.Store(&flush) }

// Watch has what Flush was given called where a signal ends the process, too.
func Watch() {
	for _, w := range process.watches {
		w.arm()
	}
}

// An end is what there is to do when a process ends.
type end struct {
	flush   atomic.Pointer[func()] // nil while there is nothing
	watches []*watch               // immutable
}

func newEnd() *end {
	e := &end{}
	for _, sig := range deadlySignals() {
		e.watches = append(e.watches, newWatch(sig, e.run))
	}
	return e
}

func (e *end) run() {
	if flush := e.flush.Load(); flush != nil {
		(*flush)()
	}
}

// notified records that the signals, all if there are none, are relayed to c.
func (e *end) notified(c chan<- os.Signal, sig []os.Signal) {
	for _, w := range e.watches {
		if c == w.c { // our own call: w is locked
			return
		}
	}
	for _, w := range e.watches {
		if len(sig) == 0 || slices.Contains(sig, w.sig) {
			w.take()
		}
	}
}
