package hooks

// The hooks of what directives ask for.

import (
	"errors"

	"github.com/goweaver/weaver/instrument/hook"
)

// Follow says what a directive does.
func Follow(f *hook.Func) func() {
	print("say ", f.Package, " ", f.Name, " ", f.Option("level").(int64), " ", f.Text("op"))
	for _, a := range f.Args {
		print(" <", a, ">")
	}
	println()
	return func() { println("said", f.Name) }
}

// ErrRefused is what Refuse refuses with.
var ErrRefused = errors.New("refused")

// Refuse lets nothing be done.
func Refuse() error { return ErrRefused }

// Again runs the body as often as it is told.
func Again(f *hook.Func, body func()) {
	for range f.Option("times").(int64) {
		body()
	}
}
