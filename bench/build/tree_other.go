//go:build unix && !linux

package main

// maxrssUnit is that of Rusage.Maxrss, on macOS.
const maxrssUnit = 1

// Elsewhere nothing is adopted, and there is no /proc to look at.

func ready() error { return nil }

func watch(int) (stop func() int64) { return func() int64 { return 0 } }
