// Package hooks has the hooks of the aspect that the tests of the kit test.
package hooks

import (
	"context"
	"fmt"

	"github.com/goweaver/weaver/instrument/hook"
)

// Enter says that a function is entered, and left.
func Enter(_ context.Context, f *hook.Func) func() {
	fmt.Println(f.Name, "entered")
	return func() { fmt.Println(f.Name, "left") }
}

// Upper stands for strings.ToUpper.
func Upper(s string) string { return "upper " + s }

// Check refuses nothing.
func Check(int) error { return nil }
