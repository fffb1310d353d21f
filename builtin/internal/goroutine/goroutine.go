// Package goroutine tells goroutines apart, for hooks that have nowhere to keep what belongs
// to the one that they run in.
//
// Go has no name for a goroutine, and no state of one's own but a context that is handed on.
// What tells two apart that are alive is the address of what the runtime keeps of them, which
// assembly can read; where there is none, the number in a trace is, which takes ten microseconds.
package goroutine

import (
	"runtime"
	"strconv"
	"strings"
)

// traced returns the number that a trace of the calling goroutine begins with: "goroutine 7 [".
func traced() uintptr {
	var b [64]byte
	text := string(b[:runtime.Stack(b[:], false)])
	number, _, _ := strings.Cut(strings.TrimPrefix(text, "goroutine "), " ")
	n, err := strconv.ParseUint(number, 10, 64)
	if err != nil {
		panic("goroutine: a trace begins with " + text)
	}
	return uintptr(n)
}
