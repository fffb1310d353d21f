// Package parts has the hooks of rules on structs, variables and packages.
package parts

import (
	"example.com/app/shapes"

	"github.com/goweaver/weaver/instrument/hook"
)

var suffix = mark()

// mark is called when the package is initialised, so that a hook which is called before
// has no suffix to add.
func mark() string { return "*" }

// Name marks the name of a struct.
func Name(name string) string { return name + suffix }

// Inner marks it once more, and says where.
func Inner(name string, f *hook.Func) string { return name + "(" + f.Name + suffix + ")" }

// Seen counts how often a struct was amended.
func Seen(t *shapes.T) { t.Seen++ }

// Twins makes the halves of a pair equal.
func Twins(p *shapes.Pair[int]) { p.B = p.A }

// Dir is the folder of a process that would have none.
func Dir(dir string) string {
	if dir == "" {
		return "/somewhere"
	}
	return dir
}

// Wrapped says what a variable was.
func Wrapped(was string, f *hook.Func) string {
	println("wraps", was, "of", f.Package)
	return was + suffix
}

// Bigger returns one more.
func Bigger(n int) int { return n + len(suffix) }
