package hook

// How a function ends, asked for as woven code asks: by a function that is deferred. That
// the compiler may inline makes no difference.

import (
	"runtime"
	"testing"
)

func adapter(end func(Exit)) {
	if end != nil {
		end(how())
	}
}

//go:noinline
func adapterApart(end func(Exit)) { end(how()) }

func TestHow(t *testing.T) {
	var got Exit
	end := func(e Exit) { got = e }
	pass := func(f func()) func() { return func() { defer func() { _ = recover() }(); f() } }
	for claim, tt := range map[string]struct {
		run  func()
		want Exit
	}{
		"a return":                       {func() { defer adapter(end) }, Returned},
		"a return, not inlined":          {func() { defer adapterApart(end) }, Returned},
		"a panic":                        {pass(func() { defer adapter(end); panic("x") }), Panicked},
		"a panic, not inlined":           {pass(func() { defer adapterApart(end); panic("x") }), Panicked},
		"a panic of the runtime":         {pass(func() { defer adapter(end); s := []int{}; s[len(got.String())] = 1 }), Panicked},
		"a nil dereference":              {pass(func() { defer adapter(end); var p *int; *p = 1 }), Panicked},
		"a panic in a function called":   {pass(func() { defer adapter(end); func() { panic("x") }() }), Panicked},
		"a panic in a deferred function": {pass(func() { defer adapter(end); defer func() { panic("x") }() }), Panicked},
		"a panic replaced":               {pass(func() { defer adapter(end); defer func() { panic("y") }(); panic("x") }), Panicked},
		"a panic with nil":               {pass(func() { defer adapter(end); panic(nil) }), Panicked},
		"a recovered panic":              {func() { defer adapter(end); defer func() { _ = recover() }(); panic("x") }, Returned},
		"Goexit":                         {func() { defer adapter(end); runtime.Goexit() }, Goexit},
		"Goexit, not inlined":            {func() { defer adapterApart(end); runtime.Goexit() }, Goexit},
		"Goexit ends a panic":            {func() { defer adapter(end); defer runtime.Goexit(); panic("x") }, Goexit},
		"a return while a panic goes on": {pass(func() { defer func() { defer adapter(end) }(); panic("x") }), Returned},
		"a return from a loop": {func() {
			for range 2 {
				defer adapter(end)
			}
		}, Returned},
		"a panic from a loop": {pass(func() {
			for range 2 {
				defer adapter(end)
			}
			panic("x")
		}), Panicked},
		"a panic with a result": {pass(func() { _ = func() (n int) { defer adapter(end); panic("x") }() }), Panicked},
	} {
		got = 9
		done := make(chan bool)
		go func() { defer close(done); tt.run() }()
		<-done
		if got != tt.want {
			t.Errorf("%s: %v, want %v", claim, got, tt.want)
		}
	}
}

func TestExitString(t *testing.T) {
	for e, want := range map[Exit]string{Returned: "returned", Panicked: "panicked", Goexit: "goexit", 7: "unknown"} {
		if got := e.String(); got != want {
			t.Errorf("Exit(%d) is %q, want %q", e, got, want)
		}
	}
}
