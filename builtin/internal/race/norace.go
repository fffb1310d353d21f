//go:build !race

// Package race says whether the race detector is on, for tests that count allocations: with
// it a sync.Pool forgets a part of what it is given, at random.
package race

// Enabled is whether the race detector is on.
const Enabled = false
