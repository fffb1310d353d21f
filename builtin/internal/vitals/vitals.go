// Package vitals is where built-ins say how what they look after does, such as a circuit
// breaker, and where the built-in health reads it. Neither links the other: a program with a
// breaker need not serve its health, and one that does need not have breakers.
package vitals

import (
	"cmp"
	"slices"
	"sync"
)

// A State says how something does.
type State uint8

const (
	// OK is nothing to tell of.
	OK State = iota
	// Degraded is something that does not work, and that the program goes on without.
	Degraded
	// Failing is something without which the program is of no use.
	Failing
)

// A Vital is how one thing does at the moment.
type Vital struct {
	Name   string
	State  State
	Detail string // what is wrong, empty if nothing is
}

// sources outlasts the packages' initialisation, where they register themselves.
var (
	mu      sync.Mutex
	sources []func() []Vital
)

// Register adds a source, which may be called by several goroutines at once and does not
// wait for anything.
func Register(source func() []Vital) {
	mu.Lock()
	defer mu.Unlock()
	sources = append(sources, source)
}

// All returns what the sources say, in the order of their names.
func All() []Vital {
	mu.Lock()
	asked := slices.Clone(sources)
	mu.Unlock()
	var all []Vital
	for _, source := range asked {
		all = append(all, source()...)
	}
	slices.SortStableFunc(all, func(a, b Vital) int { return cmp.Compare(a.Name, b.Name) })
	return all
}
