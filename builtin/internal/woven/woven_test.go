package woven_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/goweaver/weaver/builtin/internal/woven"
	"github.com/goweaver/weaver/instrument/hook"
)

const path = "github.com/goweaver/weaver/builtin/internal/woven_test"

// target calls a hook from its line on, as a woven function does, through functions of others.
//
//go:noinline
func target(line int) woven.Place {
	_, file, here, _ := runtime.Caller(0)
	if line == 0 {
		line = here - 1
	}
	return adapter(&hook.Func{Package: path, Name: "target", File: file, Line: line})
}

func generic[T any](_ T) woven.Place {
	_, file, here, _ := runtime.Caller(0)
	return adapter(&hook.Func{Package: path, Name: "generic", File: file, Line: here - 1})
}

//go:noinline
func adapter(f *hook.Func) woven.Place { return woven.Find(f) }

// A function is found by its line, or where a //line directive moved that by its name; the
// address says its name and the line that declares it.
func TestFind(t *testing.T) {
	literal := func() woven.Place {
		defer func() {}() // as what is woven has, and is therefore not inlined
		_, file, here, _ := runtime.Caller(0)
		return adapter(&hook.Func{Package: path, Name: "TestFind.func1", File: file, Line: here - 2})
	}
	for name, p := range map[string]woven.Place{
		"target":         target(0),
		"target ":        target(1),
		"generic[...]":   generic("x"),
		"TestFind.func1": literal(),
	} {
		name = path + "." + strings.TrimSpace(name)
		frame, _ := runtime.CallersFrames([]uintptr{p.PC()}).Next()
		if p.Name != name || frame.Function != name {
			t.Errorf("%s is found as %s, with the address of %s", name, p.Name, frame.Function)
		}
		if !strings.HasSuffix(frame.File, "woven_test.go") {
			t.Errorf("%s is in %s", name, frame.File)
		}
		if _, line := runtime.FuncForPC(p.Entry).FileLine(p.Entry); frame.Line != line {
			t.Errorf("%s: the address is one of line %d, not %d", name, frame.Line, line)
		}
	}
	if p := woven.Find(&hook.Func{Package: path, Name: "none", File: "none.go"}); p != (woven.Place{}) || p.PC() != 0 {
		t.Errorf("what is not called is found as %v", p)
	}
}

func TestShortName(t *testing.T) {
	for path, want := range map[string]string{
		"main":                       "main.F",
		"v2":                         "v2.F",
		"fmt":                        "fmt.F",
		"example.com/shop/orders":    "orders.F",
		"example.com/shop/orders/v2": "orders.F",
		"example.com/shop/v":         "v.F",
		"example.com/shop/v2x":       "v2x.F",
		"gopkg.in/yaml.v3":           "yaml.v3.F",
	} {
		if got := woven.ShortName(&hook.Func{Package: path, Name: "F"}); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
