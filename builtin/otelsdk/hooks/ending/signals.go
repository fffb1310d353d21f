package ending

import (
	"os"
	"os/signal"
	"sync"
)

// Flushing when a signal ends the process.
//
// A signal that nobody handles ends a Go process at once, with its spans. So the SDK
// handles the two that are sent to end programs: it flushes, gives the signal its
// default effect back and sends it again, so that the process ends as it would have.
// It does so only where the signal would have ended the process:
//   - not for one that the process was started to ignore, as nohup does;
//   - not for one that the program handles. Calls of signal.Notify are woven to tell,
//     and from then on the signal is the program's, also after it calls signal.Stop.
//
// A program that calls signal.Notify from a package's init function, before this
// package is initialised, is not seen to do so: it gets its first signal twice.

// A watch is on one signal.
type watch struct {
	sig   os.Signal
	flush func()
	c     chan os.Signal
	done  chan struct{} // closed when the signal becomes the program's

	mu    sync.Mutex
	taken bool // the signal is the program's
	armed bool // c is notified
}

// newWatch returns a watch that has not begun.
func newWatch(sig os.Signal, flush func()) *watch {
	return &watch{sig: sig, flush: flush, c: make(chan os.Signal, 1), done: make(chan struct{})}
}

// arm begins the watch unless the signal is ignored or the program's.
func (w *watch) arm() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.taken || w.armed || signal.Ignored(w.sig) {
		return
	}
	w.armed = true
	signal.Notify(w.c, w.sig) // calls notified, which must not lock w
	go w.wait()
}

// take ends the watch for good: the signal is the program's.
func (w *watch) take() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.taken {
		return
	}
	w.taken = true
	close(w.done)
	if w.armed {
		signal.Stop(w.c)
	}
}

// wait waits for the signal, flushes and ends the process.
func (w *watch) wait() {
	select {
	case <-w.c:
	case <-w.done:
		select {
		case <-w.c: // it came first, and may not get lost
		default:
			return
		}
	}
	flushed := make(chan struct{})
	go func() {
		defer close(flushed)
		w.flush()
	}()
	select {
	case <-flushed:
	case <-w.c: // somebody is in a hurry
	}
	signal.Stop(w.c)
	raise(w.sig)
}
