package circuit

// Changes of state are told one after the other, in order. gobreaker tells of them while it holds
// its lock, so that a function which looks at its circuit would wait for ever; so they
// are kept until the lock is free.

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/sony/gobreaker/v2"
)

// OnChange has f called for each change of state of a circuit, until stop is called.
func OnChange(f func(name string, from, to gobreaker.State)) (stop func()) {
	changes.Lock()
	defer changes.Unlock()
	l := &listener{f}
	changes.listeners = append(slices.Clone(changes.listeners), l)
	return func() {
		changes.Lock()
		defer changes.Unlock()
		changes.listeners = slices.DeleteFunc(slices.Clone(changes.listeners), func(other *listener) bool { return other == l })
	}
}

type listener struct {
	f func(name string, from, to gobreaker.State)
}

type change struct {
	name     string
	from, to gobreaker.State
}

// changes are those of all circuits.
var changes struct {
	any atomic.Bool // whether some wait to be told, for a look without the lock
	sync.Mutex
	waiting   []change
	telling   bool
	listeners []*listener // replaced, never written to
}

func changed(name string, from, to gobreaker.State) {
	changes.Lock()
	defer changes.Unlock()
	changes.waiting = append(changes.waiting, change{name, from, to})
	changes.any.Store(true)
}

// Tell tells what has changed. Where somebody is at it already it returns at once, and they
// do it.
func Tell() {
	if !changes.any.Load() {
		return
	}
	for tellNext() {
	}
}

func tellNext() bool {
	changes.Lock()
	if changes.telling || len(changes.waiting) == 0 {
		changes.Unlock()
		return false
	}
	next, listeners := changes.waiting[0], changes.listeners
	changes.waiting, changes.telling = changes.waiting[1:], true
	changes.any.Store(len(changes.waiting) > 0)
	changes.Unlock()
	defer func() {
		changes.Lock()
		changes.telling = false
		changes.Unlock()
	}()
	for _, l := range listeners {
		l.f(next.name, next.from, next.to)
	}
	return true
}
