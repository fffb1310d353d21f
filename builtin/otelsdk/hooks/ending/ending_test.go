package ending

import (
	"os"
	"testing"
)

// The package's own call of signal.Notify, which is woven too, is not taken for the
// program's: it neither gives a signal up nor waits for a lock that its caller holds.
func TestOwnNotify(t *testing.T) {
	e := newEnd()
	for _, w := range e.watches {
		w.mu.Lock()
		e.notified(w.c, []os.Signal{w.sig})
		w.mu.Unlock()
		if w.taken {
			t.Errorf("%v was taken for the program's", w.sig)
		}
	}
	e.notified(make(chan os.Signal), []os.Signal{os.Interrupt, os.Interrupt})
	for _, w := range e.watches {
		if w.taken != (w.sig == os.Interrupt) {
			t.Errorf("%v: taken is %v", w.sig, w.taken)
		}
	}
}

// Without an SDK the hooks of functions that run often do next to nothing.
func TestHooksWithoutSDK(t *testing.T) {
	if n := testing.AllocsPerRun(100, Exit); n != 0 {
		t.Errorf("Exit allocates %v times", n)
	}
}
