package hooks

// The hooks that are told how their target ended, and those of which several are on
// one function.

import "github.com/goweaver/weaver/instrument/hook"

// Ended says how a function ended.
func Ended(f *hook.Func) func(hook.Exit) {
	return func(e hook.Exit) { println(f.Name, e.String()) }
}

// Panicked says what a function panicked with, and how it ended.
func Panicked(f *hook.Func) func(hook.Panic, hook.Exit) {
	return func(p hook.Panic, e hook.Exit) {
		Seen = p.Value
		println(f.Name, e.String(), hook.MakeValues("", p.Value).At(0).String())
	}
}

// Seen is the value of the last panic that Panicked was told.
var Seen any

// Unasked has no exit function, so that nothing is recovered.
func Unasked(f *hook.Func) func(hook.Panic) { return nil }

// Log says what a function was called with.
func Log(f *hook.Func, p hook.Params) {
	println(f.Name, p.Len())
	say(p.Values)
}

// Captured says what was captured.
func Captured(f *hook.Func, c hook.Captured) {
	println(f.Name)
	say(c.Values)
}

func say(values hook.Values) {
	for v := range values.All() {
		println("\t"+v.Key, v.Type, v.Kind().String(), v.String())
	}
}

// First, Third and Sixth say when their target is entered and how it ended; Second,
// Fourth and Fifth are between them. A target has each of them fail by what it is
// called with: the name of the hook and of the moment.
func First(fail string) func(hook.Exit) { return around("first", fail) }

// Second is at entry only.
func Second(fail string) { enter("second", fail) }

// Third is told what its target panicked with.
func Third(fail string) func(hook.Panic, hook.Exit) {
	end := around("third", fail)
	return func(p hook.Panic, e hook.Exit) {
		if e == hook.Panicked {
			println("third panic", hook.MakeValues("", p.Value).At(0).String())
		}
		end(e)
	}
}

// Fourth refuses.
func Fourth(fail string) error {
	enter("fourth", fail)
	if fail == "fourth refuses" {
		return ErrDenied
	}
	return nil
}

// Fifth runs the body twice.
func Fifth(fail string, body func()) {
	enter("fifth", fail)
	for range 2 {
		body()
	}
	println("fifth out")
}

// Sixth is the innermost.
func Sixth(fail string) func(hook.Exit) { return around("sixth", fail) }

func around(name, fail string) func(hook.Exit) {
	enter(name, fail)
	return func(e hook.Exit) {
		println(name, e.String())
		if fail == name+" exit" {
			panic(fail)
		}
	}
}

func enter(name, fail string) {
	println(name, "in")
	if fail == name+" entry" {
		panic(fail)
	}
}
