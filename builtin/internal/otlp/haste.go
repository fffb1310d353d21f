package otlp

import (
	"context"
	"sync"
	"time"
)

// A Haste says to the exporters that share it when somebody waits for them who will not
// wait long: the end of a program. While it is on, none waits for a collector to come back,
// also one that has begun to. The zero value is ready, and off.
type Haste struct {
	mu      sync.Mutex
	callers int
	on      chan struct{} // closed while there are callers
}

// Begin turns it on until the function that it returns is called. Several goroutines may do
// that at once.
func (h *Haste) Begin() (end func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.callers++; h.callers == 1 {
		close(h.signal())
	}
	return sync.OnceFunc(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.callers--; h.callers == 0 {
			h.on = nil
		}
	})
}

// signal returns the channel that is closed when it is on. The lock is held.
func (h *Haste) signal() chan struct{} {
	if h.on == nil {
		h.on = make(chan struct{})
	}
	return h.on
}

// wait waits for d and reports whether that is over, rather than ctx, or that it is on.
func (h *Haste) wait(ctx context.Context, d time.Duration) bool {
	h.mu.Lock()
	on := h.signal()
	h.mu.Unlock()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
	case <-on:
	}
	return false
}
