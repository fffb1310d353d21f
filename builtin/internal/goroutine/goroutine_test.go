package goroutine

import (
	"sync"
	"testing"
)

// Goroutines that are alive at once are told apart, and each is the same as long as it lives,
// also when its stack has moved.
func TestCurrent(t *testing.T) {
	for name, current := range map[string]func() uintptr{"Current": Current, "traced": traced} {
		const n = 50
		var ids [n]uintptr
		var started, done sync.WaitGroup
		started.Add(n)
		for i := range n {
			done.Go(func() {
				ids[i] = current()
				started.Done()
				started.Wait()
				if grow(1000) < 0 || current() != ids[i] {
					t.Errorf("%s: %d was %d", name, current(), ids[i])
				}
			})
		}
		done.Wait()
		seen := map[uintptr]bool{0: true}
		for _, id := range ids {
			if seen[id] {
				t.Errorf("%s: two are %d", name, id)
			}
			seen[id] = true
		}
	}
}

//go:noinline
func grow(n int) int {
	var frame [64]int
	frame[n%64] = n
	if n == 0 {
		return frame[0]
	}
	return grow(n-1) + frame[(n+1)%64]
}
