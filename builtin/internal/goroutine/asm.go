//go:build amd64 || arm64

package goroutine

// Current returns what tells the calling goroutine from all others that are alive. One that
// starts when it has ended may get the same.
func Current() uintptr
