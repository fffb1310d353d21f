// Package circuit holds the circuits of a program: its breakers by name. Hooks ask them,
// and package circuits shows them to the program.
package circuit

import (
	"cmp"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/sony/gobreaker/v2"

	"github.com/goweaver/weaver/instrument/hook"
)

// A Circuit is the breaker of a function, or of several that share its name.
type Circuit struct {
	Name    string
	breaker atomic.Pointer[gobreaker.TwoStepCircuitBreaker[any]]

	// What calls are told that do not pass.
	open, half *Rejection

	mu        sync.Mutex // for what is below
	settings  settings
	functions []*hook.Func
	mistakes  []string
}

// circuits are those of the program. Hooks have no receiver to keep them in.
var circuits struct {
	sync.Mutex
	named map[string]*Circuit
}

// Of returns the circuit of the function: that of the name which its options give, or its own.
// The first function of a name makes it. One that adds to what the others said of it starts it
// anew, closed. What does not agree with that is logged, and the circuit keeps what it has.
func Of(fn *hook.Func) *Circuit {
	name := fn.Text("name")
	if name == "" {
		name = fn.FullName()
	}
	circuits.Lock()
	c := circuits.named[name]
	if c == nil {
		c = &Circuit{Name: name}
		c.open = &Rejection{"circuit " + name + " is open", gobreaker.ErrOpenState}
		c.half = &Rejection{"circuit " + name + " is half open and has enough calls to try", gobreaker.ErrTooManyRequests}
		if circuits.named == nil {
			circuits.named = map[string]*Circuit{}
		}
		circuits.named[name] = c
	}
	mistakes := c.join(fn)
	circuits.Unlock()
	for _, m := range mistakes {
		slog.Error("breaker: functions disagree about their circuit", "circuit", name, "mistake", m)
	}
	return c
}

// join adds the function, and returns what its settings do not agree with.
func (c *Circuit) join(fn *hook.Func) (mistakes []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if slices.Contains(c.functions, fn) {
		return nil
	}
	next, before := settingsOf(fn), c.settings
	if len(c.functions) > 0 {
		next, mistakes = c.settings.with(next)
	}
	c.functions, c.settings, c.mistakes = append(c.functions, fn), next, append(c.mistakes, mistakes...)
	if c.breaker.Load() == nil || !next.equal(before) {
		c.breaker.Store(next.breaker(c.Name, changed))
	}
	return mistakes
}

// Allow returns what a call that may pass has to be ended with, by nil, [Failed] or
// [Cancelled], or a *[Rejection]. [Tell] has to be called after each of them.
func (c *Circuit) Allow() (done func(outcome error), err error) {
	done, err = c.breaker.Load().Allow()
	switch {
	case err == nil:
		return done, nil
	case errors.Is(err, gobreaker.ErrOpenState):
		return nil, c.open
	}
	return nil, c.half
}

// A Status is how a circuit does.
type Status struct {
	Name      string
	State     gobreaker.State
	Counts    gobreaker.Counts
	Functions []string
	Mistakes  []string
	Health    string // as the option
}

// All returns how the circuits do, in the order of their names. That one of them is half open may
// show by it, so [Tell] has to be called afterwards, though not by who may not wait.
func All() []Status {
	var all []Status
	for _, c := range sorted() {
		b := c.breaker.Load()
		c.mu.Lock()
		s := Status{Name: c.Name, Mistakes: slices.Clone(c.mistakes)}
		s.Health, _ = c.settings[health].value.(string)
		for _, fn := range c.functions {
			s.Functions = append(s.Functions, fn.FullName())
		}
		c.mu.Unlock()
		s.State, s.Counts = b.State(), b.Counts()
		all = append(all, s)
	}
	return all
}

// Reset closes all circuits, and forgets what they have counted.
func Reset() {
	for _, c := range sorted() {
		c.mu.Lock()
		was := c.breaker.Load().State()
		c.breaker.Store(c.settings.breaker(c.Name, changed))
		c.mu.Unlock()
		if was != gobreaker.StateClosed {
			changed(c.Name, was, gobreaker.StateClosed)
		}
	}
	Tell()
}

func sorted() []*Circuit {
	circuits.Lock()
	defer circuits.Unlock()
	var all []*Circuit
	for _, c := range circuits.named {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *Circuit) int { return cmp.Compare(a.Name, b.Name) })
	return all
}
