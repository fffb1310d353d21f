// Package buffers has the hooks that look into package bufio. They call a function of a
// file that a rule adds to it, so only woven programs can be linked with them.
package buffers

import (
	"bufio"
	_ "unsafe" // for go:linkname
)

// Flush is the hook of a method of package bufio. The count is in a field that a rule
// adds, and what is buffered in one that is not exported.
func Flush(w *bufio.Writer) { count(w) }

//go:linkname count bufio.labCount
func count(w *bufio.Writer)

// Flushed is called by the added file.
func Flushed(buffered, times int) { println("flush", times, "of", buffered, "bytes") }
