package circuit

import (
	"errors"
	"fmt"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/goweaver/weaver/instrument/hook"
)

// What the functions of a circuit say about it. Of several that share one, one may say how many
// failures open it and another for how long, or one all of it; only where two say different
// things of the same is there a mistake.

// The settings of a circuit, in the order of their keys.
const (
	failures = iota
	half
	open
	interval
	health
)

var keys = [...]string{"failures", "half", "open", "interval", "health"}

// A setting is a number, nanoseconds or a text.
type setting struct {
	value any
	given bool // by a directive, or by a rule and not the default
	by    *hook.Func
}

type settings [len(keys)]setting

// Settings of a circuit that nobody has said anything of. The rules of package breaker have
// the same in every function's options.
var defaults = [len(keys)]any{int64(5), int64(1), int64(30 * time.Second), int64(time.Minute), "degraded"}

// settingsOf reads the function's options.
func settingsOf(fn *hook.Func) (s settings) {
	for i, key := range keys {
		s[i] = setting{value: defaults[i], by: fn}
		for _, o := range fn.Options {
			if o.Key == key {
				// The rule's own constant is the first, and a directive's are behind it.
				s[i].given = s[i].given || o.Value != defaults[i]
				s[i].value = o.Value
			}
		}
		s[i].given = s[i].given || count(fn, key) > 1
	}
	return s
}

func count(fn *hook.Func, key string) (n int) {
	for _, o := range fn.Options {
		if o.Key == key {
			n++
		}
	}
	return n
}

// with returns what a circuit with settings s has once a function with others joins it, and
// what they do not agree about.
func (s settings) with(others settings) (_ settings, mistakes []string) {
	for i, other := range others {
		switch mine := s[i]; {
		case !other.given:
		case !mine.given:
			s[i] = other
		case mine.value != other.value:
			mistakes = append(mistakes, fmt.Sprintf("%s has %s=%s, and %s has %s, which counts; say it in one place",
				place(other.by), keys[i], other.text(i), place(mine.by), mine.text(i)))
		}
	}
	return s, mistakes
}

func place(fn *hook.Func) string { return fmt.Sprintf("%s:%d: %s", fn.File, fn.Line, fn.FullName()) }

// text returns the value as a directive has it.
func (s setting) text(i int) string {
	if n, ok := s.value.(int64); ok && (i == open || i == interval) {
		return time.Duration(n).String()
	}
	return fmt.Sprint(s.value)
}

// equal reports whether the breakers are the same, whoever said what they are.
func (s settings) equal(others settings) bool {
	for i := range s {
		if s[i].value != others[i].value {
			return false
		}
	}
	return true
}

func (s settings) number(i int) int64 {
	n, _ := s[i].value.(int64)
	return n
}

// breaker returns a closed breaker.
func (s settings) breaker(name string, changed func(name string, from, to gobreaker.State)) *gobreaker.TwoStepCircuitBreaker[any] {
	most := uint32(s.number(failures))
	return gobreaker.NewTwoStepCircuitBreaker[any](gobreaker.Settings{
		Name:          name,
		MaxRequests:   uint32(s.number(half)),
		Timeout:       time.Duration(s.number(open)),
		Interval:      time.Duration(s.number(interval)),
		ReadyToTrip:   func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= most },
		IsExcluded:    func(err error) bool { return errors.Is(err, Cancelled) },
		OnStateChange: changed,
	})
}
